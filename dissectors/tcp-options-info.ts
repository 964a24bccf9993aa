/** What lines say of TCP options: the Info column, the line above them, and their own. */
import { type Dissection, phrase, type TextBuffer } from '../src/dissect/index.js'
import { rateNames } from './shared/quick-start.js'
import { Experiment, experimentNames, Kind, lengthFits, nameOfOption } from './shared/tcp-option-kinds.js'
import { accurateEcnInfo, accurateEcnText } from './tcp-accurate-ecn.js'

/** The names of the options between `start` and `end` in order, as they stand behind `Options:`; `captured` may be earlier. */
export function optionList(b: Uint8Array, start: number, captured: number, end: number): string {
  let out = ''
  for (let p = start; p < captured; ) {
    const kind = b[p]!
    const length = kind <= Kind.Nop ? 1 : p + 1 < captured ? b[p + 1]! : 0
    if (length === 0 || (kind > Kind.Nop && length < 2) || p + length > end) break
    if (kind === Kind.Sack && length < 10) break
    out += `, ${nameOfOption(kind)}`
    p += length
    if (kind === Kind.End && p < captured && b[p] !== Kind.End) break
  }
  return out
}

/** Writes what the options add to the Info column. */
export function writeOptions(line: TextBuffer, d: Dissection, start: number, end: number, ackBase: number): void {
  const b = d.bytes
  const last = Math.min(end, d.end)
  for (let p = start; p < last; ) {
    const kind = b[p]!
    if (kind <= Kind.Nop) {
      p++
      if (kind === Kind.End && p < last && b[p] !== Kind.End) break
      continue
    }
    const length = p + 1 < last ? b[p + 1]! : 0
    if (length < 2 || p + length > end || (p + length > last && kind !== Kind.Sack)) break
    const fits = lengthFits(kind, length) === ''
    if (fits && kind === Kind.Timestamps) {
      line.phrase(says.value)
      line.number(word(d, p + 2))
      line.phrase(says.echo)
      line.number(word(d, p + 6))
    } else if (fits && kind === Kind.Mss) {
      line.phrase(says.mss)
      line.number((b[p + 2]! << 8) | b[p + 3]!)
    } else if (fits && kind === Kind.Sack) {
      for (let q = p + 2; q + 8 <= Math.min(p + length, last); q += 8) {
        line.phrase(says.left)
        line.number((word(d, q) - ackBase) >>> 0)
        line.phrase(says.right)
        line.number((word(d, q + 4) - ackBase) >>> 0)
      }
    } else if (fits || alwaysNamed.has(kind)) line.text(optionInfo(d, kind, p, length))
    p += length
  }
}

/** Options that the Info column names even if their length is wrong. */
const alwaysNamed: ReadonlySet<number> = new Set([Kind.SackPermitted, Kind.Md5, Kind.Authentication])

const says = {
  mss: phrase(' MSS='),
  value: phrase(' TSval='),
  echo: phrase(' TSecr='),
  left: phrase(' SLE='),
  right: phrase(' SRE='),
}

function optionInfo(d: Dissection, kind: number, p: number, length: number): string {
  const b = d.bytes
  switch (kind) {
    case Kind.WindowScale:
      return ` WS=${2 ** Math.min(b[p + 2]!, 14)}`
    case Kind.SackPermitted:
      return ' SACK_PERM'
    case Kind.Echo:
    case Kind.EchoReply:
      return ` ECHO=${word(d, p + 2)}`
    case Kind.Cc:
    case Kind.CcNew:
    case Kind.CcEcho:
      return ` CC=${word(d, p + 2)}`
    case Kind.Md5:
      return ' MD5'
    case Kind.Authentication:
      return 'TCP AO'
    case Kind.UserTimeout:
      return ` USER_TO=${((b[p + 2]! & 0x7f) << 8) | b[p + 3]!}`
    case Kind.FastOpen:
      return length === 2 ? ' TFO=R' : ' TFO=C'
    case Kind.QuickStart:
      return ` QSresp=${rateNames(b[p + 2]! & 0x0f)}`
    case Kind.AccurateEcn0:
    case Kind.AccurateEcn1:
      return accurateEcnInfo(b, p + 2, p + length, kind === Kind.AccurateEcn1)
    case Kind.Experiment1:
    case Kind.Experiment2:
      return experimentInfo(b, p, length)
    default:
      return ''
  }
}

function experimentInfo(b: Uint8Array, p: number, length: number): string {
  const id = (b[p + 2]! << 8) | b[p + 3]!
  if (id === Experiment.FastOpen) return length === 4 ? ' TFO=R' : ' TFO=C'
  if (id === Experiment.AccurateEcn0 || id === Experiment.AccurateEcn1) {
    return (length - 4) % 3 === 0 ? accurateEcnInfo(b, p + 4, p + length, id === Experiment.AccurateEcn1) : ''
  }
  return ` ExID=${id.toString(16).toUpperCase()}`
}

/** What the line of the option at `at` says behind its name. Acknowledgment numbers count from `ackBase`. */
export function optionSuffix(d: Dissection, kind: number, at: number, length: number, ackBase: number): string {
  if (at + length > d.end) return ''
  switch (kind) {
    case Kind.Mss:
      return length === 4 ? `: ${(d.bytes[at + 2]! << 8) | d.bytes[at + 3]!} bytes` : ''
    case Kind.WindowScale:
      return length === 3 ? `: ${d.bytes[at + 2]} (multiply by ${2 ** Math.min(d.bytes[at + 2]!, 14)})` : ''
    case Kind.Timestamps:
      return length === 10 ? `: TSval ${word(d, at + 2)}, TSecr ${word(d, at + 6)}` : ''
    case Kind.Echo:
    case Kind.EchoReply:
      return length === 6 ? `: ${word(d, at + 2)}` : ''
    case Kind.AccurateEcn0:
    case Kind.AccurateEcn1:
      return (length - 2) % 3 === 0 ? accurateEcnText(d.bytes, at + 2, at + length, kind === Kind.AccurateEcn1) : ''
    case Kind.Experiment1:
    case Kind.Experiment2:
      return length < 4 ? '' : experimentText(d, at, length)
    case Kind.Sack: {
      let out = ''
      for (let p = at + 2; p + 8 <= at + length; p += 8) {
        out += ` ${(word(d, p) - ackBase) >>> 0}-${(word(d, p + 4) - ackBase) >>> 0}`
      }
      return out
    }
    default:
      return ''
  }
}

function experimentText(d: Dissection, at: number, length: number): string {
  const id = (d.bytes[at + 2]! << 8) | d.bytes[at + 3]!
  const name = (experimentNames as Readonly<Record<number, string>>)[id] ?? 'Unknown'
  const order = id === Experiment.AccurateEcn1
  if ((!order && id !== Experiment.AccurateEcn0) || (length - 4) % 3 !== 0 || length === 4) return `: ${name}`
  return `: ${name}: Accurate ECN${accurateEcnText(d.bytes, at + 4, at + length, order)}`
}

/** The 32-bit number at `p`. */
export const word = (d: Dissection, p: number): number =>
  ((d.bytes[p]! << 24) | (d.bytes[p + 1]! << 16) | (d.bytes[p + 2]! << 8) | d.bytes[p + 3]!) >>> 0
