/**
 * What can be done with a capture that is being made: pause and go on, stop, begin anew, another filter, save, and
 * leaving it, which asks first when it was not saved.
 */

import type { Session, Severity, Status } from '../session/session.js'
import type { LiveControl } from '../session/live-control.js'
import type { Overlay } from './overlay.js'
import type { Saveable } from './save-dialog.js'
import type { Tail } from './tail.js'
import { CaptureFilterDialog } from './capture-filter-dialog.js'
import { formatLosses } from './live-title.js'
import type { MenuItem } from './menu.js'
import { Menu } from './menu.js'
import { SaveDialog } from './save-dialog.js'
import { formatCount, formatNumber } from './status-line.js'

export interface LiveActionsOptions {
  readonly session: Session
  /** Undefined for a file: it can be saved, and a growing one paused. */
  readonly control: LiveControl | undefined
  readonly tail: Tail
  readonly status: () => Status
  readonly saveable: () => Saveable
  readonly say: (text: string, severity?: Severity) => void
  readonly show: (overlay: Overlay) => void
  /** Closes what was shown last. */
  readonly leave: () => void
  /** The selection moved with the end of the list. */
  readonly moved: () => void
  readonly changed: () => void
  readonly quit: () => void
}

export class LiveActions {
  private readonly options: LiveActionsOptions
  private readonly unsubscribe: (() => void)[] = []
  /** Packets that all were saved; what came later is not. */
  private saved = 0
  private beginning = false

  constructor(options: LiveActionsOptions) {
    this.options = options
    const { control, say, changed } = options
    if (control) this.unsubscribe.push(control.onChange(changed), control.onNotice(say))
  }

  stop(): void {
    for (const end of this.unsubscribe) end()
  }

  /** Holds the list still while the capture goes on, or lets it go on. */
  togglePause(): void {
    const { tail, status, say, moved } = this.options
    if (!tail.paused && status().complete) return say('Nothing comes any more: there is nothing to pause.')
    if (tail.togglePause()) moved()
    say(tail.paused ? 'Paused: the capture goes on, and the list waits. p shows what came.' : 'The list goes on.')
  }

  /** Stops a capture that runs; begins anew where it is stopped. */
  stopOrStart(): void {
    const { control, say } = this.options
    if (!control) return this.noCapture()
    if (!control.state().running) return this.restart()
    say('Stopping …')
    void control.stop().then(() => {
      const { packets } = this.options.status()
      say(`Stopped: ${formatNumber(packets, 'packet')}, ${formatLosses(control.state())}.`)
    })
  }

  restart(): void {
    const { control } = this.options
    if (!control) return this.noCapture()
    this.unlessUnsaved('Begin anew?', 'begin anew without it', () => this.begin(control.state().filter))
  }

  newFilter(): void {
    const { control, changed, show, leave } = this.options
    if (!control) return this.noCapture()
    const field = { problemOf: (filter: string) => control.filterProblem(filter), history: control.filters, changed }
    const accept = (filter: string): void =>
      this.unlessUnsaved('Begin anew with this filter?', 'begin anew without it', () => this.begin(filter))
    show(new CaptureFilterDialog(field, control.state().filter, accept, leave))
  }

  /** Leaves the program. */
  quit(): void {
    this.unlessUnsaved('Quit?', 'quit without it', () => {
      this.options.control?.settle()
      this.options.quit()
    })
  }

  save(after: () => void = () => {}): void {
    const { control, session, status, saveable, say, show, leave, changed } = this.options
    const saved = (message: string, packets: 'all' | 'some', count: number): void => {
      if (packets === 'all') this.saved = count
      leave()
      say(message)
      after()
    }
    const dropped = control?.state().dropped.kernel ?? -1
    show(
      new SaveDialog({
        saveable,
        save: (request) => session.save({ ...request, dropped }),
        cancel: () => void session.cancelSave(),
        progress: () => status().saving,
        saved,
        changed,
      }),
    )
  }

  /** What is known of the capture, and what can be done with it. */
  menu(): void {
    const { control, status, tail, show } = this.options
    if (!control) return this.noCapture()
    const { devices, filter, engine, reason, running, dropped, keep, spool } = control.state()
    const item = (key: string, text: string, about: string, act: () => void): MenuItem => ({
      key,
      text,
      about,
      choose: () => {
        act()
        return undefined
      },
    })
    const known = (count: number): string =>
      count < 0 ? (running ? 'known at the end' : 'unknown') : formatCount(count)
    const { packets, forgotten } = status()
    const fact = (text: string, about: string): MenuItem => ({ text, about, choose: () => undefined })
    show(
      new Menu(running ? 'Capturing' : 'Capture, stopped', [
        item('p', tail.paused ? 'Go on' : 'Pause the list', 'the capture goes on', () => this.togglePause()),
        item('e', running ? 'Stop' : 'Begin anew', '', () => this.stopOrStart()),
        item('r', 'Restart', 'with the same filter', () => this.restart()),
        item('f', 'New filter …', filter === '' ? 'there is none' : `now ${filter}`, () => this.newFilter()),
        item('w', 'Save …', '', () => this.save()),
        fact('Listens to', devices),
        fact('Engine', `${engine}: ${reason}`),
        fact('Frames', formatCount(packets)),
        fact('Dropped by the kernel', known(dropped.kernel)),
        fact('Dropped by the interface', known(dropped.interface)),
        fact('Dropped by us', known(dropped.engine)),
        fact('Forgotten', keep === '' ? 'nothing: --keep sets a limit' : `${formatCount(forgotten)}, ${keep} stay`),
        fact('Frames are in', spool),
      ]),
    )
  }

  private begin(filter: string): void {
    const { control, say } = this.options
    if (!control || this.beginning) return
    this.beginning = true
    say('Beginning anew …')
    void control.restart(filter).then((problem) => {
      this.beginning = false
      if (problem !== '') say(problem, 3)
    })
  }

  /** Acts, if need be after asking what becomes of packets that were not saved. */
  private unlessUnsaved(title: string, drop: string, act: () => void): void {
    const { control, status, show } = this.options
    const unsaved = status().packets - this.saved
    if (!control || unsaved <= 0) return act()
    const choose = (what: () => void) => () => {
      what()
      return undefined
    }
    const count = formatNumber(unsaved, 'packet')
    show(
      new Menu(`${title} ${count} ${unsaved === 1 ? 'is' : 'are'} not saved`, [
        { key: 's', text: 'Stop and save', about: 'and then go on', choose: choose(() => void this.saveLast(act)) },
        { key: 'd', text: 'Discard', about: drop, choose: choose(act) },
        { key: 'c', text: 'Cancel', about: 'stay here', choose: choose(() => {}) },
      ]),
    )
  }

  /** Ends the capture and saves it: what its engine still holds is part of it, and is not there before. */
  private async saveLast(after: () => void): Promise<void> {
    const { control, session, say } = this.options
    say('Stopping …')
    await control?.stop()
    if (!session.status().complete) {
      await new Promise<void>((resolve) => {
        const end = session.onStatus(({ complete }) => {
          if (!complete) return
          end()
          resolve()
        })
      })
    }
    this.save(after)
    this.options.changed()
  }

  private noCapture(): void {
    this.options.say('This is a file: a capture is begun with framewise -i NAME, or from the start screen.')
  }
}
