/**
 * What both sides of a stream said, over the panes: as text, as a hex dump or as bare hexadecimal digits. Only what is
 * seen is read. The marked line leads to its packet.
 */
import type { FollowPlace, FollowSide, FollowState, Session } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { FollowMode } from './follow-layout.js'
import type { MouseKind } from './input.js'
import type { Overlay } from './overlay.js'
import type { Theme } from './theme.js'
import { errorText } from './error-text.js'
import { drawFollowLine } from './follow-drawing.js'
import { drawFollowFoot } from './follow-foot.js'
import { FollowPages, type LinePlace, type Page } from './follow-pages.js'
import { FollowSearch } from './follow-search.js'
import { Prompt } from './prompt.js'
import { fit } from './sanitize.js'
import { formatBytes } from './status-line.js'

export interface FollowOptions {
  readonly session: Session
  readonly state: FollowState
  /** A new picture is due. */
  readonly changed: () => void
  /** Selects a packet in the list. */
  readonly goTo: (packet: number) => void
  /** Lists only what passes a filter. */
  readonly filter: (text: string) => void
}

const modes: readonly FollowMode[] = ['text', 'hex', 'raw']
const sides: readonly FollowSide[] = ['both', 0, 1]
const wheelRows = 3
/** How often a stream that is not all there yet is asked about, in ms. */
const poll = 250

export class FollowView implements Overlay {
  private readonly options: FollowOptions
  private readonly pages: FollowPages
  private readonly search: FollowSearch
  private state: FollowState
  private mode: FollowMode = 'text'
  /** The marked line, and how far below the top of the view it stands. */
  private at: LinePlace = { block: 0, line: 0 }
  private row = 0
  private height = 1
  private width = 80
  /** Lines still to move when the next block has arrived. */
  private left = 0
  private prompt: Prompt | undefined
  private message = ''
  /** The end was asked for: the view stays there while the stream is still being read. */
  private atEnd = false
  /** The place of the packet that led here is still to come, and nobody has moved since. */
  private looking = true
  private timer: NodeJS.Timeout | undefined
  private readonly rowsSeen: LinePlace[] = []

  constructor(options: FollowOptions) {
    this.options = options
    this.state = options.state
    const failed = (error: unknown): void => this.say(errorText(error))
    this.pages = new FollowPages(options.session, () => this.arrived(), failed)
    this.search = new FollowSearch({
      session: options.session,
      mode: () => this.mode,
      side: () => this.pages.side,
      complete: () => this.state.complete,
      from: (step, here) => this.placeFor(step, here),
      found: ({ block, offset }) => this.show(block, offset),
      say: (text) => this.say(text),
    })
    this.findPacket()
    this.watch()
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.search.end()
    void this.options.session.follow({ do: 'cancel' }).catch(() => null)
  }

  key(key: string): boolean {
    if (this.prompt) {
      if (this.prompt.key(key)) this.prompt = undefined
      return false
    }
    if (key === 'escape' && this.search.cancel()) return false
    if (key === 'enter') return this.leaveFor((packet) => this.options.goTo(packet))
    if (key === '/') return this.leaveFor(() => this.options.filter(this.state.filter))
    if (key === 'escape' || key === 'q' || key === 'f') return true
    const act = this.actions[key]
    if (act === undefined) return false
    if (!this.search.isRunning) this.message = ''
    this.atEnd = false
    this.looking = false
    act()
    return false
  }

  insert(text: string): void {
    this.prompt?.insert(text)
  }

  mouse(kind: MouseKind, _x: number, y: number): boolean {
    this.atEnd = false
    this.looking = false
    if (kind === 'wheelUp' || kind === 'wheelDown') this.move(kind === 'wheelUp' ? -wheelRows : wheelRows)
    const place = kind === 'down' ? this.rowsSeen[y - 1] : undefined
    if (place !== undefined) {
      this.at = place
      this.row = y - 1
    }
    return false
  }

  draw(canvas: Canvas, area: Rect, theme: Theme): void {
    const { x, y, width, height } = area
    canvas.paint(area)
    this.height = Math.max(1, height - 2)
    this.width = width
    this.pages.shape(this.mode, width - 2)
    this.drawTitle(canvas, area, theme)
    this.drawLines(canvas, { x, y: y + 1, width, height: this.height }, theme)
    const foot = { x, y: y + height - 1, width, height: 1 }
    if (this.prompt) this.prompt.draw(canvas, foot, theme)
    else if (this.message) canvas.text(x + 1, foot.y, fit(this.message, width - 2), theme.style('strong'))
    else drawFollowFoot(canvas, foot, { refused: this.state.refused, looking: this.looking }, theme)
  }

