/** A filter understood: every name is a field, every literal has its type. */
import type { Field } from '../dissect/field.js'
import type { FilterFunction } from './functions.js'
import type { Regex } from './regex.js'
import type { ArithmeticOp, Piece } from './syntax.js'
import type { Type } from './types.js'
import type { Value } from './values.js'

export interface FieldSource {
  readonly kind: 'field'
  readonly name: string
  /** All fields of that name. */
  readonly fields: readonly Field[]
  readonly type: Type
  /** Only in these layers of its protocol, null for all. */
  readonly layers: readonly Piece[] | null
  /** The protocol whose layers are counted. */
  readonly owner: Field | null
  /** Its bytes and not its value. */
  readonly raw: boolean
}

/** Where values come from. */
export type Source =
  | FieldSource
  /** Of the selected packet; known by its text. */
  | { readonly kind: 'reference'; readonly of: FieldSource; readonly text: string; readonly type: Type }
  | { readonly kind: 'constant'; readonly values: readonly Value[]; readonly type: Type }
  | { readonly kind: 'slice'; readonly of: Source; readonly pieces: readonly Piece[]; readonly type: Type }
  | { readonly kind: 'call'; readonly called: FilterFunction; readonly args: readonly Source[]; readonly type: Type }
  | {
      readonly kind: 'arithmetic'
      readonly op: ArithmeticOp
      readonly left: Source
      readonly right: Source
      readonly type: Type
    }
  | { readonly kind: 'negative'; readonly of: Source; readonly type: Type }

export type Order = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'contains'

/** What is true or false of a packet; `text` is its one spelling, under which results are kept. */
export type Test = { readonly text: string } & (
  | { readonly kind: 'and' | 'or' | 'xor'; readonly parts: readonly Test[] }
  | { readonly kind: 'not'; readonly of: Test }
  /** `every`: all pairs of values must pass, and not only one. */
  | {
      readonly kind: 'compare'
      readonly order: Order
      readonly every: boolean
      readonly left: Source
      readonly right: Source
    }
  | {
      readonly kind: 'matches'
      readonly every: boolean
      readonly of: Source
      readonly regex: Regex
      readonly place: number
    }
  | {
      readonly kind: 'in'
      readonly every: boolean
      readonly of: Source
      readonly items: readonly { readonly low: Source; readonly high: Source | null }[]
    }
  | { readonly kind: 'exists'; readonly of: Source }
  | { readonly kind: 'nonzero'; readonly of: Source }
)

/** Calls `take` with every source of fields inside `s`. */
export function eachField(s: Source, take: (field: FieldSource) => void): void {
  switch (s.kind) {
    case 'field':
      return take(s)
    case 'slice':
    case 'negative':
      return eachField(s.of, take)
    case 'call':
      for (const arg of s.args) eachField(arg, take)
      return
    case 'arithmetic':
      eachField(s.left, take)
      eachField(s.right, take)
      return
    default:
  }
}

/** The sources of a test that is not made of others. */
export function sourcesOf(t: Test): Source[] {
  switch (t.kind) {
    case 'compare':
      return [t.left, t.right]
    case 'in':
      return [t.of, ...t.items.flatMap(({ low, high }) => (high === null ? [low] : [low, high]))]
    case 'matches':
    case 'exists':
    case 'nonzero':
      return [t.of]
    default:
      return []
  }
}

/** Calls `take` with every test that is not made of others. */
export function eachLeaf(t: Test, take: (leaf: Test) => void): void {
  if (t.kind === 'not') eachLeaf(t.of, take)
  else if (t.kind === 'and' || t.kind === 'or' || t.kind === 'xor') for (const part of t.parts) eachLeaf(part, take)
  else take(t)
}
