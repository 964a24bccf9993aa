/**
 * Everything that the screen does with display filters: the line where they are typed, applying and clearing them, and
 * the menus that make one of what is selected.
 */

import type { NamedFilter, Session, Severity, Status } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { Details } from './details.js'
import type { FilterHistory } from './filter-history.js'
import type { Pane } from './layout.js'
import type { Overlay } from './overlay.js'
import type { Theme } from './theme.js'
import { RefusedFilter } from '../session/session.js'
import { joinFilters, oppositeFilter } from './combine-filters.js'
import { errorText } from './error-text.js'
import { FilterBar } from './filter-bar.js'
import { Menu, type MenuItem } from './menu.js'

export interface FilteringOptions {
  readonly session: Session
  readonly history: FilterHistory
  readonly details: Details
  /** The selected packet, 0 for none. */
  readonly selected: () => number
  readonly focused: () => Pane
  readonly show: (overlay: Overlay) => void
  readonly say: (text: string, severity?: Severity) => void
  /** A new picture is due, and keys that waited may go on. */
  readonly changed: () => void
}

/** What a new filter does with the one that is at work. */
const combinations: readonly {
  readonly key: string
  readonly text: string
  readonly combine: (now: string, added: string) => string
}[] = [
  { key: 's', text: 'Selected', combine: (_, added) => added },
  { key: 'n', text: 'Not selected', combine: (_, added) => oppositeFilter(added) },
  { key: 'a', text: '… and selected', combine: (now, added) => joinFilters(now, '&&', added) },
  { key: 'o', text: '… or selected', combine: (now, added) => joinFilters(now, '||', added) },
  { key: 'A', text: '… and not selected', combine: (now, added) => joinFilters(now, '&&', oppositeFilter(added)) },
  { key: 'O', text: '… or not selected', combine: (now, added) => joinFilters(now, '||', oppositeFilter(added)) },
]

export class Filtering {
  private readonly options: FilteringOptions
  private readonly bar: FilterBar
  private status: Status
  /** A menu is on its way. */
  private asking = false

  constructor(options: FilteringOptions) {
    this.options = options
    const { session, history, changed } = options
    this.status = session.status()
    this.bar = new FilterBar({ session, history, changed, apply: (text) => this.apply(text) })
    this.bar.show(this.status.filter)
  }

  /** Whether somebody types a filter. */
  get editing(): boolean {
    return this.bar.editing
  }

  /** Whether there is something to show in the line. */
  get visible(): boolean {
    return this.bar.editing || this.status.filter !== ''
  }

  /** Keys must wait for an answer that is on its way. */
  get busy(): boolean {
    return this.asking || this.bar.busy
  }

  onStatus(status: Status): void {
    if (status.filterError && !this.status.filterError) this.options.say(`Filter: ${status.filterError}`, 3)
    this.status = status
    this.bar.show(status.filter)
  }

  /** Begins to type, from the filter that is at work. */
  edit(): void {
    if (!this.bar.editing) this.bar.open(this.status.filter)
  }

  key(key: string): void {
    this.bar.key(key)
    this.bar.show(this.status.filter)
  }

  insert(text: string): void {
    this.bar.insert(text)
  }

  /** Gives up a filter that is still running. Returns false when there is none. */
  cancel(): boolean {
    if (this.status.filtering === null) return false
    void this.apply('').then(() => this.options.say('The filter was given up; all packets are listed.'))
    return true
  }

  clear(): void {
    if (this.status.filter === '') this.options.say('There is no display filter to clear; / makes one.')
    else void this.apply('')
  }

  /** The menu that makes a filter of the selected field or row, to be applied at once or to be looked at first. */
  fromSelection(apply: boolean): void {
    const { details, selected, focused, session } = this.options
    const title = apply ? 'Apply as filter' : 'Prepare as filter'
    const packet = selected()
    if (packet === 0) return
    if (focused() !== 'list') {
      const node = details.fieldIndex
      if (node < 0) return
      return this.ask(session.nodeFilter(details.packet, node), (filter) => {
        if (filter === '') this.options.say('No filter can speak of this line.')
        else this.options.show(this.combining(title, filter, apply))
      })
    }
    this.ask(session.frameFilters(packet), ({ cells }) => {
      const items = cells.map((cell) => item(cell, () => this.combining(title, cell.filter, apply)))
      this.options.show(new Menu(`${title}: which cell`, items))
    })
  }

  /** The menu of the conversations that the selected packet belongs to. */
  conversations(): void {
    const packet = this.options.selected()
    if (packet === 0) return
    this.ask(this.options.session.frameFilters(packet), ({ conversations }) => {
      if (conversations.length === 0) return this.options.say('This packet belongs to no conversation.')
      const items = conversations.map((each) => item(each, () => void this.applyOrEdit(each.filter)))
      this.options.show(new Menu('Conversation filter', items))
    })
  }

  draw(canvas: Canvas, rect: Rect, theme: Theme): void {
    this.bar.draw(canvas, rect, this.status, theme)
  }

  /** Draws what belongs to the line and lies over the panes. */
  drawBelow(canvas: Canvas, rect: Rect, area: Rect, theme: Theme): void {
    this.bar.drawBelow(canvas, rect, area, theme)
  }

  /** Applies a filter. Resolves with false when it makes no sense, which the line shows as well. */
  private async apply(text: string): Promise<boolean> {
    const { session, selected, say, changed } = this.options
    try {
      const [warning] = await session.filter(text, selected())
      if (warning) say(`Filter: ${warning.message}`, 2)
      return true
    } catch (error) {
      // The line says itself what it refuses.
      const said = error instanceof RefusedFilter && this.bar.editing
      if (!said) say(`Filter: ${errorText(error)}`, 3)
      return false
    } finally {
      changed()
    }
  }

  /** Applies a filter that was put together; what cannot be applied is there to be mended. */
  async applyOrEdit(text: string): Promise<void> {
    if (await this.apply(text)) this.options.history.add(text)
    else this.bar.open(text)
  }

  private combining(title: string, filter: string, apply: boolean): Menu {
    const now = this.status.filter.trim()
    const items = combinations.map(({ key, text, combine }): MenuItem => {
      const whole = combine(now, filter)
      const choose = (): undefined => void (apply ? this.applyOrEdit(whole) : this.bar.open(whole))
      return { key, text, about: whole, choose }
    })
    return new Menu(title, items)
  }

  private ask<T>(question: Promise<T>, then: (answer: T) => void): void {
    this.asking = true
    question
      .then(then, (error: unknown) => this.options.say(errorText(error), 3))
      .finally(() => {
        this.asking = false
        this.options.changed()
      })
  }
}

function item({ name, filter }: NamedFilter, choose: () => Menu | undefined): MenuItem {
  return { text: name, about: filter, choose }
}