  private readonly actions: Readonly<Record<string, () => void>> = {
    up: () => this.move(-1),
    k: () => this.move(-1),
    down: () => this.move(1),
    j: () => this.move(1),
    pageup: () => this.move(1 - this.height),
    pagedown: () => this.move(this.height - 1),
    space: () => this.move(this.height - 1),
    home: () => this.toStart(),
    g: () => this.toStart(),
    end: () => this.toEnd(),
    G: () => this.toEnd(),
    m: () => this.nextMode(),
    s: () => this.nextSide(),
    'C-f': () => {
      this.prompt = this.search.ask()
    },
    n: () => this.search.go(1),
    N: () => this.search.go(-1),
    w: () => this.askPath(),
  }

  private say(text: string): void {
    this.message = text
    this.options.changed()
  }

  private arrived(): void {
    const { left } = this
    this.left = 0
    if (left !== 0) this.move(left)
    if (this.atEnd) this.toEnd()
    this.options.changed()
  }

  /** Asks again and again how far the stream is, until it is all there. */
  private watch(): void {
    if (this.state.complete) return
    this.timer = setTimeout(() => void this.look(), poll)
    this.timer.unref()
  }

  private async look(): Promise<void> {
    const state = await this.options.session.follow({ do: 'state' }).catch(() => null)
    if (state === null || this.timer === undefined) return
    const grown = state.bytes[0] !== this.state.bytes[0] || state.bytes[1] !== this.state.bytes[1]
    if (grown) this.pages.grow(this.state.blocks)
    this.state = state
    this.findPacket()
    if (grown && this.atEnd) this.toEnd()
    this.options.changed()
    this.watch()
  }

  /** Goes to the bytes of the packet that led here, once it is known where they are. */
  private findPacket(): void {
    const { place } = this.state
    if (!this.looking || place === null) return
    this.looking = false
    if (place.block > 0 || place.offset > 0) this.show(place.block, place.offset)
  }

  /** Leaves for the packet of the marked line. */
  private leaveFor(go: (packet: number) => void): boolean {
    const page = this.pages.get(this.at.block)
    const piece = page?.block.pieces[page.lines[this.at.line]?.piece ?? -1]
    if (piece === undefined) return false
    go(piece.packet)
    return true
  }

  // ---- moving ------------------------------------------------------------------------

  private move(lines: number): void {
    const step = lines < 0 ? -1 : 1
    for (let left = lines; left !== 0; left -= step) {
      const next = this.neighbour(this.at, step)
      if (next === undefined) {
        this.left = left
        return
      }
      if (next === null) return
      this.at = next
      this.row = Math.max(0, Math.min(this.row + step, this.height - 1))
    }
  }

  /** The line before or after one: undefined while it is on its way, null when there is none. */
  private neighbour({ block, line }: LinePlace, step: 1 | -1): LinePlace | null | undefined {
    const page = this.pages.get(block) ?? this.pages.from(block, 1)
    if (page === undefined || page === null) return page
    const own = page.block.block
    if (own !== block) return { block: own, line: 0 }
    if (line + step >= 0 && line + step < page.lines.length) return { block, line: line + step }
    let other = this.pages.from(block + step, step)
    while (other !== undefined && other !== null && other.lines.length === 0) {
      other = this.pages.from(other.block.block + step, step)
    }
    if (other === undefined || other === null) return other
    return { block: other.block.block, line: step === 1 ? 0 : other.lines.length - 1 }
  }

  private toStart(): void {
    this.at = { block: 0, line: 0 }
    this.row = 0
  }

  private toEnd(): void {
    this.atEnd = !this.state.complete
    const last = this.pages.from(Math.max(0, this.state.blocks - 1), -1)
    this.row = this.height - 1
    if (last) this.at = { block: last.block.block, line: Math.max(0, last.lines.length - 1) }
    else if (last === undefined) this.at = { block: this.state.blocks - 1, line: Number.POSITIVE_INFINITY }
  }

  private nextMode(): void {
    const place = this.byteAt()
    this.mode = modes[(modes.indexOf(this.mode) + 1) % modes.length]!
    this.pages.shape(this.mode, this.width - 2)
    const page = this.pages.get(this.at.block)
    if (page) this.at = { block: this.at.block, line: lineOf(page, place) }
  }

  private nextSide(): void {
    this.pages.side = sides[(sides.indexOf(this.pages.side) + 1) % sides.length]!
    this.pages.refresh()
    this.at = { block: this.at.block, line: 0 }
    this.row = 0
  }

