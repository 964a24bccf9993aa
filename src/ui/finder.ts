/**
 * Finding a packet without hiding the others: what was looked for last, the search that is under way, and what comes of
 * it.
 */

import type { FindRequest, Found, Matcher, Session, Severity } from '../session/session.js'
import type { Overlay } from './overlay.js'
import { matcherOf } from '../session/session.js'
import { errorText } from './error-text.js'
import { FindBar } from './find-bar.js'

export interface FinderOptions {
  readonly session: Session
  /** The selected packet. */
  readonly from: () => number
  readonly found: (found: Found) => void
  readonly say: (text: string, severity?: Severity) => void
  readonly show: (overlay: Overlay) => void
  readonly changed: () => void
}

/** Finds what is wrong. */
export const problems: FindRequest = {
  what: 'filter',
  where: 'list',
  text: '_ws.expert.severity >= "Warning"',
  caseSensitive: false,
}

const mostEarlier = 50
const mostQueued = 64

export class Finder {
  private readonly options: FinderOptions
  private request: FindRequest = { what: 'text', where: 'list', text: '', caseSensitive: false }
  private matcher: Matcher | undefined
  private earlier: string[] = []
  private searching = false
  /** Counts searches, so that the answer of an earlier one is known as such. */
  private turn = 0
  /** Ways to go on once the search under way is done: keys may come faster than packets are found. */
  private queued: (1 | -1)[] = []

  constructor(options: FinderOptions) {
    this.options = options
  }

  /** Asks what to find. `problem` is what is wrong with what was said last. */
  ask(problem = ''): void {
    const { request, earlier } = this
    this.options.show(new FindBar({ request, problem, earlier, accept: (wanted) => this.look(wanted) }))
  }

  /** Looks for something, from the selected packet on. */
  look(request: FindRequest): void {
    this.request = request
    this.earlier = [request.text, ...this.earlier.filter((text) => text !== request.text)].slice(0, mostEarlier)
    this.matcher = undefined
    if (request.where === 'list' && (request.what === 'text' || request.what === 'regex')) {
      try {
        this.matcher = matcherOf(request)
      } catch {
        // The session says what is wrong with it.
      }
    }
    this.queued = []
    this.search(1)
  }

  /** Looks for the same again, forward or back. */
  again(direction: 1 | -1): void {
    if (this.request.text === '') return this.ask()
    if (!this.searching) this.search(direction)
    else if (this.queued.length < mostQueued) this.queued.push(direction)
  }

  private search(direction: 1 | -1): void {
    const { session, from } = this.options
    const { request } = this
    this.searching = true
    const turn = ++this.turn
    session.find(request, from(), direction).then(
      (result) => {
        if (turn !== this.turn) return
        this.searching = false
        const { queued } = this
        this.queued = []
        if (result !== 'cancelled') this.arrived(result, direction)
        const onward = typeof result === 'string' ? undefined : queued.shift()
        if (onward !== undefined) {
          this.queued = queued
          this.search(onward)
        }
        this.options.changed()
      },
      (error: unknown) => {
        // What was asked for meanwhile is worth more than the message.
        if (turn !== this.turn) return
        this.searching = false
        this.queued = []
        this.ask(errorText(error))
        this.options.changed()
      },
    )
  }

  /** Gives up the search that is under way. Returns whether there was one. */
  cancel(): boolean {
    if (!this.searching) return false
    this.searching = false
    this.queued = []
    this.turn++
    void this.options.session.cancelFind()
    this.options.say('Stopped looking.')
    return true
  }

  /** From where to where a text of the packet list has what was looked for in the list; undefined when it has it not. */
  readonly highlight = (text: string): readonly [number, number] | undefined => {
    try {
      return this.matcher?.inText(text) ?? undefined
    } catch {
      return undefined
    }
  }

  private arrived(result: Found | 'nowhere', direction: 1 | -1): void {
    const { say, found } = this.options
    if (result === 'nowhere') return say(`${this.wording} is nowhere.`, 2)
    if (result.wrapped) {
      const here =
        result.packet === this.options.from()
          ? 'only this packet has it'
          : direction > 0
            ? 'went on from the first packet'
            : 'went on from the last packet'
      say(`${this.wording}: ${here}.`, 1)
    }
    found(result)
  }

  private get wording(): string {
    return `“${this.request.text}”`
  }
}
