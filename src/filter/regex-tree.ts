/** The tree of a regular expression. */

export const Assertion = { Start: 0, End: 1, EndOrLastLine: 2, LineStart: 3, LineEnd: 4, Word: 5, NotWord: 6 } as const
export type Assertion = (typeof Assertion)[keyof typeof Assertion]

export type RegexNode =
  | { readonly kind: 'set'; readonly set: Uint8Array }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly RegexNode[] }
  | {
      readonly kind: 'repeat'
      readonly of: RegexNode
      readonly min: number
      /** -1: without end. */
      readonly max: number
      readonly mode: 'greedy' | 'lazy' | 'possessive'
    }
  | { readonly kind: 'capture'; readonly of: RegexNode; readonly group: number }
  | { readonly kind: 'atomic'; readonly of: RegexNode }
  | { readonly kind: 'look'; readonly of: RegexNode; readonly behind: boolean; readonly negative: boolean }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'back'; readonly groups: readonly number[]; readonly fold: boolean }

/** What is wrong with a pattern, and where in it. */
export class RegexError extends Error {
  override readonly name = 'RegexError'
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message)
  }
}
