/** What can be said of a filter while somebody types it: its parts, what is wrong or odd, and how it may go on. */
import { compileFilter, type FilterOptions } from '../filter/compile.js'
import { complete, type CompletionOptions, type Completions } from '../filter/complete.js'
import { FilterError, type FilterWarning } from '../filter/filter-error.js'
import { highlight, type Part } from '../filter/tokens.js'
import type { Complaint } from './refused-filter.js'

export interface FilterInsight {
  readonly parts: readonly Part[]
  /** Why it cannot be applied, null when it can. */
  readonly complaint: Complaint | null
  readonly warnings: readonly FilterWarning[]
  /** What may stand where the cursor is. */
  readonly completions: Completions
}

/** Looks at `text` with the cursor at offset `cursor`. */
export function filterInsight(text: string, cursor: number, options: FilterOptions & CompletionOptions): FilterInsight {
  const seen = { parts: highlight(text), completions: complete(text, cursor, options) }
  if (text.trim() === '') return { ...seen, complaint: null, warnings: [] }
  try {
    return { ...seen, complaint: null, warnings: compileFilter(text, options).warnings }
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    const { sentence, start, end } = error
    return { ...seen, complaint: { sentence, start, end }, warnings: [] }
  }
}
