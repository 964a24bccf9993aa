/**
 * Matches expressions that no state machine can: with references to what was matched, with looks around, with groups
 * that are never given back. Tries one way after the other, and gives up when that takes too many steps.
 */
import { Before, beforeOf, END, holds, LAST_LINE, Op, type RegexProgram, Sub } from './regex-program.js'

/** Steps one text may take. */
export const STEP_BUDGET = 2_000_000

/** The expression explodes on this text. */
export class RegexBudgetError extends Error {
  override readonly name = 'RegexBudgetError'
}

export class Backtracker {
  private readonly registers: Int32Array
  private bytes = new Uint8Array(0)
  private start = 0
  private end = 0
  private steps = 0
  /** Position where the part that was run last ended. */
  private matchedTo = 0
  /** Ways not tried yet: place and position, or `-1 - register` and its value before. */
  private readonly ways: number[] = []

  constructor(private readonly program: RegexProgram) {
    this.registers = new Int32Array(program.registers)
  }

  /** Where the match in `bytes[start…end)` ends that begins first; -1 for none. Throws `RegexBudgetError`. */
  search(bytes: Uint8Array, start: number, end: number): number {
    this.bytes = bytes as Uint8Array<ArrayBuffer>
    this.start = start
    this.end = end
    this.steps = 0
    for (let p = start; p <= end; p++) {
      this.registers.fill(-1)
      this.ways.length = 0
      if (this.run(0, p)) return this.matchedTo
    }
    return -1
  }

  private run(first: number, from: number): boolean {
    const { op, a, b, sets } = this.program
    const { bytes, end, registers, ways } = this
    const base = ways.length
    let place = first
    let p = from
    for (;;) {
      if (++this.steps > STEP_BUDGET) throw new RegexBudgetError('the regular expression takes too long')
      let ok = true
      switch (op[place]) {
        case Op.Match:
          this.matchedTo = p
          // Registers keep what this part found; the ways it did not try are given up.
          this.forget(base)
          return true
        case Op.Byte:
          ok = p < end && sets[a[place]!]![bytes[p]!] === 1
          p++
          place++
          break
        case Op.Split:
          ways.push(b[place]!, p)
          place = a[place]!
          break
        case Op.Jump:
          place = a[place]!
          break
        case Op.Assert:
          ok = holds(a[place]!, this.before(p), this.next(p))
          place++
          break
        case Op.Save: {
          const register = a[place]!
          ways.push(-1 - register, registers[register]!)
          registers[register] = p
          place++
          break
        }
        case Op.Progress:
          ok = registers[a[place]!] !== p
          place++
          break
        case Op.Back: {
          const size = this.again(a[place]!, b[place] === 1, p)
          ok = size >= 0
          p += size
          place++
          break
        }
        case Op.StepBack:
          p -= a[place]!
          ok = p >= this.start
          place++
          break
        default: {
          const what = b[place]!
          const matched = this.run(place + 1, p)
          ok = matched !== (what === Sub.NotAhead)
          if (matched && what === Sub.Atomic) p = this.matchedTo
          place = a[place]!
        }
      }
      if (ok) continue
      for (;;) {
        if (ways.length === base) return false
        p = ways.pop()!
        place = ways.pop()!
        if (place >= 0) break
        registers[-1 - place] = p
      }
    }
  }

  /** Drops the ways above `base`, but keeps how registers were before. */
  private forget(base: number): void {
    const { ways } = this
    let to = base
    for (let i = base; i < ways.length; i += 2) {
      if (ways[i]! >= 0) continue
      ways[to++] = ways[i]!
      ways[to++] = ways[i + 1]!
    }
    ways.length = to
  }

  /** Length of the text of the first of the groups that has one, when it stands at `p` again; -1 when not. */
  private again(reference: number, fold: boolean, p: number): number {
    const { bytes, registers } = this
    for (const group of this.program.references[reference]!) {
      const from = registers[2 * group]!
      const to = registers[2 * group + 1]!
      if (from < 0 || to < 0) continue
      const size = to - from
      if (p + size > this.end) return -1
      for (let i = 0; i < size; i++) {
        const x = bytes[from + i]!
        const y = bytes[p + i]!
        if (x !== y && !(fold && lower(x) === lower(y))) return -1
      }
      this.steps += size
      return size
    }
    return -1
  }

  private before(p: number): number {
    return p === this.start ? Before.Start : beforeOf(this.bytes[p - 1]!)
  }
  private next(p: number): number {
    if (p >= this.end) return END
    const byte = this.bytes[p]!
    return byte === 10 && p === this.end - 1 ? LAST_LINE : byte
  }
}

const lower = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte)
