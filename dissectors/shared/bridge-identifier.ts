/** Identifiers of bridges: a priority, the number of a tree or of a VLAN in its lower bits, an address. */
import { type Dissection, etherText, type Field } from '../../src/dissect/index.js'

const PRIORITY_MASK = 0xf000
const NUMBER_MASK = 0x0fff
const ADDRESS = 6
const SIZE = 2 + ADDRESS

/** Fields of one identifier. */
export interface BridgeFields {
  readonly prio: Field<'uint'>
  readonly ext: Field<'uint'>
  readonly hw: Field<'ether'>
}

/** `32768/3/00:00:5e:00:53:01`: the identifier at `at`, with `between` its parts. */
export function bridgeText(b: Uint8Array, at: number, between: string): string {
  const number = (b[at]! << 8) | b[at + 1]!
  return [number & PRIORITY_MASK, number & NUMBER_MASK, etherText(b, at + 2)].join(between)
}

/** Takes an identifier as a subtree, which is there only if all of it is. */
export function takeBridge(d: Dissection, g: Field<'none'>, { prio, ext, hw }: BridgeFields): void {
  const start = d.pos
  d.peek8(SIZE - 1)
  const opened = d.open(g)
  const number = d.peek16()
  d.skip(2)
  d.at(prio, start, start + 1, number & PRIORITY_MASK)
  d.at(ext, start, start + 2, number & NUMBER_MASK)
  d.take(hw, ADDRESS)
  if (d.showing) d.caption(`${g.label}: ${bridgeText(d.bytes, start, ' / ')}`, opened)
  d.close(opened)
}
