/** What columns are asked: whether a test holds for rows of the packet index, without looking at the packets. */
import type { Registry } from '../dissect/registry.js'
import type { Page, PacketIndex } from '../store/packet-index.js'
import type { Stacks } from '../store/stacks.js'

export const Verdict = { No: 0, Yes: 1, Maybe: 2 } as const
export type Verdict = (typeof Verdict)[keyof typeof Verdict]

/** The packets that a filter is asked about: an engine is one. */
export interface Packets {
  readonly registry: Registry
  readonly index: PacketIndex
  readonly stacks: Stacks
  /** What the protocols remember, by protocol index. */
  readonly states: readonly (object | null)[]
}

export interface Column {
  /** Of packet `i` (counted from 0), which is `row` of `page`. */
  at(page: Page, row: number, i: number): Verdict
  /**
   * The same of those rows of the page's word `word` whose bits are set in `rows`: sets their bits in `known`, and in
   * `yes`. `base` is the page's first packet. Each class has this loop for itself, so that the optimizer sees one kind of
   * column in it.
   */
  fill(page: Page, base: number, word: number, rows: number, yes: Uint32Array, known: Uint32Array): void
}

const MOST_STACKS = 65_536
/** Stacks are as long as this at most: of one that is, layers may be missing. */
const MOST_LAYERS = 144
export const isCut = (layers: Uint16Array): boolean => layers.length >= MOST_LAYERS

/** Asks a question of every stack of layers once. Answers are small numbers. */
export class PerStack {
  /** By stack: the answer plus one, 0 where nobody asked yet. */
  private readonly known = new Uint8Array(MOST_STACKS)

  /** `unknown` is the answer for packets whose stack was not kept. */
  constructor(
    private readonly stacks: Stacks,
    private readonly ask: (layers: Uint16Array) => number,
    private readonly unknown: number,
  ) {}

  of(stack: number): number {
    const known = this.known[stack]!
    return known !== 0 ? known - 1 : this.find(stack)
  }

  private find(stack: number): number {
    const layers = this.stacks.all[stack]
    if (stack === 0 || layers === undefined) return this.unknown
    const answer = this.ask(layers)
    this.known[stack] = answer + 1
    return answer
  }
}

/** The lowest bit that is set. */
export const lowest = (bits: number): number => 31 - Math.clz32(bits & -bits)

/** Verdicts that depend on nothing but the stack of layers. */
export class StackColumn implements Column {
  private readonly verdicts: PerStack

  /** With `unsure`, packets whose dissection ended early are asked themselves instead of being said to pass. */
  constructor(
    packets: Packets,
    ask: (layers: Uint16Array) => Verdict,
    private readonly unsure: boolean,
  ) {
    const careful = (layers: Uint16Array): Verdict => (isCut(layers) ? Verdict.Maybe : ask(layers))
    this.verdicts = new PerStack(packets.stacks, careful, Verdict.Maybe)
  }

  at(page: Page, row: number): Verdict {
    const verdict = this.verdicts.of(page.stack[row]!) as Verdict
    return this.unsure && verdict === Verdict.Yes && (page.ending[row]! & 3) !== 0 ? Verdict.Maybe : verdict
  }

  fill(page: Page, _base: number, word: number, rows: number, yes: Uint32Array, known: Uint32Array): void {
    for (let left = rows; left !== 0; left &= left - 1) {
      const bit = lowest(left)
      const verdict = this.at(page, word * 32 + bit)
      if (verdict === Verdict.Maybe) continue
      known[word]! |= 1 << bit
      if (verdict === Verdict.Yes) yes[word]! |= 1 << bit
    }
  }
}
