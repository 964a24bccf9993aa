/**
 * The main screen: what is selected, opened and shown of a session, and what each action does to that.
 *
 * It knows no terminal. Keys and clicks come in, `draw` paints the present state on a canvas, `changed` is called
 * whenever a new picture is due.
 */

import type { ColumnChoice, Session, Severity, Status, TimeFormat } from '../session/session.js'
import type { FilterHistory } from './filter-history.js'
import type { InputEvent, MouseKind } from './input.js'
import type { Action } from './keys.js'
import type { LiveControl } from '../session/live-control.js'
import type { Overlay } from './overlay.js'
import type { Screen, ScreenHost } from './screen.js'
import type { TailMode } from './tail.js'
import type { Canvas } from './canvas.js'
import { drawBrowser, fitPanes } from './browser-drawing.js'
import { ColumnMenu } from './column-menu.js'
import { CaptureInfoView } from './capture-info-view.js'
import { Details } from './details.js'
import { errorText } from './error-text.js'
import { Finder, problems as whatIsWrong } from './finder.js'
import { Filtering } from './filtering.js'
import { followPacket } from './follow-packet.js'
import { historyInMemory } from './filter-history.js'
import { Help } from './help.js'
import { actionOf } from './keys.js'
import { inside } from './layout.js'
import { LimitWatch } from './limit-watch.js'
import { LiveActions } from './live-actions.js'
import { Mover } from './mover.js'
import { Notice } from './notice.js'
import { Packets } from './packets.js'
import { Panes } from './panes.js'
import { Pointer } from './pointer.js'
import { Prompt } from './prompt.js'
import { formatCount } from './status-line.js'
import { Tail } from './tail.js'
import { nextTimeFormat, timeFormatName } from './time-formats.js'

export interface BrowserOptions extends Omit<ScreenHost, 'show'> {
  readonly session: Session
  readonly time: TimeFormat
  /** The columns that the session's rows have, when they are not the usual ones. */
  readonly columns?: readonly ColumnChoice[]
  /** Display filters of earlier times; of this time only, unless said otherwise. */
  readonly history?: FilterHistory
  /** The capture that is being made, if it is one. */
  readonly live?: LiveControl
  /** How the list follows a capture that grows; never, unless said otherwise. */
  readonly tail?: TailMode
}

const maxDigits = 12
/** Keys that may wait for the details of a packet. */
const maxWaiting = 256

export class Browser implements Screen {
  private readonly options: BrowserOptions
  private readonly packets: Packets
  private readonly details: Details
  private readonly panes: Panes
  private readonly pointer: Pointer
  private readonly mover: Mover
  private readonly limits = new LimitWatch()
  private readonly notice: Notice
  private readonly tail: Tail
  private readonly live: LiveActions
  private readonly filters: Filtering
  private readonly columns: ColumnMenu
  private readonly finder: Finder
  private readonly actions: Readonly<Record<Action, () => void>>
  private readonly unsubscribe: () => void
  private status: Status
  private time: TimeFormat
  private digits = ''
  /** Keys for the details of a packet that is still on its way. */
  private waiting: string[] = []
  private prompt: Prompt | undefined
  private overlay: Overlay | undefined

  constructor(options: BrowserOptions) {
    const { session, changed } = options
    this.options = options
    this.time = options.time
    this.status = session.status()
    this.notice = new Notice(changed)
    this.packets = new Packets(session, changed, (error) => this.say(`Rows: ${errorText(error)}`, 3))
    this.details = new Details(
      session,
      () => this.onDetails(),
      (packet, error) => this.say(`Packet ${formatCount(packet)}: ${errorText(error)}`, 3),
    )
    this.tail = new Tail(this.packets.list, options.tail ?? 'never')
    this.live = new LiveActions({
      session,
      control: options.live,
      tail: this.tail,
      status: () => this.status,
      saveable: () => this.packets.saveable(this.status),
      say: (text, severity) => this.say(text, severity),
      show: (overlay) => this.show(overlay),
      leave: () => this.leaveOverlay(),
      moved: () => {
        this.packets.release()
        this.mover.load()
      },
      changed,
      quit: options.quit,
    })
    this.finder = new Finder({
      session,
      from: () => this.packets.selected,
      found: (found) => this.mover.showFound(found),
      say: (text, severity) => this.say(text, severity),
      show: (overlay) => this.show(overlay),
      changed,
    })
    this.packets.highlight = this.finder.highlight
    this.filters = new Filtering({
      session,
      history: options.history ?? historyInMemory(),
      details: this.details,
      selected: () => this.packets.selected,
      focused: () => this.panes.focused,
      show: (overlay) => this.show(overlay),
      say: (text, severity) => this.say(text, severity),
      changed: () => this.goOn(),
    })
    this.columns = new ColumnMenu({
      session,
      packets: this.packets,
      columns: options.columns,
      field: () => this.details.field,
      show: (overlay) => this.show(overlay),
      say: (text, severity) => this.say(text, severity),
      changed,
    })
    this.panes = new Panes((layout) => fitPanes(layout, this.packets, this.details))
    this.mover = new Mover({
      panes: this.panes,
      packets: this.packets,
      details: this.details,
      tail: this.tail,
      status: () => this.status,
      say: (text, severity) => this.say(text, severity),
    })
    this.pointer = new Pointer({
      panes: this.panes,
      packets: this.packets,
      details: this.details,
      inList: (jump, change) => this.mover.inList(jump, change),
      clicking: () => this.notice.clear(),
    })
    this.actions = this.makeActions()
    this.unsubscribe = session.onStatus((status) => this.onStatus(status))
    const { problems = [] } = options
    if (problems.length > 0) this.say(problems.join(' '), 2)
    this.packets.prefetch(this.status.displayed)
    this.onStatus(this.status, true)
  }