  /** Offset into its block of the first byte of the marked line. */
  private byteAt(): number {
    return this.pages.get(this.at.block)?.lines[this.at.line]?.start ?? 0
  }

  // ---- searching and saving ----------------------------------------------------------

  /** Where a search begins. */
  private placeFor(step: 1 | -1, here: boolean): FollowPlace {
    const line = this.pages.get(this.at.block)?.lines[this.at.line]
    const offset = here || line === undefined ? this.byteAt() : step === 1 ? line.end : line.start - 1
    return { block: this.at.block, offset }
  }

  /** Marks the line with a byte of a block. */
  private show(block: number, offset: number): void {
    if (this.pages.get(block) === undefined) {
      this.pages.from(block, 1)
      this.at = { block, line: 0 }
      this.jump = offset
      return
    }
    this.land(this.pages.get(block)!, offset)
  }
  /** The byte of the marked block that is to be marked once it is there; -1 for none. */
  private jump = -1

  private land(page: Page, offset: number): void {
    this.jump = -1
    this.at = { block: page.block.block, line: lineOf(page, offset) }
    this.row = this.height >> 1
    this.options.changed()
  }

  private askPath(): void {
    const side = this.pages.side
    const who = side === 'both' ? 'both sides' : `what ${this.state.ends[side]} said`
    this.prompt = new Prompt({
      label: `Save ${who} to:`,
      hint: 'a new file · Enter saves',
      accept: (path) => {
        this.say(`Saving ${path} …`)
        this.options.session.follow({ do: 'save', side, path }).then(
          (bytes) => this.say(`${formatBytes(bytes)} saved to ${path}`),
          (error: unknown) => this.say(errorText(error)),
        )
        return ''
      },
    })
  }

  // ---- drawing -----------------------------------------------------------------------

  private drawTitle(canvas: Canvas, { x, y, width }: Rect, theme: Theme): void {
    const { transport, stream, ends, bytes, complete } = this.state
    const sizes = `${formatBytes(bytes[0])} → · ← ${formatBytes(bytes[1])}${complete ? '' : ' …'}`
    const { side } = this.pages
    const shown = side === 'both' ? '' : side === 0 ? ' · → only' : ' · ← only'
    const right = ` ${this.mode}${shown} · ${sizes} `
    const left = ` ${transport}.stream ${stream} · ${ends[0]} → ${ends[1]}`
    canvas.text(x, y, fit(left, Math.max(0, width - right.length)), theme.style('strong'))
    canvas.text(x + Math.max(0, width - right.length), y, right, theme.style('quiet'))
  }

  private drawLines(canvas: Canvas, area: Rect, theme: Theme): void {
    this.settle()
    const top = this.findTop()
    this.rowsSeen.length = 0
    const { needle } = this.search
    let place: LinePlace | null | undefined = top
    for (let row = 0; row < area.height && place; row++) {
      const page: Page | undefined = this.pages.get(place.block)
      const line = page?.lines[place.line]
      if (page === undefined || line === undefined) break
      this.rowsSeen.push(place)
      const marked = place.block === this.at.block && place.line === this.at.line
      const rect = { x: area.x, y: area.y + row, width: area.width, height: 1 }
      drawFollowLine(canvas, rect, { page, line, mode: this.mode, ends: this.state.ends, needle, marked }, theme)
      place = this.neighbour(place, 1)
    }
    if (this.rowsSeen.length > 0) return
    const empty = this.state.bytes[0] + this.state.bytes[1] === 0 && this.state.complete
    canvas.text(area.x + 2, area.y, empty ? 'no bytes were exchanged' : 'reading …', theme.style('quiet'))
  }

  /** Lets the marked line be one that exists. */
  private settle(): void {
    const page = this.pages.from(this.at.block, 1) ?? this.pages.from(this.at.block, -1)
    if (!page) return
    if (page.block.block !== this.at.block) this.at = { block: page.block.block, line: 0 }
    if (this.jump >= 0) this.land(page, this.jump)
    this.at = { block: this.at.block, line: Math.max(0, Math.min(this.at.line, page.lines.length - 1)) }
  }

  /** The line at the top of the view. */
  private findTop(): LinePlace {
    let top = this.at
    let row = 0
    while (row < Math.min(this.row, this.height - 1)) {
      const before = this.neighbour(top, -1)
      // What is on its way is going to stand above; until then the view begins lower.
      if (before === undefined) return top
      if (before === null) break
      top = before
      row++
    }
    this.row = row
    return top
  }
}

/** The line of a page that holds byte `offset`. */
function lineOf({ lines }: Page, offset: number): number {
  const found = lines.findIndex(({ start, end }) => offset >= start && offset < end)
  return Math.max(0, found)
}
