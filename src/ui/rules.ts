/**
 * The lines between the panes. They carry the panes' names, the one that has the keys standing out, and the tabs of the
 * byte sources.
 */

import type { Canvas, Rect } from './canvas.js'
import type { Layout, Pane } from './layout.js'
import type { Tab } from './packet-bytes.js'
import type { Theme } from './theme.js'
import { formatCount } from './status-line.js'
import { bold, underline } from './theme.js'

export interface RuleState {
  readonly focus: Pane
  /** The packet whose details are shown, 0 for none. */
  readonly packet: number
  readonly tabs: readonly Tab[]
  /** The source of bytes that is shown. */
  readonly source: number
}

export function drawRules(canvas: Canvas, layout: Layout, state: RuleState, theme: Theme): void {
  const { treeRule, bytesRule, divider } = layout
  if (treeRule) {
    line(canvas, treeRule, theme)
    const title = state.packet > 0 ? ` Packet ${formatCount(state.packet)} ` : ' Packet '
    const style = state.focus === 'tree' ? bold(theme.style('accent')) : theme.style('quiet')
    canvas.text(treeRule.x + 2, treeRule.y, title, style, treeRule.width - 2)
  }
  if (bytesRule) {
    line(canvas, bytesRule, theme)
    for (const tab of state.tabs) {
      const shown = tab.source === state.source
      const style = shown && state.focus === 'bytes' ? bold(theme.style('accent')) : theme.style('quiet')
      const mark = shown && state.tabs.length > 1 ? underline : (each: number): number => each
      canvas.text(tab.x, bytesRule.y, tab.text, style)
      canvas.restyle({ x: tab.x + 1, y: bytesRule.y, width: tab.width - 2, height: 1 }, mark)
    }
  }
  if (divider) {
    canvas.paint(divider, '│', theme.style('rule'))
    canvas.text(divider.x, divider.y, '┬', theme.style('rule'))
  }
}

function line(canvas: Canvas, rect: Rect, theme: Theme): void {
  canvas.paint({ ...rect, height: 1 }, '─', theme.style('rule'))
}
