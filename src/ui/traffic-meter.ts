/** How much passes an interface: what its counters have gained between looks at them. */

import type { Counters } from '../session/start-sources.js'
import { formatBytes, formatCount } from './status-line.js'

const most = 120

export class TrafficMeter {
  /** Packets a second at each look, the latest last. */
  readonly rates: number[] = []
  private before: (Counters & { readonly at: number }) | undefined
  private bytesPerSecond = 0

  /** Takes the counters as they are at `now`, in ms. */
  look(counters: Counters | null, now: number): void {
    if (counters === null) return
    const { before } = this
    this.before = { ...counters, at: now }
    if (before === undefined || now <= before.at) return
    const seconds = (now - before.at) / 1000
    this.bytesPerSecond = Math.max(0, (counters.bytes - before.bytes) / seconds)
    this.rates.push(Math.max(0, (counters.packets - before.packets) / seconds))
    if (this.rates.length > most) this.rates.shift()
  }

  /** `12 pkt/s 3.4 kB/s`; empty before the second look. */
  get text(): string {
    const rate = this.rates.at(-1)
    if (rate === undefined) return ''
    return `${formatCount(Math.round(rate))} pkt/s ${formatBytes(Math.round(this.bytesPerSecond))}/s`
  }
}
