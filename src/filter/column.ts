/** What columns are asked: whether a test holds for one row, without looking at the packet. */
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
}

/** Asks a question of every stack of layers once. */
export class PerStack<T> {
  private readonly known: T[] = []
  constructor(
    private readonly stacks: Stacks,
    private readonly ask: (layers: Uint16Array) => T,
    /** The answer for packets whose stack was not kept. */
    private readonly unknown: T,
  ) {}

  of(stack: number): T {
    return this.known[stack] ?? this.find(stack)
  }

  private find(stack: number): T {
    const layers = this.stacks.all[stack]
    if (stack === 0 || layers === undefined) return this.unknown
    return (this.known[stack] = this.ask(layers))
  }
}

/** Layers of a stack that is as long as stacks get: some may be missing. */
export const isCut = (layers: Uint16Array): boolean => layers.length >= MOST_LAYERS
const MOST_LAYERS = 144
