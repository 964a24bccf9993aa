/** A regular expression's tree as a program of small steps, which both matchers run. */
import { Assertion, RegexError, type RegexNode } from './regex-tree.js'

export const Op = {
  /** The byte is in set `a`. */
  Byte: 0,
  /** Goes on at `a`, and if that fails at `b`. */
  Split: 1,
  Jump: 2,
  /** `Assertion` number `a` holds here. */
  Assert: 3,
  Match: 4,
  /** Remembers the position in register `a`. */
  Save: 5,
  /** The position is another than in register `a`: a round of a loop took something. */
  Progress: 6,
  /** The text of one of groups `a` (an index of `references`) once more; `b` is 1 when letter case is ignored. */
  Back: 7,
  /** What follows up to `Match` at `a - 1` matches here: on to `a`, behind what it took. `b`: a `Sub`. */
  Sub: 8,
  /** So many bytes back. */
  StepBack: 9,
} as const

/** What a part of its own is for. */
export const Sub = { Atomic: 0, Ahead: 1, NotAhead: 2 } as const

export interface RegexProgram {
  readonly op: Uint8Array
  readonly a: Int32Array
  readonly b: Int32Array
  readonly sets: readonly Uint8Array[]
  readonly references: readonly (readonly number[])[]
  /** Registers that `Save` writes: two per group, group 0 unused, then one per loop. */
  readonly registers: number
  /** A state machine can run it: nothing depends on what was matched before. */
  readonly regular: boolean
}

/** A pattern may not have more steps, its counts written out. */
const MAX_STEPS = 20_000

export function compileRegex(tree: RegexNode): RegexProgram {
  const compiler = new Compiler(tree)
  compiler.node(tree)
  compiler.emit(Op.Match)
  return compiler.program()
}

class Compiler {
  private readonly op: number[] = []
  private readonly a: number[] = []
  private readonly b: number[] = []
  private readonly sets: Uint8Array[] = []
  private readonly references: (readonly number[])[] = []
  private registers: number
  private regular = true

  constructor(tree: RegexNode) {
    this.registers = 2 * (lastGroup(tree) + 1)
  }

  program(): RegexProgram {
    return {
      op: Uint8Array.from(this.op),
      a: Int32Array.from(this.a),
      b: Int32Array.from(this.b),
      sets: this.sets,
      references: this.references,
      registers: this.registers,
      regular: this.regular,
    }
  }

  emit(op: number, a = 0, b = 0): number {
    if (this.op.length >= MAX_STEPS) throw new RegexError('the pattern is too large', 0)
    this.op.push(op)
    this.a.push(a)
    this.b.push(b)
    return this.op.length - 1
  }

  node(n: RegexNode): void {
    switch (n.kind) {
      case 'set':
        this.emit(Op.Byte, this.sets.push(n.set) - 1)
        return
      case 'all':
        for (const part of n.parts) this.node(part)
        return
      case 'any':
        return this.choice(n.parts)
      case 'repeat':
        if (n.mode === 'possessive') this.sub(Sub.Atomic, () => this.repeat(n.of, n.min, n.max, true))
        else this.repeat(n.of, n.min, n.max, n.mode === 'greedy')
        return
      case 'capture':
        this.emit(Op.Save, 2 * n.group)
        this.node(n.of)
        this.emit(Op.Save, 2 * n.group + 1)
        return
      case 'atomic':
        return this.sub(Sub.Atomic, () => this.node(n.of))
      case 'look':
        return this.sub(n.negative ? Sub.NotAhead : Sub.Ahead, () => (n.behind ? this.behind(n.of) : this.node(n.of)))
      case 'assert':
        this.emit(Op.Assert, n.what)
        return
      case 'back':
        this.regular = false
        this.emit(Op.Back, this.references.push(n.groups) - 1, Number(n.fold))
    }
  }

