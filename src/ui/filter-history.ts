/** Filters that were applied before, to go back to. */

export interface FilterHistory {
  /** Newest first, each once. */
  list(): readonly string[]
  add(text: string): void
}

const most = 200

/** A history that lasts as long as the program. */
export function historyInMemory(): FilterHistory {
  let texts: readonly string[] = []
  return {
    list: () => texts,
    add(text) {
      texts = [...new Set([text, ...texts])].slice(0, most)
    },
  }
}
