/** Control messages of the Network Time Protocol, mode 6 (RFC 9327): what the ntpq program asks and is told. */
import { bool, type Dissection, type Field, fields, uint8, uint16 } from '../src/dissect/index.js'
import { leapNames } from './ntp-names.js'
import { showParts } from './shared/flag-list.js'

const opcodes = {
  0: 'reserved',
  1: 'read status',
  2: 'read variables',
  3: 'write variables',
  4: 'read clock variables',
  5: 'write clock variables',
  6: 'set trap address/port',
  7: 'asynchronous message',
  8: 'runtime configuration',
  9: 'save config to file',
  10: 'retrieve MRU (mrulist)',
  11: 'retrieve ordered list',
  12: 'request a client nonce',
  31: 'unset trap address/port',
}
const errors = {
  0: 'unspecified',
  1: 'authentication failure',
  2: 'invalid message length or format',
  3: 'invalid opcode',
  4: 'unknown association identifier',
  5: 'unknown variable name',
  6: 'invalid variable value',
  7: 'administratively prohibited',
}
const sources = {
  0: 'unspecified or unknown',
  1: 'Calibrated atomic clock (e.g. HP 5061)',
  2: 'VLF (band 4) or LF (band 5) radio (e.g. OMEGA, WWVB)',
  3: 'HF (band 7) radio (e.g. CHU, MSF, WWV/H)',
  4: 'UHF (band 9) satellite (e.g. GOES, GPS)',
  5: 'local net (e.g. DCN, TSP, DTS)',
  6: 'UDP/NTP',
  7: 'UDP/TIME',
  8: 'eyeball-and-wristwatch',
  9: 'telephone modem (e.g. NIST)',
}
const systemEvents = {
  0: 'unspecified',
  1: 'frequency correction (drift) file not available',
  2: 'frequency correction started (frequency stepped)',
  3: 'spike detected and ignored, starting stepout timer',
  4: 'frequency training started',
  5: 'clock synchronized',
  6: 'system restart',
  7: 'panic stop (required step greater than panic threshold)',
  8: 'no system peer',
  9: 'leap second insertion/deletion armed',
  10: 'leap second disarmed',
  11: 'leap second inserted or deleted',
  12: 'clock stepped (stepout timer expired)',
  13: 'kernel loop discipline status changed',
  14: 'leapseconds table loaded from file',
  15: 'leapseconds table outdated, updated file needed',
}
const selections = {
  0: 'rejected',
  1: 'passed sanity checks (tests 1 through 8 in Section 3.4.3)',
  2: 'passed correctness checks (intersection algorithm in Section 4.2.1)',
  3: 'passed candidate checks (if limit check implemented)',
  4: 'passed outlier checks (clustering algorithm in Section 4.2.2)',
  5: 'current synchronization source; max distance exceeded (if limit check implemented)',
  6: 'current synchronization source; max distance okay',
  7: 'reserved',
}
const peerEvents = {
  0: 'unspecified',
  1: 'association mobilized',
  2: 'association demobilized',
  3: 'peer unreachable (peer.reach was nonzero now zero)',
  4: 'peer reachable (peer.reach was zero now nonzero)',
  5: 'association restarted or timed out',
  6: 'no server found (ntpdate mode)',
  7: 'rate exceeded (kiss code RATE)',
  8: 'access denied (kiss code DENY)',
  9: 'leap armed from server LI code',
  10: 'become system peer',
  11: 'reference clock event (see clock status word)',
  12: 'authentication failure',
  13: 'popcorn spike suppressor',
  14: 'entering interleave mode',
  15: 'interleave error (recovered)',
  16: 'leapsecond values update from server',
}
const clockStates = {
  0: 'clock operating within nominals',
  1: 'reply timeout',
  2: 'bad reply format',
  3: 'hardware or software fault',
  4: 'propagation failure',
  5: 'bad date format or value',
  6: 'bad time format or value',
}