  private choice(parts: readonly RegexNode[], before: (part: RegexNode) => void = () => {}): void {
    const jumps: number[] = []
    for (const [i, part] of parts.entries()) {
      const last = i === parts.length - 1
      const split = last ? -1 : this.emit(Op.Split, this.op.length + 1)
      before(part)
      this.node(part)
      if (last) break
      jumps.push(this.emit(Op.Jump))
      this.b[split] = this.op.length
    }
    for (const jump of jumps) this.a[jump] = this.op.length
  }

  private repeat(of: RegexNode, min: number, max: number, greedy: boolean): void {
    for (let i = 0; i < min; i++) this.node(of)
    if (max < 0) return this.loop(of, greedy)
    const splits: number[] = []
    for (let i = min; i < max; i++) {
      splits.push(this.emit(Op.Split))
      this.node(of)
    }
    for (const split of splits) this.branch(split, split + 1, this.op.length, greedy)
  }

  private loop(of: RegexNode, greedy: boolean): void {
    const register = this.registers++
    const split = this.emit(Op.Split)
    this.emit(Op.Save, register)
    this.node(of)
    this.emit(Op.Progress, register)
    this.emit(Op.Jump, split)
    this.branch(split, split + 1, this.op.length, greedy)
  }

  private branch(split: number, inside: number, behind: number, greedy: boolean): void {
    this.a[split] = greedy ? inside : behind
    this.b[split] = greedy ? behind : inside
  }

  private sub(what: number, write: () => void): void {
    this.regular = false
    const at = this.emit(Op.Sub, 0, what)
    write()
    this.emit(Op.Match)
    this.a[at] = this.op.length
  }

  /** A look behind: each alternative has one length, and begins so many bytes back. */
  private behind(n: RegexNode): void {
    const inner = n.kind === 'all' && n.parts.length === 1 ? n.parts[0]! : n
    this.choice(inner.kind === 'any' ? inner.parts : [inner], (part) => this.emit(Op.StepBack, fixedLength(part)))
  }
}

function lastGroup(n: RegexNode): number {
  if (n.kind === 'all' || n.kind === 'any') return Math.max(0, ...n.parts.map(lastGroup))
  if (n.kind === 'capture') return Math.max(n.group, lastGroup(n.of))
  return 'of' in n ? lastGroup(n.of) : 0
}

function fixedLength(n: RegexNode): number {
  switch (n.kind) {
    case 'set':
      return 1
    case 'assert':
    case 'look':
      return 0
    case 'all':
      return n.parts.reduce((sum, part) => sum + fixedLength(part), 0)
    case 'any': {
      const lengths = new Set(n.parts.map(fixedLength))
      if (lengths.size === 1) return [...lengths][0]!
      break
    }
    case 'capture':
    case 'atomic':
      return fixedLength(n.of)
    case 'repeat':
      if (n.min === n.max) return n.min * fixedLength(n.of)
      break
    case 'back':
  }
  throw new RegexError('what is looked for behind must have one length', 0)
}

const isWord = (b: number): boolean => (b >= 48 && b <= 57) || (b >= 65 && b <= 90) || (b >= 97 && b <= 122) || b === 95

/** What stands before and behind a position, as far as assertions ask. */
export const Before = { Start: 0, Line: 1, Word: 2, Other: 3 } as const
export const beforeOf = (byte: number): number =>
  byte === 10 ? Before.Line : isWord(byte) ? Before.Word : Before.Other
/** Behind a position: a byte, the end, or a line feed that ends the text. */
export const END = 256
export const LAST_LINE = 257

/** Does an assertion hold between `before` (a `Before`) and `next`? */
export function holds(what: number, before: number, next: number): boolean {
  switch (what) {
    case Assertion.Start:
      return before === Before.Start
    case Assertion.End:
      return next === END
    case Assertion.EndOrLastLine:
      return next === END || next === LAST_LINE
    case Assertion.LineStart:
      return before === Before.Start || (before === Before.Line && next !== END)
    case Assertion.LineEnd:
      return next === END || next === LAST_LINE || next === 10
    default: {
      const boundary = (before === Before.Word) !== (next < END && isWord(next))
      return boundary === (what === Assertion.Word)
    }
  }
}
