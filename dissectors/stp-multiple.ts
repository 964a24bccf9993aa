/** What a spanning tree message says of multiple trees, IEEE 802.1s: the region, then each tree in it. */
import {
  bytes,
  type Dissection,
  ether,
  etherText,
  type Field,
  fields,
  group,
  text,
  uint16,
  uint8,
  uint32,
} from '../src/dissect/index.js'
import { takeBridge } from './shared/bridge-identifier.js'
import { untilZero } from './shared/text-spells.js'

const NAME = 32
const DIGEST = 16
/** Bytes behind the length field before the trees, and of each tree. */
const REGION = 64
const TREE = 16
const ADDRESS = 6
const PRIORITY_MASK = 0xf0
const NUMBER_MASK = 0x0fff

const f = fields(
  'mstp',
  {
    version_3_length: uint16('Version 3 Length'),
    _extension: group('MST Extension'),
    config_format_selector: uint8('MST Config ID format selector'),
    config_name: text('MST Config name', { spell: untilZero }),
    config_revision_level: uint16('MST Config revision'),
    config_digest: bytes('MST Config digest'),
    cist_internal_root_path_cost: uint32('CIST Internal Root Path Cost'),
    _cist_bridge: group('CIST Bridge Identifier'),
    cist_bridge: {
      prio: uint16('CIST Bridge Priority'),
      ext: uint16('CIST Bridge Identifier System ID Extension'),
      hw: ether('CIST Bridge Identifier System ID'),
    },
    cist_remaining_hops: uint8('CIST Remaining hops'),
    _tree: group('MSTI'),
    msti: {
      flags: uint8('MSTI flags', { base: 'hex' }),
      priority: uint8('Priority', { base: 'hex', mask: PRIORITY_MASK }),
      msti_id: uint16('MSTID', { mask: NUMBER_MASK }),
      root: { hw: ether('Regional Root') },
      root_cost: uint32('Internal root path cost'),
      bridge_priority: uint8('Bridge Identifier Priority'),
      port_priority: uint8('Port identifier priority'),
      remaining_hops: uint8('Remaining hops'),
    },
  },
  'stp',
)

/** Takes the extension; `takeFlags` takes the flags of a tree, which are those of the message. */
export function multipleTrees(d: Dissection, takeFlags: (d: Dissection, whole: Field<'uint'>) => void): void {
  const length = d.u16(f.version_3_length)
  d.peek8()
  const opened = d.open(f._extension)
  d.u8(f.config_format_selector)
  d.take(f.config_name, NAME)
  d.u16(f.config_revision_level)
  d.take(f.config_digest, DIGEST)
  // A length of 0 says that what follows is of an older format, of which only the hops stand where they do here.
  if (length === 0) d.skip(4 + 2 + ADDRESS)
  else {
    d.u32(f.cist_internal_root_path_cost)
    takeBridge(d, f._cist_bridge, f.cist_bridge)
  }
  d.u8(f.cist_remaining_hops)
  for (let left = length - REGION; length !== 0 && left !== 0; left -= TREE) {
    if (left > 0 && left < TREE) d.malformed()
    takeTree(d, takeFlags)
  }
  d.close(opened)
}

function takeTree(d: Dissection, takeFlags: (d: Dissection, whole: Field<'uint'>) => void): void {
  const { msti } = f
  const start = d.pos
  const number = d.peek16(1)
  d.peek8(TREE - 1)
  const opened = d.open(f._tree)
  if (d.showing) {
    const root = `${number & ~NUMBER_MASK} / ${etherText(d.bytes, start + 3)}`
    d.caption(`MSTID ${number & NUMBER_MASK}, Regional Root Identifier ${root}`, opened)
  }
  takeFlags(d, msti.flags)
  d.at(msti.priority, start + 1, start + 2, number >> 8)
  d.at(msti.msti_id, start + 1, start + 3, number)
  d.skip(2)
  d.take(msti.root.hw, ADDRESS)
  d.u32(msti.root_cost)
  takePriority(d, msti.bridge_priority)
  takePriority(d, msti.port_priority)
  d.u8(msti.remaining_hops)
  d.close(opened)
}

/** Of a priority only the upper half counts. */
function takePriority(d: Dissection, field: Field<'uint'>): void {
  const start = d.pos
  const value = d.peek8() >> 4
  d.skip(1)
  d.at(field, start, start + 1, value)
}
