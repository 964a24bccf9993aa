/**
 * Forgets the oldest packets of a capture that runs for days, from the index and from the disk, so that neither grows
 * without end. Numbers go on counting.
 */
import { SpoolTrimmer } from '../capture/live/spool-trimmer.js'
import { noteBeginning } from '../capture/live/trimmed-spool.js'
import { TcpConnections } from '../track/tcp.js'
import type { Engine } from './engine.js'

export const keepUnits = ['frames', 'bytes', 'time'] as const

/** What is kept: so many of the latest packets, as many as have so many bytes, or those of the last seconds. */
export interface KeepLimit {
  readonly unit: (typeof keepUnits)[number]
  readonly most: number
}

/** The disk gets its space back in pieces of so many bytes. */
const PIECE = 4 * 2 ** 20
/** Protocols are told what is forgotten when it is so much more. */
const STRIDE = 4096

/** What a protocol remembers, if that grows with every packet. */
interface Forgetful {
  /**
   * What is only known of the first `packets` packets is not needed any more. `isOver` says of a TCP conversation that it
   * is over, and in them.
   */
  forget(packets: number, isOver: (conversation: number) => boolean): void
}
const forgets = (state: object): state is Forgetful => 'forget' in state && typeof state.forget === 'function'

export class Keeper {
  readonly #engine: Engine
  readonly #limit: KeepLimit
  readonly #trimmer: SpoolTrimmer | null
  /** Captured bytes of the packets that are kept, as far as they were counted. */
  #bytes = 0
  #counted = 0
  /** So many packets the protocols know to be forgotten. */
  #told = 0

  /** `spool` is the file that the packets are in, if its beginning may be given back; otherwise ''. */
  constructor(engine: Engine, limit: KeepLimit, spool: string) {
    this.#engine = engine
    this.#limit = limit
    this.#trimmer =
      spool === ''
        ? null
        : new SpoolTrimmer(spool, { behind: 0, piece: PIECE, onTrim: (kept) => noteBeginning(spool, kept) })
  }

  /** Forgets what is beyond the limit now. */
  forget(): void {
    const { index } = this.#engine
    if (index.length === 0) return
    const { unit, most } = this.#limit
    const before = index.forgotten
    if (unit === 'frames') index.forget(index.length - most)
    else index.forget(unit === 'bytes' ? this.#beyondBytes(most) : this.#beyondTime(most))
    const now = index.forgotten
    if (now === before) return
    this.#trimmer?.trim(index.page(now).offset[index.row(now)]!)
    if (now - this.#told < STRIDE) return
    this.#told = now
    const { states } = this.#engine
    const tcp = states.find((state) => state instanceof TcpConnections)
    const isOver = (conversation: number): boolean => tcp === undefined || tcp.isOver(conversation, now)
    for (const state of states) if (state !== null && forgets(state)) state.forget(now, isOver)
  }

  #beyondBytes(most: number): number {
    const { index } = this.#engine
    while (this.#counted < index.length) this.#bytes += this.#captured(this.#counted++)
    let end = index.forgotten
    while (this.#bytes > most && end < index.length - 1) this.#bytes -= this.#captured(end++)
    return end
  }

  #beyondTime(seconds: number): number {
    const { index } = this.#engine
    const since = index.secondsOf(index.length) + index.nanosecondsOf(index.length) / 1e9 - seconds
    let end = index.forgotten
    while (end < index.length && index.secondsOf(end + 1) + index.nanosecondsOf(end + 1) / 1e9 < since) end++
    return end
  }

  #captured(i: number): number {
    return this.#engine.index.page(i).captured[this.#engine.index.row(i)]!
  }
}
