/** A capture that is being made, as the screen needs it: its state in words, and what the user can do with it. */
import { filterProblem } from '../capture/live/capture-filter.js'
import { usualLinkType } from '../capture/live/interfaces.js'
import type { CaptureSettings, LiveCapture } from '../capture/live/live-capture.js'
import { callingUserLeft } from '../capture/live/privileges.js'
import { isRemote } from '../capture/live/remote.js'
import { history } from '../config/history.js'
import type { KeepLimit } from '../session/keeper.js'
import type { LiveControl, LiveState } from '../session/live-control.js'
import type { Session } from '../session/session.js'

type Hear = Parameters<LiveControl['onNotice']>[0]

/** How often what was lost is looked at, in milliseconds. */
const LOOK = 500

export class LiveDesk implements LiveControl {
  readonly filters = history('capture')
  readonly #live: LiveCapture
  readonly #session: Session
  readonly #keep: KeepLimit | null
  readonly #changed = new Set<() => void>()
  readonly #hearers = new Set<Hear>()
  readonly #timer: NodeJS.Timeout
  /** What happened before anybody listened. */
  readonly #unheard: string[] = []
  #settled = false

  /** `begin` begins a capture with other settings in place of this one; resolves with what stands in the way. */
  constructor(
    live: LiveCapture,
    session: Session,
    keep: KeepLimit | null,
    private readonly begin: (settings: CaptureSettings) => Promise<string>,
  ) {
    this.#live = live
    this.#session = session
    this.#keep = keep
    this.#timer = setInterval(() => this.#tell(), LOOK)
    live.onNotice((notice) => this.#say(notice, 2))
    void live.ended.then(({ message }) => {
      clearInterval(this.#timer)
      this.#tell()
      if (message !== '') this.#say(message, 3)
    })
  }

  state(): LiveState {
    const { settings, engine, reason, spool } = this.#live
    const { interfaces } = settings
    return {
      devices: interfaces.map(({ name }) => name).join(', '),
      filter: [...new Set(interfaces.map(({ filter }) => filter))].filter((one) => one !== '').join(' | '),
      engine,
      reason,
      running: this.#live.running(),
      dropped: this.#live.losses(),
      keep: this.#keep === null ? '' : `${this.#keep.unit}:${this.#keep.most}`,
      spool,
    }
  }

  onChange(listener: () => void): () => void {
    this.#changed.add(listener)
    return () => this.#changed.delete(listener)
  }

  onNotice(listener: Hear): () => void {
    this.#hearers.add(listener)
    for (const text of this.#unheard.splice(0)) listener(text, 2)
    return () => this.#hearers.delete(listener)
  }

  async stop(): Promise<void> {
    await this.#live.stop()
  }

  async restart(filter: string): Promise<string> {
    const { settings } = this.#live
    // The filters that interfaces had of their own stay unless there is another for all.
    const same = filter === this.state().filter
    const interfaces = same ? settings.interfaces : settings.interfaces.map((io) => ({ ...io, filter }))
    const problem = await this.begin({ ...settings, interfaces })
    if (problem === '') this.filters.add(filter)
    return problem !== '' && callingUserLeft()
      ? `Root's rights were given up when the capture began, so another one cannot be: quit and start it again. ${problem}`
      : problem
  }

  async filterProblem(filter: string): Promise<string> {
    for (const { name, linkType } of this.#live.settings.interfaces.filter((io) => !isRemote(io.name))) {
      const problem = await filterProblem(filter, linkType === '' ? usualLinkType(name) : linkType)
      if (problem !== '') return problem
    }
    return ''
  }

  settle(): void {
    this.#settled = true
  }

  /** Ends the capture. Answers where its frames are, if there are any that nobody saved, and what had ended it. */
  async close(): Promise<{ readonly path: string; readonly ending: string }> {
    clearInterval(this.#timer)
    const { message } = await this.#live.stop()
    const { packets } = this.#session.status()
    const path = this.#live.remove(packets > 0 && !this.#settled)
    return { path, ending: message }
  }

  #tell(): void {
    for (const listener of this.#changed) listener()
  }

  #say(text: string, severity: 2 | 3): void {
    if (this.#hearers.size === 0) this.#unheard.push(text)
    for (const hear of this.#hearers) hear(text, severity)
  }
}
