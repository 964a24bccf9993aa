/** What one line says of all TCP options of a segment: the Info column, and the line above them. */
import type { Dissection } from '../src/dissect/index.js'
import { rateNames } from './shared/quick-start.js'
import { Experiment, Kind, lengthFits, nameOfOption } from './shared/tcp-option-kinds.js'
import { accurateEcnInfo } from './tcp-accurate-ecn.js'

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

/** What the options add to the Info column. */
export function optionsInfo(d: Dissection, start: number, end: number, ackBase: number): string {
  const b = d.bytes
  const last = Math.min(end, d.end)
  let out = ''
  for (let p = start; p < last; ) {
    const kind = b[p]!
    if (kind <= Kind.Nop) {
      p++
      if (kind === Kind.End && p < last && b[p] !== Kind.End) break
      continue
    }
    const length = p + 1 < last ? b[p + 1]! : 0
    if (length < 2 || p + length > last) break
    if (lengthFits(kind, length) === '' || kind === Kind.Md5 || kind === Kind.Authentication)
      out += optionInfo(d, kind, p, length, ackBase)
    p += length
  }
  return out
}

function optionInfo(d: Dissection, kind: number, p: number, length: number, ackBase: number): string {
  const b = d.bytes
  switch (kind) {
    case Kind.Timestamps:
      return ` TSval=${word(d, p + 2)} TSecr=${word(d, p + 6)}`
    case Kind.Mss:
      return ` MSS=${(b[p + 2]! << 8) | b[p + 3]!}`
    case Kind.WindowScale:
      return ` WS=${2 ** Math.min(b[p + 2]!, 14)}`
    case Kind.SackPermitted:
      return ' SACK_PERM'
    case Kind.Sack: {
      let out = ''
      for (let q = p + 2; q + 8 <= p + length; q += 8) {
        out += ` SLE=${(word(d, q) - ackBase) >>> 0} SRE=${(word(d, q + 4) - ackBase) >>> 0}`
      }
      return out
    }
    case Kind.Echo:
      return ` ECHO=${word(d, p + 2)}`
    case Kind.EchoReply:
      return ` ECHOREPLY=${word(d, p + 2)}`
    case Kind.Cc:
      return ` CC=${word(d, p + 2)}`
    case Kind.CcNew:
      return ` CC.NEW=${word(d, p + 2)}`
    case Kind.CcEcho:
      return ` CC.ECHO=${word(d, p + 2)}`
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
  return ` ExID=${id.toString(16).toUpperCase().padStart(4, '0')}`
}

const word = (d: Dissection, p: number): number =>
  ((d.bytes[p]! << 24) | (d.bytes[p + 1]! << 16) | (d.bytes[p + 2]! << 8) | d.bytes[p + 3]!) >>> 0
