/** Flags of a TCP header, RFC 9293 section 3.1 and RFC 3168, and what they say of the connection. */
import {
  bool,
  chat,
  type Dissection,
  fields,
  note,
  phrase,
  type Phrase,
  text,
  uint8,
  uint16,
  warning,
} from '../src/dissect/index.js'
import { TcpFlag } from '../src/track/tcp-flags.js'
import { noteBelow } from './shared/note-below.js'
import type { TcpSummary } from './tcp.js'

const flag = (mask: number, label: string) => bool(label, 12, { mask, truth: ['Set', 'Not set'] })
const f = fields('tcp', {
  flags: {
    self: uint16('Flags', { base: 'hex', mask: 0xfff }),
    res: flag(0xe00, 'Reserved'),
    ae: flag(0x100, 'Accurate ECN'),
    ace: uint8('ACE', { about: 'Counter of congestion marks, modulo 8, where both ends agreed on Accurate ECN' }),
    cwr: flag(0x80, 'Congestion Window Reduced'),
    ece: flag(0x40, 'ECN-Echo'),
    urg: flag(0x20, 'Urgent'),
    ack: flag(0x10, 'Acknowledgment'),
    push: flag(0x08, 'Push'),
    reset: flag(0x04, 'Reset'),
    syn: flag(0x02, 'Syn'),
    fin: flag(0x01, 'Fin'),
    str: text('TCP Flags'),
  },
  connection: {
    syn: chat('Connection establish request (SYN)', 'Sequence'),
    synack: chat('Connection establish acknowledge (SYN+ACK)', 'Sequence'),
    fin: chat('Connection finish (FIN)', 'Sequence'),
    fin_active: note('This frame initiates the connection closing', 'Sequence'),
    fin_passive: note('This frame undergoes the connection closing', 'Sequence'),
    rst: warning('Connection reset (RST)', 'Sequence'),
  },
})

/** What is known of the connection that flags are read by. */
export interface Flagged {
  /** This direction closed first. */
  readonly closedFirst: boolean
  /** Three of the flags are a counter. */
  readonly accurate: boolean
}

/** Shows the flags, which lie at `at` together with the header length. */
export function showFlags(d: Dissection, s: TcpSummary, known: Flagged | null, at: number): void {
  const accurate = known?.accurate === true
  d.at(f.flags.self, at, at + 2, s.flags)
  if (d.showing) d.caption(`Flags: 0x${s.flags.toString(16).padStart(3, '0')} (${flagNames(s.flags, accurate)})`)
  d.enter()
  d.at(f.flags.res, at, at + 1, s.flags)
  if (accurate) showCounter(d, s.flags, at)
  else {
    d.at(f.flags.ae, at, at + 1, s.flags)
    d.at(f.flags.cwr, at + 1, at + 2, s.flags)
    d.at(f.flags.ece, at + 1, at + 2, s.flags)
  }
  d.at(f.flags.urg, at + 1, at + 2, s.flags)
  d.at(f.flags.ack, at + 1, at + 2, s.flags)
  d.at(f.flags.push, at + 1, at + 2, s.flags)
  d.at(f.flags.reset, at + 1, at + 2, s.flags)
  if (s.flags & TcpFlag.Rst) noteBelow(d, f.connection.rst)
  d.at(f.flags.syn, at + 1, at + 2, s.flags)
  if (s.flags & TcpFlag.Syn) {
    const answer = (s.flags & TcpFlag.Ack) !== 0
    const server = answer ? s.srcport : s.dstport
    const opens = answer ? f.connection.synack : f.connection.syn
    noteBelow(d, opens, `${opens.label}: server port ${server}`)
  }
  d.at(f.flags.fin, at + 1, at + 2, s.flags)
  if (s.flags & TcpFlag.Fin) noteBelow(d, f.connection.fin)
  if (d.wants(f.flags.str)) {
    d.textAt(f.flags.str, at, at + 2, flagLetters(s.flags, accurate))
    d.markGenerated()
  }
  if (s.flags & TcpFlag.Fin && known !== null) {
    noteBelow(d, known.closedFirst ? f.connection.fin_active : f.connection.fin_passive)
  }
  d.leave()
}

/** Notes for the packet's line that the connection is reset. */
export function noteReset(d: Dissection): void {
  d.note(f.connection.rst)
}

/** The flags AE, CWR and ECE as a number. */
const counter = (v: number): number => (v >>> 6) & 7
function showCounter(d: Dissection, v: number, at: number): void {
  d.at(f.flags.ace, at, at + 2, counter(v))
  if (!d.showing) return
  const bits = counter(v).toString(2).padStart(3, '0')
  d.caption(`...${bits[0]} ${bits.slice(1)}.. .... = ACE: ${counter(v)}`)
}

const names = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'AE'] as const
/** The names of the flags; where three of them are a counter, it stands behind the others, as in tshark. */
const flagNames = (v: number, accurate: boolean): string => {
  const set: string[] = names.filter((_, i) => (!accurate || i < 6) && v & (1 << i))
  let out = set.join(', ')
  if (accurate) out += `, ACE=${counter(v)}`
  if (v & 0xe00) out += out === '' ? 'Reserved' : ', Reserved'
  return out || '<None>'
}
/** What Info says of the flags, up to the sequence number: ` [SYN, ACK] Seq=`. */
export const infoFlags = (v: number, accurate: boolean): Phrase =>
  (knownFlags[accurate ? v | ACCURATE : v] ??= phrase(` [${flagNames(v, accurate)}] Seq=`))
const ACCURATE = 0x1000
const knownFlags: Phrase[] = []
const flagLetters = (v: number, accurate: boolean): string => {
  let out = ''
  for (let i = 11; i >= 0; i--) out += v & (1 << i) ? 'RRRACEUAPRSF'[11 - i]! : '·'
  return accurate ? `${out.slice(0, 3)}-${counter(v)}-${out.slice(6)}` : out
}