  /** Stops timers and listening; the session stays open. */
  stop(): void {
    this.unsubscribe()
    this.live.stop()
    this.leaveOverlay()
    this.notice.clear()
  }

  handle(event: InputEvent): void {
    const act = (): void => {
      if (event.type === 'mouse') this.mouse(event.kind, event.x, event.y)
      else if (event.type === 'paste') this.paste(event.text)
      else this.receive(event.key)
    }
    this.tail.watch(() => this.panes.focused !== 'list', act)
    this.options.changed()
  }

  /** Says something until a key is pressed or ten seconds have passed. */
  say(text: string, severity: Severity = 0): void {
    this.notice.say(text, severity)
  }

  get isWaiting(): boolean {
    return this.packets.isWaiting
  }

  /** Paints the whole screen in the given size. */
  draw(width: number, height: number): Canvas {
    const { options, status, panes, packets, details, filters, tail, notice, prompt, overlay, digits } = this
    const { message } = notice
    const picture = { options, status, panes, packets, details, filters, tail, message, prompt, overlay, digits }
    return drawBrowser(picture, width, height)
  }

  /** Lays `overlay` over the panes, in place of the one that may be there. */
  private show(overlay: Overlay): void {
    this.leaveOverlay()
    this.overlay = overlay
  }

  private leaveOverlay(): void {
    this.overlay?.stop?.()
    this.overlay = undefined
  }

  private paste(text: string): void {
    if (this.prompt) this.prompt.insert(text)
    else if (this.overlay) this.overlay.insert?.(text)
    else if (this.filters.editing) this.filters.insert(text)
  }

  private onStatus(status: Status, first = false): void {
    const limits = this.limits.news(status)
    if (limits !== '') this.say(limits, 2)
    if (status.error && (first || !this.status.error)) this.say(status.error, 3)
    this.status = status
    this.filters.onStatus(status)
    this.packets.forgotten = status.forgotten
    this.packets.relist()
    if (this.tail.grow(status.displayed)) this.packets.release()
    this.packets.settle(status.filtering === null)
    this.mover.load()
    if (status.packets > 0) this.mover.began()
    this.options.changed()
  }

  private onDetails(): void {
    this.mover.detailsCame()
    this.goOn()
  }

  /** Takes keys that waited. */
  private goOn(): void {
    while (this.waiting.length > 0 && !this.mustWait(this.waiting[0]!)) this.key(this.waiting.shift()!)
    this.options.changed()
  }

  /** True while `key` would act on the details of another packet than the selected one, or on what is still asked for. */
  private mustWait(key: string): boolean {
    if (this.filters.busy) return true
    if (this.filters.editing) return false
    if (!this.details.pending || this.prompt || this.overlay) return false
    return this.panes.focused !== 'list' || actionOf(key, 'list') === 'linked'
  }

  private receive(key: string): void {
    if (key === 'C-c') return this.overlay ? this.options.quit() : this.live.quit()
    if (key === 'C-z') return this.options.suspend()
    const waits = this.waiting.length > 0 || this.mustWait(key)
    if (!waits) this.key(key)
    else if (key === 'escape') this.waiting = []
    else if (this.waiting.length < maxWaiting) this.waiting.push(key)
  }

  private key(key: string): void {
    this.notice.clear()
    if (this.prompt) {
      const prompt = this.prompt
      if (prompt.key(key)) this.prompt = undefined
      return
    }
    if (this.overlay) {
      // What was chosen in it may have shown another.
      const { overlay } = this
      if (overlay.key(key) && this.overlay === overlay) this.leaveOverlay()
      return
    }
    if (this.filters.editing) return this.filters.key(key)
    if (/^[0-9]$/.test(key) && this.digits.length < maxDigits) {
      this.digits += key
      return
    }
    const digits = this.digits
    this.digits = ''
    const action = actionOf(key, this.panes.focused)
    if (digits && (action === 'last' || action === 'goTo')) {
      const problem = this.mover.goTo(digits)
      if (problem) this.say(problem, 2)
    } else if (action && !(digits && action === 'cancel')) {
      this.actions[action]()
    }
  }

