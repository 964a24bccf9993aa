/**
 * TCP connections written down as traces, so that tests read like what tcpdump prints:
 *
 *     0.030  C A  1:101 ack 1
 *     0.040  S SA 0     ack 1 win 300 scale 7
 *
 * Seconds, who sends (C client, S server), flags (- for none), sequence number with the end of its data, and what else
 * there is. Numbers count from each end's first one: the client's is 1000, the server's 5000, unless `isn` says so.
 */
import { protocols } from '../../dissectors/index.js'
import { Address, Dissection } from '../../src/dissect/dissection.js'
import { Registry } from '../../src/dissect/registry.js'
import { Fact, Reached, type Recalled, type Segment, TcpConnections } from '../../src/track/tcp.js'
import { Finding } from '../../src/track/tcp-analysis.js'
import { TcpFlag } from '../../src/track/tcp-flags.js'
import { State } from '../../src/track/tcp-state.js'

const registry = new Registry(protocols)
const flagBits: Readonly<Record<string, number>> = {
  F: TcpFlag.Fin,
  S: TcpFlag.Syn,
  R: TcpFlag.Rst,
  P: TcpFlag.Psh,
  A: TcpFlag.Ack,
  U: TcpFlag.Urg,
}
const names = (table: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(table).reduce<string[]>((all, [name, value]) => ((all[value] = name), all), [])
const stateNames = names(State)

/** What was found out about one segment. */
export interface Verdict extends Recalled {
  readonly stream: number
  readonly completeness: number
  readonly scale: number
  readonly worst: number
  /** The findings by name, in the order of their bits. */
  readonly found: string
  /** `Client Server`, as in `Established SynReceived`. */
  readonly states: string
}

const nothing = (): Recalled => ({
  findings: 0,
  analysed: false,
  acks: 0,
  flight: 0,
  pushed: 0,
  reference: 0,
  duplicates: 0,
  syn: 0,
  handshake: 0,
  change: 0,
})

export class Trace {
  readonly connections = new TcpConnections()
  private readonly d = new Dissection(registry)
  private readonly times: number[] = []
  private readonly isn: Readonly<Record<string, number>>

  constructor(
    isn: { client?: number; server?: number } = {},
    private readonly msl = 60,
    private readonly halfOpen = 0,
  ) {
    this.isn = { C: isn.client ?? 1000, S: isn.server ?? 5000 }
    this.d.clock = {
      secondsOf: (number) => Math.floor(this.times[number - 1]! / 1e9),
      nanosecondsOf: (number) => this.times[number - 1]! % 1e9,
    }
  }

  /** Plays a trace and returns what was found out about each of its segments. */
  play(trace: string): Verdict[] {
    const lines = trace.split('\n').map((line) => line.trim())
    return lines.filter((line) => line !== '').map((line) => this.segment(line))
  }

  private segment(line: string): Verdict {
    const [time = '', who = '', flags = '', range = '', ...rest] = line.split(/\s+/)
    const option = (name: string, otherwise: number): number => {
      const at = rest.indexOf(name)
      return at < 0 ? otherwise : Number(rest[at + 1])
    }
    const mine = this.isn[who]!
    const other = this.isn[who === 'C' ? 'S' : 'C']!
    const [seq = 0, end = seq] = range.split(':').map(Number)
    const client = { port: option('port', 40000), address: [192, 0, 2, 1] }
    const server = { port: option('to', 80), address: [192, 0, 2, 2] }
    const [from, to] = who === 'C' ? [client, server] : [server, client]
    const sack = rest.includes('sack') ? rest[rest.indexOf('sack') + 1]!.split('-').map((n) => other + Number(n)) : []
    const options = Buffer.alloc(sack.length > 0 ? 12 : 0, 1)
    if (sack.length > 0) {
      options.set([5, 10], 2)
      options.writeUInt32BE(sack[0]!, 4)
      options.writeUInt32BE(sack[1]!, 8)
    }
    const s: Segment = {
      srcport: from.port,
      dstport: to.port,
      seq: (mine + seq) >>> 0,
      ack: rest.includes('ack') ? (other + option('ack', 0)) >>> 0 : 0,
      flags: [...flags].reduce((bits, letter) => bits | (flagBits[letter] ?? 0), 0),
      window: option('win', 64240),
      scale: option('scale', -1),
      payload: end - seq,
      options: 8,
      optionsEnd: 8 + options.length,
      read: Reached.Options,
    }
    return this.track(s, Math.round(Number(time) * 1e9), Uint8Array.of(...from.address, ...to.address, ...options))
  }

  private track(s: Segment, nanoseconds: number, bytes: Uint8Array): Verdict {
    const { d, connections } = this
    const number = this.times.push(nanoseconds)
    d.packet.number = number
    d.packet.seconds = Math.floor(nanoseconds / 1e9)
    d.packet.nanoseconds = nanoseconds % 1e9
    d.bytes = d.addressBytes = bytes
    d.end = bytes.length
    d.addressKind = Address.IPv4
    d.src = 0
    d.dst = 4
    d.worst = 0
    const facts = connections.segment(s, d, { msl: this.msl, halfOpen: this.halfOpen }) >>> 0
    const known = nothing()
    connections.recall(d.conversation, facts, number, known)
    const found = Object.entries(Finding).flatMap(([name, bit]) => (facts & bit ? [name] : []))
    const states = connections.states.changes.states(known.change)
    return {
      ...known,
      stream: d.conversation,
      completeness: (facts & Fact.CompleteMask) >>> Fact.CompleteShift,
      scale: ((facts & Fact.ScaleMask) >>> Fact.ScaleShift) - 2,
      worst: d.worst,
      found: found.join(' '),
      states: `${stateNames[states & 15]} ${stateNames[states >>> 4]}`,
    }
  }
}

/** Plays a trace of its own and returns one fact about each segment. */
export const each = <T>(trace: string, what: (v: Verdict) => T, isn = {}): T[] => new Trace(isn).play(trace).map(what)

export const handshake = `
  0.000 C S  0
  0.010 S SA 0 ack 1
  0.020 C A  1 ack 1
`
