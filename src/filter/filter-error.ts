/** A filter that makes no sense: where, why, and what would have. */

export class FilterError extends Error {
  override readonly name = 'FilterError'

  /**
   * `start…end` are offsets into the filter's text. `expected` says in a few words what would have been right there, ''
   * when the message says it all; `nearest` are names that look like what was written.
   */
  constructor(
    message: string,
    readonly start: number,
    readonly end: number,
    readonly expected = '',
    readonly nearest: readonly string[] = [],
  ) {
    super(message)
  }

  /** The whole complaint as one line. */
  get sentence(): string {
    const expected = this.expected === '' ? '' : `; expected ${this.expected}`
    const nearest = this.nearest.length === 0 ? '' : `; did you mean ${this.nearest.join(' or ')}?`
    return `${this.message}${expected}${nearest}`
  }
}

/** Something that is allowed and likely not meant. */
export interface FilterWarning {
  readonly message: string
  readonly start: number
  readonly end: number
}

/** The sentence, the filter, and a line that marks the place in it: for a terminal of any kind. */
export function complaintText(source: string, error: Pick<FilterError, 'sentence' | 'start' | 'end'>): string {
  const line = source.replace(/\s/g, ' ')
  const start = Math.min(error.start, line.length)
  const marks = '~'.repeat(Math.max(0, Math.min(error.end, line.length) - start - 1))
  return `${error.sentence}\n    ${line}\n    ${' '.repeat(start)}^${marks}`
}
