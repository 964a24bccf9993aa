/**
 * Which pane stands where, for any size of the terminal down to a single cell.
 *
 *   wide (from 110 columns)     narrow                       tall and narrow (from 40 lines)
 *   title                       title                        title
 *   filter, where there is one  filter                       filter
 *   list                        list                         list
 *   ──────────┬─────────        ─────────────────            ─────────────────
 *   tree      │ bytes           tree, or bytes               tree
 *   status                      status and hints             ─────────────────
 *   hints                                                    bytes
 */

import type { Rect } from './canvas.js'

export type Pane = 'list' | 'tree' | 'bytes'

/** What the user wants to see. */
export interface View {
  readonly focus: Pane
  /** The focused pane takes the place of all three. */
  readonly zoomed: boolean
  /** The pane under the list where there is room for one only. */
  readonly lower: 'tree' | 'bytes'
  /** The bytes may stand beside or below the tree. */
  readonly bytes: boolean
  /** The display filter has its line. */
  readonly filter: boolean
}

/** Where everything stands. What is undefined is not on the screen. */
export interface Layout {
  readonly title: Rect | undefined
  readonly filter: Rect | undefined
  readonly header: Rect | undefined
  readonly list: Rect | undefined
  readonly treeRule: Rect | undefined
  readonly tree: Rect | undefined
  readonly bytesRule: Rect | undefined
  readonly bytes: Rect | undefined
  /** The column of lines between tree and bytes. */
  readonly divider: Rect | undefined
  readonly status: Rect | undefined
  /** A line of its own for the keys; without it they share the status line. */
  readonly hints: Rect | undefined
  readonly bytesPerRow: 16 | 8 | 4
}

const wideFrom = 110
const tallFrom = 40
const hintsFrom = 30
/** Lines that list and details must share before there are details at all. */
const splitFrom = 8

export function computeLayout(width: number, height: number, view: View): Layout {
  const line = (y: number): Rect => ({ x: 0, y, width, height: 1 })
  const title = height >= 4 ? line(0) : undefined
  const hints = height >= hintsFrom ? line(height - 1) : undefined
  const status = height >= 2 ? line(height - (hints ? 2 : 1)) : undefined
  const filter = view.filter && height >= 3 ? line(title ? 1 : 0) : undefined
  const top = (title ? 1 : 0) + (filter ? 1 : 0)
  const bottom = status ? status.y : height
  const area: Rect = { x: 0, y: top, width, height: Math.max(0, bottom - top) }
  const frame = { ...nothing, title, filter, status, hints, bytesPerRow: perRow(width) }

  if (view.zoomed && view.focus !== 'list') return { ...frame, ...only(view.focus, area) }
  if (view.zoomed || area.height < splitFrom) {
    return area.height < splitFrom && view.focus !== 'list'
      ? { ...frame, ...only(view.focus, area) }
      : { ...frame, ...listIn(area) }
  }

  const stacked = width < wideFrom && height >= tallFrom && view.bytes
  const listHeight = stacked ? Math.floor(area.height * 0.4) : Math.ceil((area.height - 1) * 0.55)
  const upper = listIn({ ...area, height: listHeight })
  const below = area.y + listHeight
  const rest = area.height - listHeight

  if (stacked) {
    const treeHeight = Math.ceil(rest / 2)
    return {
      ...frame,
      ...upper,
      ...only('tree', { ...area, y: below, height: treeHeight }),
      ...bytesIn({ ...area, y: below + treeHeight, height: rest - treeHeight }),
    }
  }
  if (width < wideFrom) return { ...frame, ...upper, ...only(view.lower, { ...area, y: below, height: rest }) }
  if (!view.bytes) return { ...frame, ...upper, ...only('tree', { ...area, y: below, height: rest }) }

  const bytesPerRow = width >= 150 ? 16 : 8
  const bytesWidth = hexWidth(bytesPerRow) + 3
  const x = width - bytesWidth
  return {
    ...frame,
    ...upper,
    bytesPerRow,
    ...only('tree', { x: 0, y: below, width: x - 1, height: rest }),
    divider: { x: x - 1, y: below, width: 1, height: rest },
    ...bytesIn({ x, y: below, width: bytesWidth, height: rest }),
  }
}

/** The pane that a cell belongs to, if any. */
export function paneAt(layout: Layout, x: number, y: number): { pane: Pane; rect: Rect } | undefined {
  for (const pane of ['list', 'tree', 'bytes'] as const) {
    const rect = layout[pane]
    if (rect && inside(rect, x, y)) return { pane, rect }
  }
  return undefined
}

export function inside(rect: Rect, x: number, y: number): boolean {
  return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height
}

/** Columns of a row of `perRow` bytes: offset, hex in groups of eight, text. */
function hexWidth(bytes: number): number {
  return 4 + 2 + (bytes * 3 - 1) + (bytes > 8 ? 1 : 0) + 2 + bytes
}

const nothing: Layout = {
  title: undefined,
  filter: undefined,
  header: undefined,
  list: undefined,
  treeRule: undefined,
  tree: undefined,
  bytesRule: undefined,
  bytes: undefined,
  divider: undefined,
  status: undefined,
  hints: undefined,
  bytesPerRow: 8,
}

function perRow(width: number): 16 | 8 | 4 {
  return width >= hexWidth(16) + 3 ? 16 : width >= hexWidth(8) + 2 ? 8 : 4
}

function listIn(area: Rect): Pick<Layout, 'header' | 'list'> {
  if (area.height < 3) return { header: undefined, list: area }
  return { header: { ...area, height: 1 }, list: { ...area, y: area.y + 1, height: area.height - 1 } }
}

function bytesIn(area: Rect): Pick<Layout, 'bytes' | 'bytesRule'> {
  if (area.height < 3) return { bytesRule: undefined, bytes: area }
  return { bytesRule: { ...area, height: 1 }, bytes: { ...area, y: area.y + 1, height: area.height - 1 } }
}

function only(pane: Pane, area: Rect): Partial<Layout> {
  if (pane === 'list') return listIn(area)
  if (pane === 'bytes') return bytesIn(area)
  const { bytes: tree, bytesRule: treeRule } = bytesIn(area)
  return { tree, treeRule }
}
