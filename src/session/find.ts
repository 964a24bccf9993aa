/**
 * Looking for a packet: by a display filter, or by a text, bytes or a regular expression in its row, its tree or its
 * bytes. Only packets that are listed are looked at, one after the other from where one is, around the end of the list
 * and back; in slices, so that nobody waits.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Dissection } from '../dissect/dissection.js'
import { Recording } from '../dissect/recording.js'
import { wantEverything } from '../dissect/want-mask.js'
import { NodeFlag } from '../dissect/tape.js'
import { lineText, type Resolver } from '../dissect/value.js'
import { compileFilter, type FilterOptions } from '../filter/compile.js'
import { FilterError } from '../filter/filter-error.js'
import { Sieve, Verdict } from '../filter/sieve.js'
import { addressText } from '../output/address-texts.js'
import type { Displayed } from './displayed.js'
import type { Engine } from './engine.js'
import { type FindRequest, type Matcher, matcherOf, type Span } from './find-matcher.js'

/** How long it may keep a question waiting, in milliseconds. */
const SLICE = 8

/** Where something was found. */
export interface Found {
  readonly packet: number
  /** The line of the tree, as an index into the nodes of the packet's details; -1 where it was not found in one. */
  readonly node: number
  /** The bytes, and of which source; `start === end` where it was not found in bytes. */
  readonly source: number
  readonly start: number
  readonly end: number
  /** It lies beyond the end of the list, or its beginning. */
  readonly wrapped: boolean
}

/** Looks at packet `i`, counted from 0. */
type Look = (i: number) => Omit<Found, 'packet' | 'wrapped'> | null

const HERE = { node: -1, source: 0, start: 0, end: 0 } as const

export class SessionFind {
  /** How far it is, 0 to 1; null when nothing is being looked for. */
  share: number | null = null
  private latest = 0

  /** `changed` is called when `share` has changed. */
  constructor(
    private readonly engine: Engine,
    private readonly names: Resolver,
    private readonly changed: () => void,
  ) {}

  /**
   * Looks from packet `from` on, forward (1) or back (-1), and at last at `from` itself. Rejects with a sentence when the
   * request makes no sense. A later call, or `cancel`, ends it.
   */
  async find(
    request: FindRequest,
    from: number,
    direction: 1 | -1,
    displayed: Displayed,
    options: FilterOptions,
  ): Promise<Found | 'nowhere' | 'cancelled'> {
    const turn = ++this.latest
    try {
      const look = this.lookFor(request, from, options)
      return await this.around(look, from, direction, displayed, () => turn === this.latest)
    } catch (error) {
      throw error instanceof FilterError ? new Error(`${error.sentence}.`, { cause: error }) : error
    } finally {
      if (turn === this.latest) this.report(null)
    }
  }

  cancel(): void {
    this.latest++
    this.report(null)
  }

  private report(share: number | null): void {
    if (share === this.share) return
    this.share = share
    this.changed()
  }

  private async around(
    look: Look,
    from: number,
    direction: 1 | -1,
    displayed: Displayed,
    wanted: () => boolean,
  ): Promise<Found | 'nowhere' | 'cancelled'> {
    const count = displayed.length
    const listed = displayed.has(from)
    // From a packet that is not listed, the next that is comes first.
    const next = displayed.placeOf(from)
    const first = listed
      ? next + direction
      : displayed.packetAt(next) > from === direction > 0
        ? next
        : next + direction
    let until = performance.now() + SLICE
    for (let n = 0; n < count; n++) {
      const place = first + n * direction
      const wrapped = place < 1 || place > count
      const packet = displayed.packetAt(wrapped ? place - direction * count : place)
      const found = packet > this.engine.index.forgotten ? look(packet - 1) : null
      if (found !== null) return { ...found, packet, wrapped }
      if (performance.now() < until) continue
      this.report(n / count)
      await nextTurn()
      if (!wanted()) return 'cancelled'
      until = performance.now() + SLICE
    }
    return 'nowhere'
  }

  private lookFor(request: FindRequest, from: number, options: FilterOptions): Look {
    if (request.what === 'filter') return this.byFilter(request.text, from, options)
    const matcher = matcherOf(request)
    if (request.what === 'hex' || request.where === 'bytes') return this.inBytes(matcher)
    return request.where === 'tree' ? this.inTree(matcher) : this.inRow(matcher)
  }

  private byFilter(text: string, from: number, options: FilterOptions): Look {
    const { engine } = this
    const filter = compileFilter(text, options)
    const recording = new Recording(engine.registry, filter.want(), false)
    recording.names = this.names
    if (filter.refers && from > engine.index.forgotten && from <= engine.index.length) {
      const selected = new Recording(engine.registry, wantEverything(), false)
      engine.show(selected, from - 1)
      filter.refer(selected)
    }
    const sieve = new Sieve(filter, engine)
    return (i) => {
      const verdict = sieve.verdict(i)
      if (verdict !== Verdict.Maybe) return verdict === Verdict.Yes ? HERE : null
      engine.show(recording, i)
      return filter.matches(recording) ? HERE : null
    }
  }

  private inRow(matcher: Matcher): Look {
    const d = new Dissection(this.engine.registry)
    return (i) => {
      this.engine.show(d, i)
      const { names } = this
      const cells = [
        d.infoText(),
        d.protocolText(),
        addressText(d.addressKind, d.addressBytes, d.src, names),
        addressText(d.addressKind, d.addressBytes, d.dst, names),
      ]
      return cells.some((cell) => matcher.inText(cell) !== null) ? HERE : null
    }
  }

  private inTree(matcher: Matcher): Look {
    const d = new Recording(this.engine.registry, wantEverything(), true)
    d.names = this.names
    const bytesOf = (source: number): Uint8Array => (source === 0 ? d.frameBytes : d.sources[source - 1]!.bytes)
    return (i) => {
      this.engine.show(d, i)
      const t = d.tape
      let node = 0
      for (let k = 0; k < t.length; k++) {
        if (t.flags[k]! & NodeFlag.Hidden) continue
        if (matcher.inText(lineText(t, k, bytesOf, this.names)) !== null) return { ...HERE, node }
        node++
      }
      return null
    }
  }

  private inBytes(matcher: Matcher): Look {
    const d = new Dissection(this.engine.registry)
    return (i) => {
      const frame = this.engine.show(d, i)
      const span = matcher.inBytes(frame)
      if (span !== null) return at(0, span)
      for (const [k, { bytes }] of d.sources.entries()) {
        const inside = matcher.inBytes(bytes)
        if (inside !== null) return at(k + 1, inside)
      }
      return null
    }
  }
}

const at = (source: number, [start, end]: Span): Omit<Found, 'packet' | 'wrapped'> => ({ node: -1, source, start, end })
