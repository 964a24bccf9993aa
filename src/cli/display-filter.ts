/** `-Y` and `-R`: which packets are printed. */
import { CaptureError, Exit } from '../capture/damage.js'
import { Recording } from '../dissect/recording.js'
import type { Resolver } from '../dissect/value.js'
import { type CompiledFilter, compileFilter } from '../filter/compile.js'
import { complaintText, FilterError } from '../filter/filter-error.js'
import type { Macros } from '../filter/macros.js'
import { Sieve, Verdict } from '../filter/sieve.js'
import type { CaptureNames } from '../names/resolver.js'
import type { Engine } from '../session/engine.js'
import { addressesOf } from '../session/known-hosts.js'

/** Passes or holds back the packets of an engine, one after the other. */
export class DisplayFilter {
  private readonly sieve: Sieve
  private readonly recording: Recording
  /** The packet that passed last, counted from 0; -1 for none. */
  private latest = -1

  constructor(
    private readonly engine: Engine,
    private readonly filter: CompiledFilter,
    names: Resolver,
  ) {
    this.sieve = new Sieve(filter, engine)
    this.recording = new Recording(engine.registry, filter.want(), false)
    this.recording.names = names
  }

  /**
   * Does packet `i` pass, counted from 0, or the one read last? That one is not read from the file again. Throws
   * `CaptureError` when a regular expression explodes.
   */
  passes(i = this.engine.index.length - 1): boolean {
    const { engine, recording } = this
    engine.shown = this.latest < 0 ? i : this.latest
    const verdict = this.sieve.verdict(i)
    if (verdict === Verdict.Maybe) {
      if (i === engine.index.length - 1) engine.again(recording)
      else engine.show(recording, i)
    }
    const passes = verdict === Verdict.Maybe ? this.matches() : verdict === Verdict.Yes
    if (passes) this.latest = i
    return passes
  }

  private matches(): boolean {
    try {
      return this.filter.matches(this.recording)
    } catch (error) {
      throw error instanceof FilterError ? refusal(this.filter.source, error) : error
    }
  }
}

/** Understands a filter of the command line. Throws `CaptureError` with the place of what is wrong. */
export function filterOf(text: string, captureNames: CaptureNames, macros: Macros): CompiledFilter {
  try {
    return compileFilter(text, { macros, hosts: (name) => addressesOf(name, captureNames) })
  } catch (error) {
    throw error instanceof FilterError ? refusal(text, error) : error
  }
}

const refusal = (text: string, error: FilterError): CaptureError =>
  new CaptureError(complaintText(text, error), Exit.File)
