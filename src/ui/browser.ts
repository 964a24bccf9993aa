/**
 * The main screen: what is selected, opened and shown of a session, and what each action does to that.
 *
 * It knows no terminal. Keys and clicks come in, `draw` paints the present state on a canvas, `changed` is called
 * whenever a new picture is due.
 */

import type { Session, Severity, Status, TimeFormat } from '../session/session.js'
import type { InputEvent, MouseKind } from './input.js'
import type { Action } from './keys.js'
import type { Layout, Pane, View } from './layout.js'
import type { Tab } from './packet-bytes.js'
import type { Theme } from './theme.js'
import { Canvas } from './canvas.js'
import { Details } from './details.js'
import { resolvePacket } from './go-to.js'
import { Help } from './help.js'
import { actionOf } from './keys.js'
import { computeLayout, inside, paneAt } from './layout.js'
import { Notice } from './notice.js'
import { drawPacketList, emptyWidths, measureRow } from './packet-list.js'
import { Prompt } from './prompt.js'
import { RowCache } from './row-cache.js'
import { drawRules } from './rules.js'
import { drawHints, drawStatus, drawTitle, formatCount } from './status-line.js'
import { nextTimeFormat, timeFormatName } from './time-formats.js'
import { VirtualList } from './virtual-list.js'
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
const sidewaysColumns = 8

export class Browser {
  private readonly options: BrowserOptions
  private readonly list = new VirtualList()
  private readonly details: Details
  private readonly rows: RowCache
  private readonly visited = new Visited()
  private readonly notice: Notice
  private readonly marks = new Set<number>()
  private readonly unsubscribe: () => void
  private widths = emptyWidths()
  private status: Status
  private view: View = { focus: 'list', zoomed: false, lower: 'tree', bytes: true }
  private layout: Layout
  private size = { width: 0, height: 0 }
  private sideways = 0
  private digits = ''
  private time: TimeFormat
  private prompt: Prompt | undefined
  private help: Help | undefined
  /** The pane whose scrollbar is being dragged. */
  private dragging: Pane | undefined

  constructor(options: BrowserOptions) {
    this.options = options
    this.time = options.time
    this.notice = new Notice(options.changed)
    this.status = options.session.status()
    this.layout = computeLayout(0, 0, this.view)
    this.rows = new RowCache(options.session, options.changed, error => this.say(`Rows: ${textOf(error)}`, 3))
    this.details = new Details(options.session, options.changed, (packet, error) =>
      this.say(`Packet ${formatCount(packet)}: ${textOf(error)}`, 3))
    this.unsubscribe = options.session.onStatus(status => this.onStatus(status))
    this.onStatus(this.status, true)
  }

  /** Stops timers and listening; the session stays open. */
  stop(): void {
    this.unsubscribe()
    this.notice.clear()
  }

  handle(event: InputEvent): void {
    if (event.type === 'mouse') this.mouse(event.kind, event.x, event.y)
    else if (event.type === 'paste') this.prompt?.insert(event.text)
    else this.key(event.key)
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
    if (width !== this.size.width || height !== this.size.height) this.resize(width, height)
    const { title, status, hints, list, header, tree, bytes } = this.layout
    const packet = this.selectedPacket

    if (title) drawTitle(canvas, title, this.status, program, theme)
    if (list) {
      const end = Math.min(this.list.count, this.list.top + this.list.height)
      this.rows.want(this.list.top, end, this.list.count)
      for (let index = this.list.top; index < end; index++) {
        const row = this.rows.get(index)
        if (row) measureRow(this.widths, row)
      }
      drawPacketList(canvas, header, list, {
        list: this.list,
        row: index => this.rows.get(index),
        marks: this.marks,
        widths: this.widths,
        sideways: this.sideways,
        focused: this.view.focus === 'list',
        empty: this.status.complete ? 'no packets' : 'reading …'
      }, theme)
    }
    drawRules(canvas, this.layout, {
      focus: this.view.focus,
      packet: this.details.packet,
      tabs: this.tabs(),
      source: this.details.bytes.source
    }, theme)
    if (tree) this.details.tree.draw(canvas, tree, theme, this.view.focus === 'tree')
    if (bytes) this.details.bytes.draw(canvas, bytes, theme, this.view.focus === 'bytes')
    if (status && this.prompt) this.prompt.draw(canvas, status, theme)
    else if (status) {
      drawStatus(canvas, status, {
        status: this.status,
        packet,
        field: this.details.field,
        sourceName: this.details.fieldSource,
        message: this.notice.message,
        digits: this.digits
      }, !hints, theme)
    }
    if (hints) drawHints(canvas, hints, theme)
    this.help?.draw(canvas, { x: 0, y: 0, width, height }, theme)
    return canvas
  }

  private get selectedPacket(): number {
    return this.list.count > 0 ? this.list.selected + 1 : 0
  }

