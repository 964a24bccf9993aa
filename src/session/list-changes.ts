/** The list of packets across the thread: what has changed is said, and the other side makes the same list of it. */
import { Displayed } from './displayed.js'

/** How the list has changed since the last time. */
export interface ListChange {
  /** It is another list: of all packets, or of those whose bits are set in the pages. */
  readonly begins: 'all' | 'filtered' | null
  /** Packets of which it is known whether they are listed, and how many are. */
  readonly decided: number
  readonly length: number
  /** Pages of bits, in shared memory, that come after those that are there. */
  readonly pages: readonly Uint32Array[]
}

/** What to say of the list, on the side that has it. */
export class ListSender {
  private latest: Displayed | null = null
  private sent = 0

  /** The change since the last call. `pages` are those of the list, null when it has all packets. */
  next(displayed: Displayed, pages: readonly Uint32Array[] | null): ListChange {
    const begins = displayed === this.latest ? null : pages === null ? 'all' : 'filtered'
    if (begins !== null) this.sent = 0
    this.latest = displayed
    const added = pages?.slice(this.sent) ?? []
    this.sent += added.length
    return { begins, decided: displayed.decided, length: displayed.length, pages: added }
  }
}

/** The same list on the other side. */
export class ListReceiver {
  displayed = new Displayed(null)
  private pages: Uint32Array[] = []

  take({ begins, decided, length, pages }: ListChange): void {
    if (begins !== null) this.pages = []
    this.pages.push(...pages)
    if (begins !== null) this.displayed = new Displayed(begins === 'all' ? null : this.pages)
    this.displayed.update(decided, length)
  }
}