  private makeActions(): Record<Action, () => void> {
    const { options, details, packets, panes } = this
    return {
      up: () => this.mover.move(-1),
      down: () => this.mover.move(1),
      pageUp: () => this.mover.page(-1),
      pageDown: () => this.mover.page(1),
      first: () => this.mover.toEnd(0),
      last: () => this.mover.toEnd(Infinity),
      goTo: () => this.askPacket(),
      back: () => this.mover.visit(-1),
      forward: () => this.mover.visit(1),
      linked: () => this.mover.toLinked(),
      filter: () => this.filters.edit(),
      clearFilter: () => this.filters.clear(),
      applyFilter: () => this.filters.fromSelection(true),
      prepareFilter: () => this.filters.fromSelection(false),
      conversation: () => this.filters.conversations(),
      find: () => this.finder.ask(),
      findNext: () => this.finder.again(1),
      findPrevious: () => this.finder.again(-1),
      findProblem: () => this.finder.look(whatIsWrong),
      follow: () => this.follow(),
      mark: () => packets.toggleMark(),
      nextMark: () => this.mover.toNextMark(),
      sidewaysLeft: () => packets.scrollSideways(-1),
      sidewaysRight: () => packets.scrollSideways(1),
      details: () => panes.focus('tree'),
      open: () => details.inTree((tree) => tree.open()),
      close: () => details.inTree((tree) => tree.close()),
      toggle: () => details.inTree((tree) => tree.toggle()),
      openAll: () => details.inTree((tree) => tree.setSubtree(true)),
      closeAll: () => details.inTree((tree) => tree.setSubtree(false)),
      previousByte: () => details.inBytes((bytes) => bytes.moveTo(bytes.cursor - 1)),
      nextByte: () => details.inBytes((bytes) => bytes.moveTo(bytes.cursor + 1)),
      previousSource: () => details.nextSource(-1),
      nextSource: () => details.nextSource(1),
      nextPane: () => panes.next(1),
      previousPane: () => panes.next(-1),
      zoom: () => panes.zoom(),
      bytes: () => panes.toggleBytes(),
      time: () => this.nextTime(),
      columns: () => this.columns.open(),
      cancel: () => this.finder.cancel() || this.filters.cancel() || panes.zoom(false),
      redraw: () => options.redraw(),
      info: () => this.showInfo(),
      help: () => this.show(new Help()),
      suspend: () => options.suspend(),
      pause: () => this.live.togglePause(),
      stopOrStart: () => this.live.stopOrStart(),
      restart: () => this.live.restart(),
      captureFilter: () => this.live.newFilter(),
      capture: () => this.live.menu(),
      save: () => this.live.save(),
      quit: () => this.live.quit(),
    }
  }

  private showInfo(): void {
    const { session, changed } = this.options
    this.show(new CaptureInfoView({ session, changed, say: (text, severity) => this.say(text, severity) }))
  }

  /** Shows what both sides of the selected packet's stream say. */
  private follow(): void {
    void followPacket({
      session: this.options.session,
      packet: this.packets.selected,
      changed: this.options.changed,
      goTo: (packet) => this.mover.select(packet),
      filter: (text) => void this.filters.applyOrEdit(text),
      show: (overlay) => this.show(overlay),
      say: (text, severity) => this.say(text, severity),
    })
  }

  private askPacket(): void {
    this.prompt = new Prompt({
      label: 'Go to packet:',
      hint: `1 to ${formatCount(this.status.packets)} · Enter goes · Esc leaves`,
      accept: (answer) => this.mover.goTo(answer),
    })
  }

  private nextTime(): void {
    const format = nextTimeFormat(this.time)
    this.time = format
    this.options.session.setTimeFormat(format).then(
      () => this.timesChanged(format),
      (error: unknown) => this.say(`Time: ${errorText(error)}`, 3),
    )
  }

  private timesChanged(format: TimeFormat): void {
    if (this.time !== format) return
    this.packets.newTimes()
    this.say(`Time: ${timeFormatName(format)}`)
  }

  private mouse(kind: MouseKind, x: number, y: number): void {
    if (this.overlay) {
      const { overlay } = this
      if (overlay.mouse(kind, x, y) && this.overlay === overlay) this.leaveOverlay()
      return
    }
    if (kind === 'up') this.pointer.release()
    if (kind === 'up' || this.prompt) return
    const { filter } = this.panes.layout
    if (kind === 'down' && filter && inside(filter, x, y)) return this.filters.edit()
    if (!this.filters.editing) this.pointer.mouse(kind, x, y)
  }
}
