/**
 * The main screen: what is selected, opened and shown of a session, and what each action does to that.
 *
 * It knows no terminal. Keys and clicks come in, `draw` paints the present state on a canvas, `changed` is called
 * whenever a new picture is due.
 */

import type { Session, Severity, Status, TimeFormat } from '../session/session.js'
import type { InputEvent, MouseKind } from './input.js'
import type { Action } from './keys.js'
import type { Layout, Pane } from './layout.js'
import type { Overlay } from './overlay.js'
import type { Tab } from './packet-bytes.js'
import type { StatusState } from './status-line.js'
import type { Theme } from './theme.js'
import { Canvas } from './canvas.js'
import { Details } from './details.js'
import { resolvePacket } from './go-to.js'
import { Help } from './help.js'
import { actionOf } from './keys.js'
import { inside, paneAt } from './layout.js'
import { Notice } from './notice.js'
import { Packets } from './packets.js'
import { Panes } from './panes.js'
import { Prompt } from './prompt.js'
import { drawRules } from './rules.js'
import { drawHints, drawStatus, drawTitle, formatCount } from './status-line.js'
import { nextTimeFormat, timeFormatName } from './time-formats.js'
import { Visited } from './visited.js'

export interface BrowserOptions {
  readonly session: Session
  readonly theme: Theme
  /** Name and version of the program, for the title. */
  readonly program: string
  readonly time: TimeFormat
  readonly changed: () => void
  readonly quit: () => void
  readonly suspend: () => void
  readonly redraw: () => void
}

const wheelRows = 3
const maxDigits = 12
/** Keys that may wait for the details of a packet. */
const maxWaiting = 256

export class Browser {
  private readonly options: BrowserOptions
  private readonly packets: Packets
  private readonly details: Details
  private readonly panes: Panes
  private readonly visited = new Visited()
  private readonly notice: Notice
  private readonly actions: Readonly<Record<Action, () => void>>
  private readonly unsubscribe: () => void
  private status: Status
  private time: TimeFormat
  private digits = ''
  /** Keys for the details of a packet that is still on its way. */
  private waiting: string[] = []
  private prompt: Prompt | undefined
  private overlay: Overlay | undefined
  /** The pane whose scrollbar is being dragged. */
  private dragging: Pane | undefined

  constructor(options: BrowserOptions) {
    const { session, changed } = options
    this.options = options
    this.time = options.time
    this.status = session.status()
    this.notice = new Notice(changed)
    this.packets = new Packets(session, changed, (error) => this.say(`Rows: ${textOf(error)}`, 3))
    this.details = new Details(
      session,
      () => this.onDetails(),
      (packet, error) => this.say(`Packet ${formatCount(packet)}: ${textOf(error)}`, 3),
    )
    this.panes = new Panes((layout) => this.measure(layout))
    this.actions = this.makeActions()
    this.unsubscribe = session.onStatus((status) => this.onStatus(status))
    this.onStatus(this.status, true)
  }

  /** Stops timers and listening; the session stays open. */
  stop(): void {
    this.unsubscribe()
    this.leaveOverlay()
    this.notice.clear()
  }

  handle(event: InputEvent): void {
    if (event.type === 'mouse') this.mouse(event.kind, event.x, event.y)
    else if (event.type === 'paste') this.paste(event.text)
    else this.receive(event.key)
    this.options.changed()
  }

  /** Says something until a key is pressed or ten seconds have passed. */
  say(text: string, severity: Severity = 0): void {
    this.notice.say(text, severity)
  }

  /** Paints the whole screen in the given size. */
  draw(width: number, height: number): Canvas {
    const canvas = new Canvas(width, height)
    const { theme, program } = this.options
    this.panes.resize(width, height)
    const { layout, focused } = this.panes
    const { tree, bytes } = this.details
    if (layout.title) drawTitle(canvas, layout.title, this.status, program, theme)
    if (layout.list) {
      const empty = this.status.complete ? 'no packets' : 'reading …'
      this.packets.draw(canvas, layout.header, layout.list, theme, focused === 'list', empty)
    }
    const rules = { focus: focused, packet: this.details.packet, tabs: this.tabs(), source: bytes.source }
    drawRules(canvas, layout, rules, theme)
    if (layout.tree) tree.draw(canvas, layout.tree, theme, focused === 'tree')
    if (layout.bytes) bytes.draw(canvas, layout.bytes, theme, focused === 'bytes')
    if (layout.status) {
      if (this.prompt) this.prompt.draw(canvas, layout.status, theme)
      else drawStatus(canvas, layout.status, this.statusState(), !layout.hints, theme)
    }
    if (layout.hints) drawHints(canvas, layout.hints, theme)
    this.overlay?.draw(canvas, { x: 0, y: 0, width, height }, theme)
    return canvas
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
    else this.overlay?.insert?.(text)
  }

