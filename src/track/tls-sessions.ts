/**
 * What TLS connections have agreed on, record by record, so that any packet can be shown later as it was met: for each
 * connection a chain of states, each with the packet that brought it. Application data changes nothing and costs nothing.
 */
import type { Dissection } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'
import type { Limited, LimitMet } from './limits.js'
import { TlsFragments } from './tls-fragments.js'

/** States that are remembered, of all connections together. */
const MAX_STATES = 1 << 24

/** Connections that are looked at in one turn when something is forgotten. */
const FORGETTING = 1 << 16

/** Who of the two ends is the server. */
export const Server = { Unknown: 0, Forward: 1, Backward: 2 } as const

const CLIENT_CIPHER = 1
const SERVER_CIPHER = 2
const RESUMED = 4

/** A connection at one point of time. */
export class TlsState {
  /** The version that was agreed on as in the packet, 0 while it is unknown. */
  version = 0
  cipher = 0
  /** `Server`: the end that sends `d.forward` packets, or the other one. */
  server = 0
  /** What application data is, by the server's choice: 0 when it made none. */
  application = 0
  /** The client, the server has changed to the agreed cipher. */
  clientChanged = false
  serverChanged = false
  /** The server has said hello, and not that it is done. */
  resumed = false

  clear(): void {
    this.version = this.cipher = this.server = this.application = 0
    this.clientChanged = this.serverChanged = this.resumed = false
  }

  /** As two words. */
  low(): number {
    return ((this.version << 16) | this.cipher) >>> 0
  }
  high(): number {
    return (
      (this.clientChanged ? CLIENT_CIPHER : 0) |
      (this.serverChanged ? SERVER_CIPHER : 0) |
      (this.resumed ? RESUMED : 0) |
      (this.server << 4) |
      (this.application << 8)
    )
  }
  take(low: number, high: number): void {
    this.version = low >>> 16
    this.cipher = low & 0xffff
    this.clientChanged = (high & CLIENT_CIPHER) !== 0
    this.serverChanged = (high & SERVER_CIPHER) !== 0
    this.resumed = (high & RESUMED) !== 0
    this.server = (high >>> 4) & 3
    this.application = high >>> 8
  }
}

export class TlsSessions implements Limited {
  readonly fragments = new TlsFragments()
  /** The state at hand, and what of it was so before this packet. Each one object, refilled. */
  readonly state = new TlsState()
  readonly before = new TlsState()
  /** States that found no room. */
  refused = 0
  /** By conversation: its first and last state, 0 for none. */
  private first = new Uint32Array(64)
  private last = new Uint32Array(64)
  /** By state: packet and place of the layer that brought it, what it is, the next one. */
  private packets = new Uint32Array(64)
  private places = new Uint32Array(64)
  private lows = new Uint32Array(64)
  private highs = new Uint32Array(64)
  private next = new Uint32Array(64)
  private length = 1
  /** States that are free again, and the connection from which `forget` goes on. */
  private free = 0
  private nextToForget = 0

  /** Fills `state` and `before` for the layer at `place`. `tracks` says that it is met for the first time. */
  begin(d: Dissection, place: number, tracks: boolean): void {
    this.state.clear()
    this.before.clear()
    const c = d.conversation
    const { number } = d.packet
    let state = 0
    let before = 0
    const latest = this.last[c] ?? 0
    if (tracks && latest !== 0 && this.packets[latest]! < number) state = before = latest
    else {
      let known = tracks
      for (let i = this.first[c] ?? 0; i !== 0; i = this.next[i]!) {
        const packet = this.packets[i]!
        known ||= packet === number && this.places[i] === place
        if (packet > number || (!tracks && known)) break
        if (packet < number) before = i
        state = i
      }
      // A layer that brought nothing came before those of its packet that did.
      if (!known) state = before
    }
    if (state !== 0) this.state.take(this.lows[state]!, this.highs[state]!)
    if (before !== 0) this.before.take(this.lows[before]!, this.highs[before]!)
  }

  /** Keeps the state as the layer at `place` has left it, in capture order. */
  keep(d: Dissection, place: number): void {
    const c = d.conversation
    const low = this.state.low()
    const high = this.state.high()
    const latest = this.last[c] ?? 0
    const same = latest !== 0 && this.lows[latest] === low && this.highs[latest] === high
    if (same ? this.packets[latest] !== d.packet.number : latest === 0 && low === 0 && high === 0) return
    const i = this.newState()
    if (i === 0) return
    this.packets[i] = d.packet.number
    this.places[i] = place
    this.lows[i] = low
    this.highs[i] = high
    if (c >= this.first.length) {
      const n = Math.max(this.first.length * 2, c + 1)
      this.first = widened(this.first, n)
      this.last = widened(this.last, n)
    }
    if (latest === 0) this.first[c] = i
    else this.next[latest] = i
    this.last[c] = i
  }

  /**
   * Forgets what is only known of the first `packets` packets: of a connection that is over all of it, of another one what
   * was agreed on before the state that held then. Some connections in each turn, so that no turn takes long.
   */
  forget(packets: number, isOver: (conversation: number) => boolean): void {
    this.fragments.forget(packets, isOver)
    for (let n = Math.min(FORGETTING, this.first.length); n > 0; n--) {
      const c = this.nextToForget % this.first.length
      this.nextToForget = c + 1
      if (this.first[c] === 0) continue
      const over = this.packets[this.last[c]!]! <= packets && isOver(c)
      let i = this.first[c]!
      while (i !== 0 && (over || this.packets[this.next[i]!]! <= packets) && (over || this.next[i] !== 0)) {
        const next = this.next[i]!
        this.next[i] = this.free
        this.free = i
        i = next
      }
      this.first[c] = i
      if (i === 0) this.last[c] = 0
    }
  }

  /** Memory that is held, in bytes. */
  get bytes(): number {
    return this.packets.length * 20 + this.first.length * 8 + this.fragments.bytes
  }

  limits(): LimitMet[] {
    return [['states of TLS connections that found no room', this.refused], ...this.fragments.limits()]
  }

  /** The number of a state that is not in use, 0 when there is no room. */
  private newState(): number {
    const freed = this.free
    if (freed !== 0) {
      this.free = this.next[freed]!
      this.next[freed] = 0
      return freed
    }
    if (this.length === MAX_STATES) {
      this.refused++
      return 0
    }
    const i = this.length++
    if (i === this.packets.length) this.grow()
    return i
  }

  private grow(): void {
    this.packets = widened(this.packets)
    this.places = widened(this.places)
    this.lows = widened(this.lows)
    this.highs = widened(this.highs)
    this.next = widened(this.next)
  }
}
