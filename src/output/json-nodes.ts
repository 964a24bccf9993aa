/** What the three JSON formats need to know of a tape: its shape as a tree, keys, values, raw bytes. */
import { hexText } from '../dissect/address.js'
import type { Field } from '../dissect/field.js'
import type { Recording } from '../dissect/recording.js'
import { NodeFlag, type Tape } from '../dissect/tape.js'
import { type BytesOf, nodeText, rawText, type Resolver, valueText } from '../dissect/value.js'
import { originOf } from './bytes-of.js'

/** The tape as a tree: the first node inside each node and the node after it on its level, -1 for none. */
export class TapeTree {
  inside = new Int32Array(512)
  after = new Int32Array(512)
  /** The first node of the outermost level, -1 for an empty tape. */
  root = -1
  /** The node written last on each depth that later, deeper ones belong to. */
  private readonly latest = new Int32Array(257)
  /** The last node inside the latest one of each depth. */
  private readonly lastInside = new Int32Array(258)

  /** Takes the shape of `t`, which must not change while it is walked. */
  read(t: Tape): void {
    if (this.inside.length < t.length) {
      this.inside = new Int32Array(t.length * 2)
      this.after = new Int32Array(t.length * 2)
    }
    const { inside, after, latest, lastInside } = this
    this.root = -1
    latest.fill(-1)
    lastInside.fill(-1)
    for (let i = 0; i < t.length; i++) {
      const depth = t.depth[i]!
      inside[i] = after[i] = -1
      let parent = depth
      while (parent > 0 && latest[parent - 1]! < 0) parent--
      const before = lastInside[parent]!
      if (before >= 0) after[before] = i
      else if (parent === 0) this.root = i
      else inside[latest[parent - 1]!] = i
      lastInside[parent] = i
      // An alias stands between a number and its bits, which are the number's.
      if (t.flags[i]! & NodeFlag.Alias && latest[depth]! >= 0) continue
      latest[depth] = i
      lastInside[depth + 1] = -1
      for (let k = depth + 1; k < latest.length && latest[k]! >= 0; k++) {
        latest[k] = -1
        lastInside[k + 1] = -1
      }
    }
  }
}

/** The key of node `i`: its field's name, or its whole line when no filter names it. */
export function keyOf(t: Tape, i: number, bytesOf: BytesOf, names: Resolver): string {
  const f = t.fieldAt(i)
  return f.name !== '' ? f.name : nodeText(t, i, bytesOf, names)
}

/** A node that only groups others, or that is there or not. */
export const hasValue = (f: Field): boolean => f.kind !== 'none' && f.kind !== 'protocol'

/** The value as JSON gives it: bytes with colons, texts unescaped. */
export function jsonValue(t: Tape, i: number, bytesOf: BytesOf): string {
  const f = t.fieldAt(i)
  if (f.kind === 'string') return rawText(t, i, bytesOf)
  if (f.kind !== 'bytes') return valueText(t, i, bytesOf)
  const extra = t.extraAt(i)
  if (extra instanceof Uint8Array) return hexText(extra, 0, extra.length, ':')
  return extra === null ? hexText(bytesOf(t.source[i]!), t.start[i]!, t.end[i]!, ':') : extra
}

/** The raw bytes of node `i` in hexadecimal; of named bits their number. Null for what has no place in the packet. */
export function rawHex(d: Recording, i: number, bytesOf: BytesOf): string | null {
  const t = d.tape
  const f = t.fieldAt(i)
  if (isFrame(f)) return hexText(d.frameBytes, d.frameStart, d.frameStart + d.packet.captured)
  if (f.mask !== 0) return Math.abs(t.value[i]!).toString(16).toUpperCase()
  if (isPlaceless(f, t, i)) return null
  return hexText(bytesOf(t.source[i]!), t.start[i]!, t.end[i]!)
}

/** The frame's own line stands for all of the packet's bytes, although other layers describe them. */
const isFrame = (f: Field): boolean => f.kind === 'protocol' && f.name === 'frame'

/** How many bytes the raw value of node `i` has. */
export const rawSize = (d: Recording, i: number): number =>
  isFrame(d.tape.fieldAt(i)) ? d.packet.captured : d.tape.end[i]! - d.tape.start[i]!

/** Notes and what the engine adds lie beside the packet. */
const isPlaceless = (f: Field, t: Tape, i: number): boolean =>
  t.start[i] === t.end[i] && (f.owner.startsWith('_ws.') || f.severity > 0)

/**
 * What stands after the raw bytes: where they begin, how many they are, the bits' mask and the type's number. What was
 * computed is said to be where its layer begins, whose node is `layer`.
 */
export function rawPlace(d: Recording, i: number, layer: number): readonly [number, number, number, number] {
  const t = d.tape
  const f = t.fieldAt(i)
  const size = t.end[i]! - t.start[i]!
  if (isFrame(f)) return [0, d.packet.captured, 0, typeNumber(f)]
  if (isPlaceless(f, t, i)) return [0, 0, f.mask, typeNumber(f)]
  const at = size === 0 && t.flags[i]! & NodeFlag.Generated ? layer : i
  return [t.start[at]! - originOf(d, t.source[at]!), size, f.mask, typeNumber(f)]
}

/** Wireshark's number of a field's type. */
export function typeNumber(f: Field): number {
  switch (f.kind) {
    case 'uint':
      return f.width === 64 ? 11 : f.width <= 8 ? 4 : f.width <= 16 ? 5 : f.width <= 24 ? 6 : 7
    case 'int':
      return f.width === 64 ? 19 : f.width <= 8 ? 12 : f.width <= 16 ? 13 : f.width <= 24 ? 14 : 15
    default:
      return typeNumbers[f.kind]
  }
}

const typeNumbers = {
  none: 0,
  protocol: 1,
  bool: 2,
  double: 23,
  abstime: 24,
  reltime: 25,
  string: 26,
  ether: 29,
  bytes: 30,
  ipv4: 32,
  ipv6: 33,
  framenum: 35,
  guid: 36,
  eui64: 38,
} as const