const f = fields(
  'ntp.ctrl',
  {
    flags2: {
      self: uint8('Flags 2', { base: 'hex' }),
      r: uint8('Response bit', { mask: 0x80, names: { 0: 'Request', 1: 'Response' } }),
      error: uint8('Error bit', { mask: 0x40 }),
      more: uint8('More bit', { mask: 0x20 }),
      opcode: uint8('Opcode', { mask: 0x1f, names: opcodes }),
    },
    sequence: uint16('Sequence'),
    status: uint16('Status', { base: 'hex' }),
    err_status: uint16('Error Status Word', { mask: 0xff00, names: errors }),
    sys_status: {
      li: uint16('Leap Indicator', { mask: 0xc000, names: { ...leapNames } }),
      clksrc: uint16('Clock Source', { mask: 0x3f00, names: sources }),
      count: uint16('System Event Counter', { mask: 0x00f0 }),
      code: uint16('System Event Code', { mask: 0x000f, names: systemEvents }),
    },
    peer_status: {
      config: bool('Peer Status', 16, {
        mask: 0x8000,
        truth: ['configured (peer.config)', 'not configured (peer.config)'],
      }),
      authenable: bool('Peer Status', 16, {
        mask: 0x4000,
        truth: ['authentication enabled (peer.authenable)', 'authentication disabled (peer.authenable)'],
      }),
      authentic: bool('Peer Status', 16, {
        mask: 0x2000,
        truth: ['authentication okay (peer.authentic)', 'authentication not okay (peer.authentic)'],
      }),
      reach: bool('Peer Status', 16, {
        mask: 0x1000,
        truth: ['reachability okay (peer.reach != 0)', 'reachability not okay (peer.reach != 0)'],
      }),
      bcast: bool('Peer Status broadcast association', 16, { mask: 0x0800, truth: ['Set', 'Not set'] }),
      selection: uint16('Peer Selection', { mask: 0x0700, names: selections }),
      count: uint16('Peer Event Counter', { mask: 0x00f0 }),
      code: uint16('Peer Event Code', { mask: 0x000f, names: peerEvents }),
    },
    clock_status: {
      status: uint16('Clock Status', { mask: 0xff00, names: clockStates }),
      code: uint16('Clock Event Code', { mask: 0x00ff }),
    },
    associd: uint16('AssociationID'),
    offset: uint16('Offset'),
    count: uint16('Count'),
  },
  'ntp',
)
const flagParts = [f.flags2.r, f.flags2.error, f.flags2.more, f.flags2.opcode]
const systemParts = Object.values(f.sys_status)
const peerParts = Object.values(f.peer_status)
const clockParts = Object.values(f.clock_status)

const Bit = { Response: 0x80, Error: 0x40, Opcode: 0x1f } as const
const Opcode = {
  ReadStatus: 1,
  ReadVariables: 2,
  WriteVariables: 3,
  ReadClock: 4,
  WriteClock: 5,
  Asynchronous: 7,
} as const

/** The header, behind the flags that all modes have. */
export function takeControl(d: Dissection): void {
  const flags = d.u8(f.flags2.self)
  showParts(d, flagParts, flags, 1)
  d.u16(f.sequence)
  const parts = d.left >= 4 ? partsOf(flags, d.peek16(2)) : []
  const status = d.u16(f.status)
  showParts(d, parts, status, 2)
  d.u16(f.associd)
  d.u16(f.offset)
  d.u16(f.count)
}

/** What a status word means in an answer, by what was asked and of whom. */
function partsOf(flags: number, association: number): readonly Field[] {
  if (!(flags & Bit.Response)) return []
  if (flags & Bit.Error) return [f.err_status]
  switch (flags & Bit.Opcode) {
    case Opcode.ReadStatus:
    case Opcode.ReadVariables:
    case Opcode.WriteVariables:
    case Opcode.Asynchronous:
      return association === 0 ? systemParts : peerParts
    case Opcode.ReadClock:
    case Opcode.WriteClock:
      return clockParts
    default:
      return []
  }
}
