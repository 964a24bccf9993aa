/** Filters put together from others, with no more parentheses than they need. */

/** Joins two filters, either of which may be empty. */
export function joinFilters(now: string, operator: '&&' | '||', added: string): string {
  return now === '' ? added : `${grouped(now, operator)} ${operator} ${grouped(added, operator)}`
}

export const oppositeFilter = (filter: string): string => `!(${filter})`

/** Words and signs between parts, strings, and brackets with what they close. */
const token = /"(?:[^"\\]|\\.)*"|[([{]|[)\]}]|&&|\|\||\^\^|\b(?:and|or|xor)\b/g
const meanings: Readonly<Record<string, string>> = { and: '&&', or: '||', xor: '^^' }

/** In parentheses, where it has operators outside of its own that are not the one it is joined by. */
function grouped(filter: string, operator: string): string {
  let depth = 0
  let loose = false
  for (const [text] of filter.matchAll(token)) {
    if ('([{'.includes(text)) depth++
    else if (')]}'.includes(text)) depth--
    else if (depth === 0 && !text.startsWith('"')) loose ||= (meanings[text] ?? text) !== operator
  }
  return loose ? `(${filter})` : filter
}
