/**
 * The help screen: every key with what it does, made from the table of keys.
 */

import type { Canvas, Rect } from './canvas.js'
import type { Theme } from './theme.js'
import { keyLabel, presentBindings } from './keys.js'
import { PageView } from './page-view.js'
import { fit } from './sanitize.js'

export interface HelpLine {
  /** Empty for a heading. */
  readonly keys: string
  readonly text: string
}

const keysWidth = 14
const columnWidth = 64

/** All help as lines: a heading for each group of keys, its keys, a blank line. */
export function helpLines(): HelpLine[] {
  const lines: HelpLine[] = []
  const bindings = presentBindings().filter((binding) => binding.keys.length > 0)
  for (const group of new Set(bindings.map((binding) => binding.group))) {
    if (lines.length > 0) lines.push({ keys: '', text: '' })
    lines.push({ keys: '', text: group })
    for (const binding of bindings) {
      if (binding.group === group) lines.push({ keys: binding.keys.map(keyLabel).join(' '), text: binding.help })
    }
  }
  lines.push({ keys: '', text: '' }, { keys: '', text: 'Mouse' })
  lines.push({ keys: 'wheel', text: 'scrolls the pane under it' })
  lines.push({ keys: 'click', text: 'selects a packet, a field, a byte' })
  return lines
}

export class Help extends PageView<HelpLine> {
  protected override readonly lines = helpLines()

  constructor() {
    super('Keys', ['escape', 'q', '?', 'f1', 'enter'], columnWidth + 4)
  }

  protected drawLine(canvas: Canvas, line: HelpLine, { x, y, width }: Rect, theme: Theme): void {
    if (line.keys === '') {
      canvas.text(x, y, line.text, theme.style('accent'), width)
      return
    }
    canvas.text(x, y, fit(line.keys, keysWidth), theme.style('key'), width)
    canvas.text(x + 1 + keysWidth, y, fit(line.text, width - keysWidth - 1), theme.style('text'))
  }
}
