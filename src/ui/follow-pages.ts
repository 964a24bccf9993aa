/**
 * The lines of a followed stream, fetched block by block shortly before they are seen, a few blocks kept. A line is named
 * by its block and its number in it: nobody knows how many lines a long stream has.
 */
import type { FollowBlock, FollowSide, Session } from '../session/session.js'
import { type FollowLine, type FollowMode, layOut } from './follow-layout.js'

const maxBlocks = 12

export interface LinePlace {
  readonly block: number
  readonly line: number
}

/** A block with its lines. */
export interface Page {
  readonly block: FollowBlock
  readonly lines: readonly FollowLine[]
}

export class FollowPages {
  side: FollowSide = 'both'
  private mode: FollowMode = 'text'
  private width = 80
  /** In the order of use, the oldest first. */
  private readonly pages = new Map<number, Page>()
  /** What is found from a block on, by block and step; -1 for nothing. */
  private readonly links = new Map<string, number>()
  private readonly pending = new Set<string>()
  /** Blocks that are shown as they were until they have come anew. */
  private readonly stale = new Set<number>()
  private generation = 0

  constructor(
    private readonly session: Session,
    private readonly changed: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Says how lines are made. */
  shape(mode: FollowMode, width: number): void {
    if (mode === this.mode && width === this.width) return
    this.mode = mode
    this.width = width
    for (const [number, { block }] of this.pages) this.pages.set(number, { block, lines: layOut(block, mode, width) })
  }

  /** The stream had so many blocks and has grown: the last one may have more now, and others may follow it. */
  grow(blocks: number): void {
    this.generation++
    this.pending.clear()
    // The line that the last one began with may have got its end, which stands in the one before.
    this.stale.add(blocks - 1).add(blocks - 2)
    for (const [key, block] of this.links) if (block === -1 || block >= blocks - 2) this.links.delete(key)
  }

  /** Forgets what is known: another side is shown. */
  refresh(): void {
    this.generation++
    this.pages.clear()
    this.links.clear()
    this.pending.clear()
    this.stale.clear()
  }

  /** Block `number`, if it has arrived. */
  get(number: number): Page | undefined {
    return this.pages.get(number)
  }

  /** The page from block `number` on, or back from it: undefined while it is on its way, null when there is none. */
  from(number: number, step: 1 | -1): Page | null | undefined {
    if (number < 0) return null
    const own = this.pages.get(number)
    if (own !== undefined) {
      if (this.stale.delete(number)) this.request(`${number} 1`, number, 1)
      return this.use(own)
    }
    const key = `${number} ${step}`
    const link = this.links.get(key)
    if (link === -1) return null
    const page = link === undefined ? undefined : this.pages.get(link)
    if (page !== undefined) return this.use(page)
    this.request(key, number, step)
    return undefined
  }

  private use(page: Page): Page {
    this.pages.delete(page.block.block)
    this.pages.set(page.block.block, page)
    return page
  }

  private request(key: string, block: number, step: 1 | -1): void {
    if (this.pending.has(key)) return
    this.pending.add(key)
    const { generation } = this
    this.session.follow({ do: 'block', block, step, side: this.side }).then(
      (found) => {
        if (generation === this.generation) this.arrived(key, found, block, step)
      },
      (error: unknown) => {
        if (generation === this.generation) this.failed(error)
      },
    )
  }

  private arrived(key: string, found: FollowBlock | null, asked: number, step: 1 | -1): void {
    this.pending.delete(key)
    // A stream that is at its end answers with its last block whatever is asked for behind it.
    const none = found === null || (step === 1 && found.block < asked)
    this.links.set(key, none ? -1 : found.block)
    if (!none) {
      this.stale.delete(found.block)
      this.pages.set(found.block, { block: found, lines: layOut(found, this.mode, this.width) })
      for (const oldest of this.pages.keys()) {
        if (this.pages.size <= maxBlocks) break
        this.pages.delete(oldest)
      }
    }
    this.changed()
  }
}