  private onStatus(status: Status, first = false): void {
    if (status.error && (first || !this.status.error)) this.say(status.error, 3)
    this.status = status
    this.list.setCount(status.packets)
    if (this.details.packet === 0) this.load()
    if (this.visited.isEmpty && status.packets > 0) this.visited.note(this.selectedPacket, true)
    this.options.changed()
  }

  private resize(width: number, height: number): void {
    this.size = { width, height }
    this.layout = computeLayout(width, height, this.view)
    const { list, tree, bytes } = this.layout
    this.details.bytes.setPerRow(this.layout.bytesPerRow)
    if (list) this.list.setHeight(list.height)
    if (tree) this.details.tree.list.setHeight(tree.height)
    if (bytes) this.details.bytes.list.setHeight(bytes.height)
  }

  private show(view: Partial<View>): void {
    this.view = { ...this.view, ...view }
    this.resize(this.size.width, this.size.height)
  }

  private focus(pane: Pane): void {
    if (pane === 'list') this.show({ focus: pane })
    else this.show({ focus: pane, lower: pane, bytes: this.view.bytes || pane === 'bytes' })
  }

  private key(key: string): void {
    if (key === 'C-c') return this.options.quit()
    if (key === 'C-z') return this.options.suspend()
    this.notice.clear()
    if (this.prompt) {
      const prompt = this.prompt
      if (prompt.key(key)) this.prompt = undefined
      return
    }
    if (this.help) {
      if (this.help.key(key)) this.help = undefined
      return
    }
    if (/^[0-9]$/.test(key) && this.digits.length < 12) {
      this.digits += key
      return
    }
    const digits = this.digits
    this.digits = ''
    const action = actionOf(key, this.view.focus)
    if (digits && (action === 'last' || action === 'goTo')) {
      const problem = this.goTo(digits)
      if (problem) this.say(problem, 2)
    } else if (action && !(digits && action === 'cancel')) {
      this.act(action)
    }
  }

  private act(action: Action): void {
    switch (action) {
      case 'up': return this.move(-1)
      case 'down': return this.move(1)
      case 'pageUp': return this.page(-1)
      case 'pageDown': return this.page(1)
      case 'first': return this.end(0)
      case 'last': return this.end(Infinity)
      case 'goTo': return this.askPacket()
      case 'back': return this.visit(-1)
      case 'forward': return this.visit(1)
      case 'mark': return this.toggleMark()
      case 'nextMark': return this.toNextMark()
      case 'sidewaysLeft': this.sideways = Math.max(0, this.sideways - sidewaysColumns); return
      case 'sidewaysRight': this.sideways = Math.min(4000, this.sideways + sidewaysColumns); return
      case 'details': return this.focus('tree')
      case 'open': return this.details.inTree(tree => tree.open())
      case 'close': return this.details.inTree(tree => tree.close())
      case 'toggle': return this.details.inTree(tree => tree.toggle())
      case 'openAll': return this.details.inTree(tree => tree.setSubtree(true))
      case 'closeAll': return this.details.inTree(tree => tree.setSubtree(false))
      case 'previousByte': return this.details.inBytes(bytes => bytes.moveTo(bytes.cursor - 1))
      case 'nextByte': return this.details.inBytes(bytes => bytes.moveTo(bytes.cursor + 1))
      case 'previousSource': return this.details.nextSource(-1)
      case 'nextSource': return this.details.nextSource(1)
      case 'nextPane': return this.nextPane(1)
      case 'previousPane': return this.nextPane(-1)
      case 'zoom': return this.show({ zoomed: !this.view.zoomed })
      case 'bytes': return this.toggleBytes()
      case 'time': return this.nextTime()
      case 'cancel': return this.show({ zoomed: false })
      case 'redraw': return this.options.redraw()
      case 'help': this.help = new Help(); return
      case 'suspend': return this.options.suspend()
      case 'quit': return this.options.quit()
    }
  }

  // Moving

  private move(rows: number): void {
    if (this.view.focus === 'tree') this.details.inTree(tree => tree.list.move(rows))
    else if (this.view.focus === 'bytes') this.details.inBytes(bytes => bytes.moveRows(rows))
    else this.inList(false, () => this.list.move(rows))
  }

  private page(pages: number): void {
    if (this.view.focus === 'tree') this.details.inTree(tree => tree.list.page(pages))
    else if (this.view.focus === 'bytes') this.details.inBytes(bytes => bytes.movePages(pages))
    else this.inList(false, () => this.list.page(pages))
  }

  private end(row: number): void {
    if (this.view.focus === 'tree') this.details.inTree(tree => tree.list.select(row))
    else if (this.view.focus === 'bytes') this.details.inBytes(bytes => bytes.moveTo(row))
    else this.inList(true, () => this.list.select(row))
  }

  private inList(jump: boolean, change: () => void): void {
    change()
    this.visited.note(this.selectedPacket, jump)
    this.load()
  }

  private load(): void {
    this.details.load(this.selectedPacket)
  }

  private select(packet: number): void {
    this.inList(true, () => this.list.jump(packet - 1))
  }

