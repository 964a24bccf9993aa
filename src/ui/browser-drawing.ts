/**
 * Paints the main screen: title, panes, status and hints, and what lies over them.
 */

import type { Status } from '../session/session.js'
import type { BrowserOptions } from './browser.js'
import type { Details } from './details.js'
import type { Filtering } from './filtering.js'
import type { Layout } from './layout.js'
import type { Message } from './notice.js'
import type { Overlay } from './overlay.js'
import type { Tab } from './packet-bytes.js'
import type { Packets } from './packets.js'
import type { Panes } from './panes.js'
import type { Prompt } from './prompt.js'
import type { StatusState } from './status-line.js'
import type { Tail } from './tail.js'
import { Canvas } from './canvas.js'
import { drawLiveTitle, formatTail } from './live-title.js'
import { drawRules } from './rules.js'
import { drawHints, drawStatus, drawTitle } from './status-line.js'

/** All that is on the screen. */
export interface Picture {
  readonly options: BrowserOptions
  readonly status: Status
  readonly panes: Panes
  readonly packets: Packets
  readonly details: Details
  readonly filters: Filtering
  readonly tail: Tail
  readonly message: Message | undefined
  readonly prompt: Prompt | undefined
  readonly overlay: Overlay | undefined
  /** A number typed so far. */
  readonly digits: string
}

/** Paints the whole screen in the given size, to which the panes are fitted. */
export function drawBrowser(picture: Picture, width: number, height: number): Canvas {
  const canvas = new Canvas(width, height)
  const { theme, program } = picture.options
  picture.panes.showFilter(picture.filters.visible)
  picture.panes.resize(width, height)
  const { layout, focused } = picture.panes
  const { tree, bytes } = picture.details
  const live = picture.options.live?.state()
  if (layout.title && live) drawLiveTitle(canvas, layout.title, live, picture.status, theme)
  else if (layout.title) drawTitle(canvas, layout.title, picture.status, program, theme)
  if (layout.list) {
    picture.packets.draw(canvas, layout.header, layout.list, theme, focused === 'list', emptyText(picture))
  }
  const rules = { focus: focused, packet: picture.details.packet, tabs: tabsOf(picture), source: bytes.source }
  drawRules(canvas, layout, rules, theme)
  if (layout.tree) tree.draw(canvas, layout.tree, theme, focused === 'tree')
  if (layout.bytes) bytes.draw(canvas, layout.bytes, theme, focused === 'bytes')
  if (layout.status) {
    if (picture.prompt) picture.prompt.draw(canvas, layout.status, theme)
    else drawStatus(canvas, layout.status, statusState(picture), !layout.hints, theme)
  }
  if (layout.hints) drawHints(canvas, layout.hints, theme)
  if (layout.filter) {
    picture.filters.draw(canvas, layout.filter, theme)
    picture.filters.drawBelow(canvas, layout.filter, { x: 0, y: 0, width, height }, theme)
  }
  picture.overlay?.draw(canvas, { x: 0, y: 0, width, height }, theme)
  return canvas
}

/** Tells what is in the panes how much room it has. */
export function fitPanes({ list, tree, bytes, bytesPerRow }: Layout, packets: Packets, details: Details): void {
  details.bytes.setPerRow(bytesPerRow)
  if (list) packets.list.setHeight(list.height)
  if (tree) details.tree.list.setHeight(tree.height)
  if (bytes) details.bytes.list.setHeight(bytes.height)
}

/** What is said in place of rows. */
function emptyText(picture: Picture): string {
  const { complete, filter, filtering, packets } = picture.status
  const coming = picture.options.live ? 'waiting for the first frame …' : 'reading …'
  if (filter === '' || packets === 0) return complete ? 'no packets' : coming
  return filtering === null ? 'no packet passes the filter' : 'filtering …'
}

function statusState(picture: Picture): StatusState {
  return {
    status: picture.status,
    packet: picture.packets.selected,
    field: picture.details.field,
    sourceName: picture.details.fieldSource,
    message: picture.message,
    digits: picture.digits,
    tail: tailText(picture),
  }
}

/** How the list follows a capture that grows. */
function tailText(picture: Picture): string {
  const { live, tail = 'never' } = picture.options
  if (live) return formatTail(picture.tail, live.state().running)
  return (tail === 'always' || picture.tail.following || picture.tail.paused) && !picture.status.complete
    ? formatTail(picture.tail, true)
    : ''
}

function tabsOf(picture: Picture): Tab[] {
  const rule = picture.panes.layout.bytesRule
  return rule ? picture.details.bytes.tabs(rule.x, rule.width) : []
}
