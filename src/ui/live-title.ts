/** The title of a capture that is being made: what it listens to, and what came and was lost. */

import type { Status } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { LiveState } from '../session/live-control.js'
import type { Tail } from './tail.js'
import type { Theme } from './theme.js'
import { sanitize, shorten } from './sanitize.js'
import { formatCount, formatDuration, formatNumber } from './status-line.js'
import { textWidth } from './width.js'

/** Draws `● eth0 · tcp port 80 · dumpcap · 1,204 packets · 12.4 s · dropped 3 kernel`. */
export function drawLiveTitle(canvas: Canvas, rect: Rect, live: LiveState, status: Status, theme: Theme): void {
  const unknown = live.running && live.dropped.kernel < 0
  const lost = formatLosses(live) + (unknown ? (rect.width >= 150 ? ', by the kernel: known at the end' : '?') : '')
  const tail = [
    live.engine,
    formatNumber(status.packets, 'packet'),
    ...(rect.width >= 100 ? [formatDuration(status.duration)] : []),
    lost,
    ...(status.forgotten > 0 ? [`${formatCount(status.forgotten)} forgotten`] : []),
    ...(status.limits.length > 0 ? [`${formatNumber(status.limits.length, 'limit')} met`] : []),
  ]
  const rest = ` · ${tail.join(' · ')}`
  const mark = live.running ? '●' : '■'
  const filter = live.filter === '' ? (rect.width >= 100 ? 'no filter' : '') : sanitize(live.filter)
  const room = Math.max(8, rect.width - 4 - textWidth(rest))
  const devices = shorten(sanitize(live.devices), filter === '' ? room : Math.max(6, room >> 1))
  let x = canvas.text(rect.x + 1, rect.y, `${mark} `, live.running ? theme.style('accent') : theme.style('quiet'))
  x = canvas.text(x, rect.y, devices, theme.style('strong'), rect.width - x)
  const left = room - textWidth(devices) - 3
  if (filter !== '' && left >= 6) {
    x = canvas.text(x, rect.y, ' · ', theme.style('quiet'), rect.width - x)
    x = canvas.text(x, rect.y, shorten(filter, left), theme.style('text'), rect.width - x)
  }
  for (const fact of tail) {
    x = canvas.text(x, rect.y, ' · ', theme.style('quiet'), rect.width - x)
    const loud = fact === lost && isLossy(live)
    x = canvas.text(x, rect.y, fact, loud ? theme.severity(2) : theme.style('text'), rect.width - x)
  }
}

/** `dropped 0`, `dropped 3 kernel, 1 interface`: what is known of it so far. */
export function formatLosses({ dropped }: Pick<LiveState, 'dropped'>): string {
  const parts = Object.entries(dropped).flatMap(([where, count]) =>
    count > 0 ? [`${formatCount(count)} ${where}`] : [],
  )
  return `dropped ${parts.join(', ') || '0'}`
}

/** How the list follows the capture, for the status line. */
export function formatTail(tail: Tail, running: boolean): string {
  if (tail.paused) return `paused, ${formatCount(tail.waiting)} waiting`
  if (!running) return 'stopped'
  return tail.following ? 'following' : 'End follows'
}

const isLossy = ({ dropped }: Pick<LiveState, 'dropped'>): boolean =>
  dropped.kernel > 0 || dropped.interface > 0 || dropped.engine > 0
