/** The tree of a filter as it was written: no field is looked up, no literal has a type yet. */

/** Which part of the text a node stands for: offsets. */
export interface Place {
  readonly start: number
  readonly end: number
}

/**
 * One piece of a slice or of a choice of layers. `from` may be negative: counted from the end. `size` is a length, -1
 * for everything up to the end; `to`, when it is there, is the last one, and `size` is not asked.
 */
export interface Piece {
  readonly from: number
  readonly size: number
  readonly to?: number
}

/** Comparisons, by their canonical spelling. */
export const compareOps = ['==', '!=', '!==', '===', '>', '<', '>=', '<=', 'contains', 'matches'] as const
export type CompareOp = (typeof compareOps)[number]
export type ArithmeticOp = '+' | '-' | '*' | '/' | '%' | '&'
export const quantifiers = ['any', 'all'] as const
/** How many of the pairs of values must pass; '' leaves it to the operator. */
export type Quantifier = '' | (typeof quantifiers)[number]

export interface SetItem extends Place {
  readonly low: Operand
  /** The end of a range, null for a single value. */
  readonly high: Operand | null
}

export type Expression = Place &
  (
    | { readonly kind: 'and' | 'or' | 'xor'; readonly parts: readonly Expression[] }
    | { readonly kind: 'not'; readonly of: Expression }
    | {
        readonly kind: 'compare'
        readonly op: CompareOp
        readonly quantifier: Quantifier
        readonly left: Operand
        readonly right: Operand
      }
    | {
        readonly kind: 'in'
        readonly negated: boolean
        readonly quantifier: Quantifier
        readonly of: Operand
        readonly items: readonly SetItem[]
      }
    /** Is it there, or not zero. */
    | { readonly kind: 'test'; readonly of: Operand }
  )

export type Operand = Place &
  /**
   * A name or a literal without quotes; only its neighbours tell which. `as` says it outright: `.name` is a field,
   * `:name` is a literal.
   */
  (
    | { readonly kind: 'word'; readonly text: string; readonly as: '' | 'field' | 'literal' }
    /** In double quotes; `raw` when backslashes stand for themselves. `text` is what stands between the quotes. */
    | { readonly kind: 'string'; readonly text: string; readonly raw: boolean; readonly bytes: Uint8Array }
    /** In single quotes: one byte. */
    | { readonly kind: 'char'; readonly text: string; readonly value: number }
    /** A field's occurrences in some of its protocol's layers. */
    | { readonly kind: 'layer'; readonly of: Operand; readonly pieces: readonly Piece[] }
    /** A field's bytes as they stand in the packet. */
    | { readonly kind: 'raw'; readonly of: Operand }
    /** A field of the selected packet. */
    | { readonly kind: 'reference'; readonly of: Operand }
    | { readonly kind: 'slice'; readonly of: Operand; readonly pieces: readonly Piece[] }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Operand[] }
    | { readonly kind: 'arithmetic'; readonly op: ArithmeticOp; readonly left: Operand; readonly right: Operand }
    | { readonly kind: 'negative'; readonly of: Operand }
  )