  private statusState(): StatusState {
    return {
      status: this.status,
      packet: this.packets.selected,
      field: this.details.field,
      sourceName: this.details.fieldSource,
      message: this.notice.message,
      digits: this.digits,
    }
  }

  private onStatus(status: Status, first = false): void {
    if (status.error && (first || !this.status.error)) this.say(status.error, 3)
    this.status = status
    this.packets.list.setCount(status.packets)
    if (this.details.packet === 0) this.load()
    if (this.visited.isEmpty && status.packets > 0) this.visited.note(this.packets.selected, true)
    this.options.changed()
  }

  private onDetails(): void {
    while (this.waiting.length > 0 && !this.mustWait()) this.key(this.waiting.shift() ?? '')
    this.options.changed()
  }

  /** True while keys would act on the details of another packet than the selected one. */
  private mustWait(): boolean {
    return this.details.pending && this.panes.focused !== 'list' && !this.prompt && !this.overlay
  }

  private measure(layout: Layout): void {
    const { list, tree, bytes, bytesPerRow } = layout
    this.details.bytes.setPerRow(bytesPerRow)
    if (list) this.packets.list.setHeight(list.height)
    if (tree) this.details.tree.list.setHeight(tree.height)
    if (bytes) this.details.bytes.list.setHeight(bytes.height)
  }

