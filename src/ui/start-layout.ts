/** Where things stand on the start screen, and how its rows are drawn. */

import type { Canvas, Rect } from './canvas.js'
import type { Message } from './notice.js'
import type { StartArea, StartFile } from './start-screen.js'
import type { StartInterface } from '../session/start-sources.js'
import type { Theme } from './theme.js'
import type { TrafficMeter } from './traffic-meter.js'
import { shortenPath } from './path-text.js'
import { fit, sanitize, shorten } from './sanitize.js'
import { sparkline } from './sparkline.js'
import { drawMessage, formatBytes } from './status-line.js'
import { clamp } from './virtual-list.js'

export interface StartLayout {
  readonly title: Rect
  readonly interfacesTitle: Rect
  readonly interfaces: Rect
  /** The field alone; its label stands before it, and what is wrong with it below. */
  readonly filter: Rect
  readonly filesTitle: Rect
  readonly files: Rect
  readonly status: Rect
}

export interface StartState {
  readonly program: string
  readonly area: StartArea
  readonly obstacle: string
  /** The interfaces are known. */
  readonly listed: boolean
  readonly busy: boolean
  readonly message: Message | undefined
}

const label = 'Capture filter '
/** Lines that are neither interfaces nor files. */
const others = 8

export function measureStart(width: number, height: number, interfaces: number, files: number): StartLayout {
  const room = Math.max(2, height - others)
  const wanted = Math.max(1, interfaces)
  const most = Math.max(room >> 1, room - Math.max(1, files))
  const rows = clamp(wanted, 1, most)
  const line = (y: number): Rect => ({ x: 0, y, width, height: 1 })
  const filterY = 3 + rows
  const x = label.length + 3
  return {
    title: line(0),
    interfacesTitle: line(1),
    interfaces: { x: 0, y: 2, width, height: rows },
    filter: { x, y: filterY, width: Math.max(1, width - x - 4), height: 1 },
    filesTitle: line(filterY + 3),
    files: { x: 0, y: filterY + 4, width, height: Math.max(0, height - 1 - filterY - 4) },
    status: line(height - 1),
  }
}

export function drawStartFrame(canvas: Canvas, layout: StartLayout, state: StartState, theme: Theme): void {
  const { title, interfacesTitle, interfaces, filter, filesTitle, files, status } = layout
  const quiet = theme.style('quiet')
  const heading = (rect: Rect, area: StartArea, text: string, about: string): void => {
    const mark = state.area === area ? '▸' : ' '
    const x = canvas.text(rect.x, rect.y, `${mark} ${text}`, theme.style('strong'), rect.width)
    canvas.text(x + 2, rect.y, about, quiet, rect.x + rect.width - x - 3)
  }
  canvas.text(1, title.y, state.program, theme.style('strong'), title.width - 1)
  heading(interfacesTitle, 'interfaces', 'Interfaces', 'Enter captures · Space chooses several')
  if (!state.listed) canvas.text(4, interfaces.y, 'looking for interfaces …', quiet)
  heading({ ...filter, x: 0, width: filter.x }, 'filter', label.trim(), '')
  if (files.height > 0) {
    heading(filesTitle, 'files', 'Files', 'Enter opens · s saves, d deletes what a crash left · o opens another')
  }
  const keys = state.busy ? 'opening …' : 'Tab next part   f filter   o open file   q quit'
  canvas.text(1, status.y, keys, quiet, status.width - 1)
}

/** Draws what was said last over the last lines; where nothing was, why nothing can be captured. */
export function drawStartMessage(canvas: Canvas, layout: StartLayout, state: StartState, theme: Theme): void {
  const { message, obstacle } = state
  if (message) drawMessage(canvas, layout.status, message, theme)
  else if (obstacle !== '') drawMessage(canvas, layout.status, { text: obstacle, severity: 2 }, theme)
}

/** Draws `☑ eth0  up  Ethernet  192.168.1.10  ▁▂▃ 12 pkt/s 3.4 kB/s`. */
export function drawInterface(
  canvas: Canvas,
  rect: Rect,
  io: StartInterface,
  { chosen, meter }: { readonly chosen: boolean; readonly meter: TrafficMeter | undefined },
  theme: Theme,
): void {
  const { y, width } = rect
  const quiet = theme.style('quiet')
  const wide = width >= 110
  const name = wide ? 18 : 12
  const link = wide ? 18 : 9
  const rate = wide ? 22 : 19
  const spark = wide ? 40 : width >= 76 ? 10 : 0
  const end = rect.x + width - 1
  const sparkAt = end - rate - spark - 1
  let x = rect.x + 1
  x = canvas.text(x, y, chosen ? '● ' : '  ', theme.style('accent'))
  x = canvas.text(x, y, fit(shorten(sanitize(io.name), name), name + 1), theme.style('strong'), end - x)
  const state = io.state === 'unknown' ? '–' : io.state
  x = canvas.text(x, y, fit(state, 5), io.state === 'down' ? theme.severity(2) : theme.style('text'), end - x)
  x = canvas.text(x, y, fit(shorten(sanitize(io.linkType), link), link + 1), quiet, end - x)
  const room = (meter && meter.rates.length > 0 ? sparkAt : end) - x - 1
  if (room > 3) canvas.text(x, y, aboutInterface(io, room), theme.style('text'), room)
  if (!meter || meter.rates.length === 0 || sparkAt <= x) return
  canvas.text(sparkAt, y, sparkline(meter.rates, spark), theme.style('accent'), spark)
  canvas.text(end - rate, y, fit(meter.text, rate, 'right'), quiet, rate)
}

/** Its addresses, as many as have room whole, or else what it is. */
function aboutInterface({ addresses, description }: StartInterface, room: number): string {
  for (let shown = addresses.length; shown > 0; shown--) {
    const more = addresses.length - shown
    const text = addresses.slice(0, shown).join(', ') + (more > 0 ? ` +${more}` : '')
    if (text.length <= room) return sanitize(text)
  }
  return shorten(sanitize(addresses[0] ?? description), room)
}

/** Draws a recent file, or what a crash left behind with its size and age. */
export function drawFile(canvas: Canvas, rect: Rect, file: StartFile, theme: Theme): void {
  const end = rect.x + rect.width - 1
  if (!('bytes' in file)) {
    canvas.text(rect.x + 3, rect.y, shortenPath(file.path, rect.width - 4), theme.style('text'))
    return
  }
  const when = new Date(file.modified)
  const two = (n: number): string => String(n).padStart(2, '0')
  const day = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`
  const about = `not saved · ${formatBytes(file.bytes)} · ${day} ${two(when.getHours())}:${two(when.getMinutes())}`
  canvas.text(rect.x + 1, rect.y, '!', theme.severity(2))
  const room = Math.max(8, end - rect.x - 5 - about.length)
  canvas.text(rect.x + 3, rect.y, shortenPath(file.path, room), theme.style('text'), room)
  canvas.text(Math.max(rect.x + 12, end - about.length), rect.y, about, theme.severity(2))
}
