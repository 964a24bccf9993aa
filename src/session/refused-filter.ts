/** A filter that makes no sense, as the screen hears of it. */

/** Something wrong: one sentence and the place, as offsets into the text. */
export interface Complaint {
  readonly sentence: string
  readonly start: number
  readonly end: number
}

/** A filter that cannot be applied. */
export class RefusedFilter extends Error implements Complaint {
  override readonly name = 'RefusedFilter'

  constructor(
    readonly sentence: string,
    readonly start: number,
    readonly end: number,
  ) {
    super(sentence)
  }
}