  private visit(step: -1 | 1): void {
    const packet = this.visited.go(step)
    if (packet === undefined) return this.say(`No packet was visited ${step < 0 ? 'before' : 'after'} this one.`)
    this.list.jump(packet - 1)
    this.load()
  }

  private askPacket(): void {
    this.prompt = new Prompt({
      label: 'Go to packet:',
      hint: `1 to ${formatCount(this.status.packets)} · Enter goes · Esc leaves`,
      accept: answer => this.goTo(answer)
    })
  }

  /** Goes to the packet that is meant. Returns what is wrong, if anything. */
  private goTo(answer: string): string {
    const packet = resolvePacket(answer, this.selectedPacket, this.status)
    if (typeof packet === 'string') return packet
    this.select(packet)
    return ''
  }

  private toggleMark(): void {
    const packet = this.selectedPacket
    if (packet > 0 && !this.marks.delete(packet)) this.marks.add(packet)
  }

  private toNextMark(): void {
    const sorted = [...this.marks].sort((a, b) => a - b)
    const next = sorted.find(packet => packet > this.selectedPacket) ?? sorted[0]
    if (next === undefined) this.say('No packet is marked; m marks one.')
    else this.select(next)
  }

  // Panes

  private nextPane(step: 1 | -1): void {
    const panes: Pane[] = this.view.bytes ? ['list', 'tree', 'bytes'] : ['list', 'tree']
    const at = panes.indexOf(this.view.focus)
    this.focus(panes[(at + step + panes.length) % panes.length] ?? 'list')
  }

  private toggleBytes(): void {
    const { focus, lower, zoomed } = this.view
    const together = this.layout.tree !== undefined && this.layout.bytes !== undefined
    if (zoomed) return this.focus(focus === 'bytes' ? 'tree' : 'bytes')
    if (together) this.show({ bytes: false, focus: focus === 'bytes' ? 'tree' : focus, lower: 'tree' })
    else if (!this.view.bytes) this.show({ bytes: true, lower: 'bytes' })
    else if (lower === 'tree') this.show({ lower: 'bytes', focus: focus === 'tree' ? 'bytes' : focus })
    else this.show({ lower: 'tree', focus: focus === 'bytes' ? 'tree' : focus })
  }

  private tabs(): Tab[] {
    const rule = this.layout.bytesRule
    return rule ? this.details.bytes.tabs(rule.x, rule.width) : []
  }

  private nextTime(): void {
    const format = nextTimeFormat(this.time)
    this.time = format
    this.options.session.setTimeFormat(format).then(
      () => {
        if (this.time !== format) return
        const { time, shortTime } = emptyWidths()
        this.widths = { ...this.widths, time, shortTime }
        this.rows.refresh()
        this.say(`Time: ${timeFormatName(format)}`)
      },
      (error: unknown) => this.say(`Time: ${textOf(error)}`, 3)
    )
  }

  // Mouse

  private mouse(kind: MouseKind, x: number, y: number): void {
    if (this.help) {
      if (kind === 'wheelUp' || kind === 'wheelDown') this.help.scroll(kind === 'wheelUp' ? -wheelRows : wheelRows)
      else if (kind === 'down') this.help = undefined
      return
    }
    if (kind === 'up') this.dragging = undefined
    if (kind === 'up' || this.prompt) return
    const { bytesRule } = this.layout
    if (kind === 'down' && bytesRule && inside(bytesRule, x, y)) {
      const tab = this.tabs().find(each => x >= each.x && x < each.x + each.width)
      if (tab) this.details.bytes.selectSource(tab.source)
      return this.focus('bytes')
    }
    const hit = paneAt(this.layout, x, y)
    if (!hit) return
    const { pane, rect } = hit
    const rows = pane === 'list' ? this.list : this.details[pane].list
    if (kind === 'wheelUp' || kind === 'wheelDown') return rows.scroll(kind === 'wheelUp' ? -wheelRows : wheelRows)
    if (kind === 'down') this.dragging = x === rect.x + rect.width - 1 && rows.thumb().length > 0 ? pane : undefined
    if (this.dragging === pane) return rows.scrollTo(y - rect.y)
    if (kind === 'drag') return
    this.focus(pane)
    this.click(pane, x - rect.x, y - rect.y)
  }

  private click(pane: Pane, x: number, y: number): void {
    if (pane === 'list') {
      const row = this.list.rowAt(y)
      if (row >= 0) this.inList(Math.abs(row - this.list.selected) > 1, () => this.list.select(row))
    } else if (pane === 'tree') {
      this.details.inTree(tree => {
        const row = tree.list.rowAt(y)
        const again = row === tree.list.selected
        if (row < 0) return
        tree.list.select(row)
        if (again || tree.isSign(row, x)) tree.toggle()
      })
    } else {
      const offset = this.details.bytes.byteAt(x, y)
      if (offset >= 0) this.details.inBytes(each => each.moveTo(offset))
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
