/** What engines say on standard error, and what it means for whoever started a capture. */
import { printable } from '../damage.js'
import type { InterfaceSettings } from './engines.js'

/** Why an engine did not start. Only `missing` and `refused` let another one try. */
export type Refusal = 'missing' | 'refused' | 'device' | 'down' | 'filter' | 'setting' | 'other'

export interface Failure {
  readonly kind: Refusal
  /** A whole sentence, with the remedy where there is one. */
  readonly message: string
}

/** Frames that were seen and lost, as the engine counted them at its end; -1 where it does not say. */
export interface Drops {
  readonly kernel: number
  readonly interface: number
  readonly engine: number
}

const RULES: readonly { readonly kind: Refusal; readonly sounds: RegExp }[] = [
  { kind: 'refused', sounds: /permission|not permitted|Permission denied|EACCES|EPERM/i },
  { kind: 'down', sounds: /is not up|network is down/i },
  { kind: 'device', sounds: /no such device|no device named|SIOCGIFHWADDR|doesn't exist|BIOCSETIF.*not configured/i },
  { kind: 'filter', sounds: /capture filter|filter expression|syntax error|unknown (?:port|host|network|protocol)/i },
  { kind: 'setting', sounds: /monitor mode|data link type|not one of the DLTs|snap|buffer size/i },
  { kind: 'missing', sounds: /cannot be loaded/i },
]

/** What kept `program` from starting to capture, from what it wrote to standard error. */
export function failureOf(program: string, errors: string, interfaces: readonly InterfaceSettings[]): Failure {
  const lines = linesOf(errors)
  const said = saying(errors)
  const kind = RULES.find(({ sounds }) => sounds.test(errors))?.kind ?? 'other'
  const names = interfaces.map(({ name }) => printable(name)).join(', ')
  switch (kind) {
    case 'refused': {
      const cause = lines.find((line) => /^\(.*\)$/.test(line)) ?? `(${said.replace(/\.$/, '')})`
      return { kind, message: `${program} may not capture on ${names} ${cause}.` }
    }
    case 'device':
      return {
        kind,
        message: `there is no interface ${names}. All there are: ${program === 'ssh' ? 'tcpdump -D, there' : 'framewise -D'}`,
      }
    case 'down': {
      const up = interfaces.map(({ name }) => `sudo ip link set ${printable(name)} up`).join('; ')
      return { kind, message: `${names} is down, so nothing can be captured on it. Try: ${up}` }
    }
    default:
      return { kind, message: said === '' ? `${program} ended without saying why.` : `${program}: ${said}` }
  }
}

/** The first thing of substance that an engine said, as a sentence; '' when it said nothing. */
export function saying(errors: string): string {
  const [text = '', more = ''] = linesOf(errors)
  const whole = more.startsWith('(') && !text.includes(more.slice(1, -1)) ? `${text} ${more}` : text
  return whole === '' || /[.!?)]$/.test(whole) ? whole : `${whole}.`
}

function linesOf(errors: string): string[] {
  return errors
    .split(/[\r\n]+/)
    .map((line) => printable(line.replace(/^(?:dumpcap|tcpdump|cap|ssh): /, '').trim()))
    .filter((line) => line !== '' && !IDLE.test(line))
}

/** Lines that say that all is well. */
const IDLE =
  /^(?:Running as user|Capturing on|File: |Packets:? |Packets captured|Packets received\/dropped|Warning:|listening on|dropped privs|\d+ packets? )/

/** The losses that an engine reported, the last time it did. */
export function dropsOf(errors: string): Drops {
  let kernel = -1
  let device = -1
  let engine = -1
  const add = (sum: number, more: string | undefined): number =>
    more === undefined ? sum : Math.max(sum, 0) + Number(more)
  // dumpcap, one line for each interface.
  for (const [, pcap, own, flushed, io] of errors.matchAll(
    /\(pcap:(\d+)\/dumpcap:(\d+)\/flushed:(\d+)\/ps_ifdrop:(\d+)\)/g,
  )) {
    kernel = add(kernel, pcap)
    engine = add(add(engine, own), flushed)
    device = add(device, io)
  }
  // tcpdump, which may have been asked before its end.
  kernel = add(kernel, [...errors.matchAll(/(\d+) packets? dropped by kernel/g)].at(-1)?.[1])
  device = add(device, [...errors.matchAll(/(\d+) packets? dropped by interface/g)].at(-1)?.[1])
  return { kernel, interface: device, engine }
}
