/**
 * Matches regular expressions in linear time: a state machine that is made while it runs. A state is the set of places
 * in the program where a match may stand; each state and byte are worked out once.
 */
import { Before, beforeOf, END, holds, LAST_LINE, Op, type RegexProgram } from './regex-program.js'

const SYMBOLS = 258
/** States kept; with more, all are forgotten and made again as they are needed. */
const MAX_STATES = 1000

const UNKNOWN = 0
const FOUND = 1
const LOST = 2
const FIRST = 3

interface State {
  /** Places in the program, ascending. */
  readonly places: Int32Array
  readonly before: number
  /** By symbol: what comes next, as an index into `states` from `FIRST` on. */
  readonly next: Uint16Array
}

export class Automaton {
  private states: State[] = []
  private readonly numbers = new Map<string, number>()
  private readonly seen: Uint32Array
  private round = 0

  constructor(private readonly program: RegexProgram) {
    this.seen = new Uint32Array(program.op.length)
    this.begin()
  }

  /** Where the match in `bytes[start…end)` ends that ends first; -1 for none. */
  search(bytes: Uint8Array, start: number, end: number): number {
    let number = FIRST
    for (let p = start; p < end; p++) {
      const byte = bytes[p]!
      const symbol = byte === 10 && p === end - 1 ? LAST_LINE : byte
      const state = this.states[number - FIRST]!
      const next = state.next[symbol]!
      number = next === UNKNOWN ? this.step(state, symbol) : next
      if (number <= LOST) return number === FOUND ? p : -1
    }
    const state = this.states[number - FIRST]!
    const last = state.next[END]!
    return (last === UNKNOWN ? this.step(state, END) : last) === FOUND ? end : -1
  }

  private begin(): void {
    this.states = []
    this.numbers.clear()
    this.state([0], Before.Start)
  }

  private state(places: readonly number[], before: number): number {
    const key = `${before},${places.join(',')}`
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    this.states.push({ places: Int32Array.from(places), before, next: new Uint16Array(SYMBOLS) })
    const number = this.states.length - 1 + FIRST
    this.numbers.set(key, number)
    return number
  }

  private step(from: State, symbol: number): number {
    const { op, a, b, sets } = this.program
    const byte = symbol === LAST_LINE ? 10 : symbol
    const next: number[] = []
    const stack = [...from.places]
    this.round++
    for (;;) {
      const place = stack.pop()
      if (place === undefined) break
      if (this.seen[place] === this.round) continue
      this.seen[place] = this.round
      switch (op[place]) {
        case Op.Match:
          return (from.next[symbol] = FOUND)
        case Op.Byte:
          if (symbol !== END && sets[a[place]!]![byte]) next.push(place + 1)
          break
        case Op.Split:
          stack.push(a[place]!, b[place]!)
          break
        case Op.Jump:
          stack.push(a[place]!)
          break
        case Op.Assert:
          if (holds(a[place]!, from.before, symbol)) stack.push(place + 1)
          break
        default:
          stack.push(place + 1)
      }
    }
    if (symbol === END) return (from.next[symbol] = LOST)
    // A match may begin behind every byte.
    next.push(0)
    const places = [...new Set(next)].sort((x, y) => x - y)
    if (this.states.length >= MAX_STATES) {
      this.begin()
      return this.state(places, beforeOf(byte))
    }
    return (from.next[symbol] = this.state(places, beforeOf(byte)))
  }
}