  private receive(key: string): void {
    if (key === 'C-c') return this.options.quit()
    if (key === 'C-z') return this.options.suspend()
    const waits = this.waiting.length > 0 || this.mustWait()
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
      if (this.overlay.key(key)) this.leaveOverlay()
      return
    }
    if (/^[0-9]$/.test(key) && this.digits.length < maxDigits) {
      this.digits += key
      return
    }
    const digits = this.digits
    this.digits = ''
    const action = actionOf(key, this.panes.focused)
    if (digits && (action === 'last' || action === 'goTo')) {
      const problem = this.goTo(digits)
      if (problem) this.say(problem, 2)
    } else if (action && !(digits && action === 'cancel')) {
      this.actions[action]()
    }
  }

  private makeActions(): Record<Action, () => void> {
    const { options, details, packets, panes } = this
    return {
      up: () => this.move(-1),
      down: () => this.move(1),
      pageUp: () => this.page(-1),
      pageDown: () => this.page(1),
      first: () => this.toEnd(0),
      last: () => this.toEnd(Infinity),
      goTo: () => this.askPacket(),
      back: () => this.visit(-1),
      forward: () => this.visit(1),
      mark: () => packets.toggleMark(),
      nextMark: () => this.toNextMark(),
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
      cancel: () => panes.zoom(false),
      redraw: () => options.redraw(),
      help: () => this.show(new Help()),
      suspend: () => options.suspend(),
      quit: () => options.quit(),
    }
  }

  private move(rows: number): void {
    if (this.panes.focused === 'tree') this.details.inTree((tree) => tree.list.move(rows))
    else if (this.panes.focused === 'bytes') this.details.inBytes((bytes) => bytes.moveRows(rows))
    else this.inList(false, () => this.packets.list.move(rows))
  }

  private page(pages: number): void {
    if (this.panes.focused === 'tree') this.details.inTree((tree) => tree.list.page(pages))
    else if (this.panes.focused === 'bytes') this.details.inBytes((bytes) => bytes.movePages(pages))
    else this.inList(false, () => this.packets.list.page(pages))
  }

  private toEnd(row: number): void {
    if (this.panes.focused === 'tree') this.details.inTree((tree) => tree.list.select(row))
    else if (this.panes.focused === 'bytes') this.details.inBytes((bytes) => bytes.moveTo(row))
    else this.inList(true, () => this.packets.list.select(row))
  }

  /** Changes the selected packet. `jump`: by more than a step, so that one can go back to where one was. */
  private inList(jump: boolean, change: () => void): void {
    change()
    this.visited.note(this.packets.selected, jump)
    this.load()
  }

  private load(): void {
    this.details.load(this.packets.selected)
  }

  private select(packet: number): void {
    this.inList(true, () => this.packets.list.jump(packet - 1))
  }

  private visit(step: -1 | 1): void {
    const packet = this.visited.go(step)
    if (packet === undefined) return this.say(`No packet was visited ${step < 0 ? 'before' : 'after'} this one.`)
    this.packets.list.jump(packet - 1)
    this.load()
  }

  private askPacket(): void {
    this.prompt = new Prompt({
      label: 'Go to packet:',
      hint: `1 to ${formatCount(this.status.packets)} · Enter goes · Esc leaves`,
      accept: (answer) => this.goTo(answer),
    })
  }

  /** Goes to the packet that is meant. Returns what is wrong, if anything. */
  private goTo(answer: string): string {
    const packet = resolvePacket(answer, this.packets.selected, this.status)
    if (typeof packet === 'string') return packet
    this.select(packet)
    return ''
  }

  private toNextMark(): void {
    const next = this.packets.nextMark()
    if (next === undefined) this.say('No packet is marked; m marks one.')
    else this.select(next)
  }

  private nextTime(): void {
    const format = nextTimeFormat(this.time)
    this.time = format
    this.options.session.setTimeFormat(format).then(
      () => this.timesChanged(format),
      (error: unknown) => this.say(`Time: ${textOf(error)}`, 3),
    )
  }

  private timesChanged(format: TimeFormat): void {
    if (this.time !== format) return
    this.packets.newTimes()
    this.say(`Time: ${timeFormatName(format)}`)
  }

  private tabs(): Tab[] {
    const rule = this.panes.layout.bytesRule
    return rule ? this.details.bytes.tabs(rule.x, rule.width) : []
  }

  private mouse(kind: MouseKind, x: number, y: number): void {
    if (this.overlay) {
      if (this.overlay.mouse(kind, x, y)) this.leaveOverlay()
      return
    }
    if (kind === 'up') this.dragging = undefined
    if (kind === 'up' || this.prompt) return
    const { bytesRule } = this.panes.layout
    if (kind === 'down' && bytesRule && inside(bytesRule, x, y)) {
      const tab = this.tabs().find((each) => x >= each.x && x < each.x + each.width)
      if (tab) this.details.bytes.selectSource(tab.source)
      return this.panes.focus('bytes')
    }
    const hit = paneAt(this.panes.layout, x, y)
    if (!hit) return
    const { pane, rect } = hit
    const rows = pane === 'list' ? this.packets.list : this.details[pane].list
    if (kind === 'wheelUp' || kind === 'wheelDown') return rows.scroll(kind === 'wheelUp' ? -wheelRows : wheelRows)
    if (kind === 'down') {
      this.dragging = x === rect.x + rect.width - 1 && rows.thumb().length > 0 ? pane : undefined
    }
    if (this.dragging === pane) return rows.scrollTo(y - rect.y)
    if (kind === 'drag') return
    this.notice.clear()
    this.panes.focus(pane)
    this.click(pane, x - rect.x, y - rect.y)
  }

  private click(pane: Pane, x: number, y: number): void {
    if (pane === 'list') {
      const { list } = this.packets
      const row = list.rowAt(y)
      if (row >= 0) this.inList(Math.abs(row - list.selected) > 1, () => list.select(row))
    } else if (pane === 'tree') {
      this.details.inTree((tree) => {
        const row = tree.list.rowAt(y)
        const again = row === tree.list.selected
        if (row < 0) return
        tree.list.select(row)
        if (again || tree.isSign(row, x)) tree.toggle()
      })
    } else {
      const offset = this.details.bytes.byteAt(x, y)
      if (offset >= 0) this.details.inBytes((bytes) => bytes.moveTo(offset))
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
