/**
 * The columns of the packet list: the selected field becomes one, and any of them can go, as long as one stays.
 */

import type { ColumnChoice, Session, Severity, TreeNode } from '../session/session.js'
import type { Overlay } from './overlay.js'
import type { Packets } from './packets.js'
import { fieldColumn, usualColumns } from '../session/session.js'
import { errorText } from './error-text.js'
import { Menu, type MenuItem } from './menu.js'

export interface ColumnMenuOptions {
  readonly session: Session
  readonly packets: Packets
  /** The columns that the session's rows have. */
  readonly columns: readonly ColumnChoice[] | undefined
  /** The selected field. */
  readonly field: () => TreeNode | undefined
  readonly show: (overlay: Overlay) => void
  readonly say: (text: string, severity?: Severity) => void
  readonly changed: () => void
}

export class ColumnMenu {
  private readonly options: ColumnMenuOptions
  private columns: readonly ColumnChoice[]

  constructor(options: ColumnMenuOptions) {
    this.options = options
    this.columns = options.columns ?? usualColumns
    if (options.columns) options.packets.showColumns(options.columns)
  }

  /** Offers to add the selected field, and to remove each column. */
  open(): void {
    const items = [...this.additions(), ...this.removals()]
    if (items.length === 0) return this.options.say('The last column stays; a field of the details can be added.')
    this.options.show(new Menu('Columns', items))
  }

  private additions(): MenuItem[] {
    const name = this.options.field()?.name ?? ''
    const added = fieldColumn(name)
    if (name === '' || this.columns.some(({ format }) => format === added.format)) return []
    return [{ key: '+', text: `Add ${name}`, choose: () => this.change(this.with(added)) }]
  }

  private removals(): MenuItem[] {
    if (this.columns.length === 1) return []
    return this.columns.map((column) => ({
      text: `Remove ${column.title}`,
      about: column.format,
      choose: () => this.change(this.columns.filter((each) => each !== column)),
    }))
  }

  /** Info stays the last one, because it takes what room there is. */
  private with(added: ColumnChoice): ColumnChoice[] {
    const at = this.columns.at(-1)?.format === '%i' ? this.columns.length - 1 : this.columns.length
    return this.columns.toSpliced(at, 0, added)
  }

  /** Asks for these columns and shows them once they are there. No menu follows. */
  private change(columns: readonly ColumnChoice[]): undefined {
    const { session, packets, say, changed } = this.options
    session.setColumns(columns).then(
      (titled) => {
        this.columns = titled
        packets.showColumns(titled)
        changed()
      },
      (error: unknown) => say(`Columns: ${errorText(error)}`, 3),
    )
  }
}
