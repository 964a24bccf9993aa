/** Says it when a bound of some table is met for the first time. */

import type { Status } from '../session/session.js'

export class LimitWatch {
  private readonly known = new Set<string>()

  /** What there is to say since the last status; empty when that is nothing. */
  news({ limits }: Status): string {
    const fresh = limits.map(([what]) => what).filter((what) => !this.known.has(what))
    for (const what of fresh) this.known.add(what)
    if (fresh.length === 0) return ''
    return `Limit met: ${fresh.join('; ')}. The information about the capture shows how often.`
  }
}
