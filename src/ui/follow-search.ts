/** Looks for words or bytes in a followed stream: asks what, goes from place to place, shows how far it is. */
import type { FollowPlace, FollowSide, FollowState, Session } from '../session/session.js'
import type { FollowMode } from './follow-layout.js'
import { errorText } from './error-text.js'
import { Prompt } from './prompt.js'
import { formatMeter } from './status-line.js'

export interface FollowSearchOptions {
  readonly session: Session
  readonly mode: () => FollowMode
  readonly side: () => FollowSide
  /** The stream was read to its end. */
  readonly complete: () => boolean
  /** Where to look from: forward (1) or back (-1) from the marked line, or with `here` from its own beginning. */
  readonly from: (step: 1 | -1, here: boolean) => FollowPlace
  readonly found: (place: FollowPlace) => void
  /** Says something, '' for nothing any more. */
  readonly say: (text: string) => void
}

/** How often the progress is asked for, in ms. */
const poll = 200

export class FollowSearch {
  private wanted = ''
  /** The search that is at work, counted from 1; 0 for none. */
  private running = 0
  private count = 0
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly options: FollowSearchOptions) {}

  get isRunning(): boolean {
    return this.running !== 0
  }

  /** The bytes that are looked for, none when nothing is. */
  get needle(): Uint8Array {
    return this.wanted === '' ? new Uint8Array(0) : this.pattern(this.wanted)
  }

  /** What asks for words. */
  ask(): Prompt {
    return new Prompt({
      label: 'Find:',
      hint: this.options.mode() === 'text' ? 'text, letters in either case' : 'hex digits, or text in quotes',
      accept: (answer) => {
        if (this.pattern(answer).length === 0) return 'hex digits, two for each byte'
        this.wanted = answer
        this.go(1, true)
        return ''
      },
    })
  }

  /** Goes to the next place of what is looked for; `here`: the marked line may be it. */
  go(step: 1 | -1, here = false): void {
    const { session, side, from, say, found } = this.options
    const bytes = this.needle
    if (bytes.length === 0) return say(this.wanted === '' ? 'Nothing is looked for; Ctrl-F begins.' : 'Not bytes.')
    this.end()
    const number = (this.running = ++this.count)
    say(SEARCHING)
    this.watch()
    session.follow({ do: 'find', bytes, from: from(step, here), step, side: side() }).then(
      (place) => {
        if (this.running !== number) return
        this.end()
        say(place === null ? this.nothing(step) : '')
        if (place !== null) found(place)
      },
      (error: unknown) => {
        if (this.running !== number) return
        this.end()
        say(errorText(error))
      },
    )
  }

  /** Gives up. Returns whether there was anything to give up. */
  cancel(): boolean {
    if (!this.isRunning) return false
    this.end()
    void this.options.session.follow({ do: 'cancel' }).catch(() => null)
    this.options.say('')
    return true
  }

  /** Forgets the search that is at work. */
  end(): void {
    this.running = 0
    clearTimeout(this.timer)
  }

  private nothing(step: 1 | -1): string {
    if (step === -1) return 'Not found before this; n looks onward.'
    return this.options.complete() ? 'Not found behind this; N looks back.' : 'Not found in what was read so far.'
  }

  /** Says again and again how far the search is. */
  private watch(): void {
    const { session, say } = this.options
    const number = this.running
    const look = async (): Promise<void> => {
      const state: FollowState | null = await session.follow({ do: 'state' }).catch(() => null)
      if (this.running !== number || state === null) return
      if (state.searched !== null) say(`Searching ${formatMeter(Math.min(1, state.searched))} · Esc gives up`)
      this.watch()
    }
    this.timer = setTimeout(() => void look(), poll)
    this.timer.unref()
  }

  /** The bytes that are meant. */
  private pattern(text: string): Uint8Array {
    if (this.options.mode() === 'text') return Buffer.from(text)
    const quoted = /^"(.*)"$/.exec(text)
    if (quoted) return Buffer.from(quoted[1]!)
    const digits = text.replace(/[\s:]/g, '')
    return /^([0-9a-fA-F]{2})+$/.test(digits) ? Buffer.from(digits, 'hex') : Buffer.alloc(0)
  }
}

const SEARCHING = 'Searching … · Esc gives up'
