/** A filter's words as far as they make sense: for colours while somebody types, and for completion. */
import { fieldsNamed } from '../dissect/field.js'
import { FilterError } from './filter-error.js'
import { functions } from './functions.js'
import { Lexer, type Token } from './lex.js'
import { reservedWords } from './parse.js'

export type PartKind = 'field' | 'protocol' | 'function' | 'value' | 'string' | 'operator' | 'bracket' | 'unknown'

export interface Part {
  readonly kind: PartKind
  readonly start: number
  readonly end: number
}

/** The tokens before the first that makes no sense, or before offset `end`. */
export function tokensOf(source: string, end = source.length): Token[] {
  const lexer = new Lexer(source.slice(0, end))
  const tokens: Token[] = []
  try {
    for (let token = lexer.next(); token.kind !== 'end'; token = lexer.next()) tokens.push(token)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
  }
  return tokens
}

const brackets = new Set(['(', ')', '{', '}', '[', ']', ',', '..', '#', '${', '$', ';'])

/** What each part of a filter is, to colour it. What nothing can be said of is left out. */
export function highlight(source: string): Part[] {
  const tokens = tokensOf(source)
  return tokens.map((token, i) => ({ kind: kindOf(token, tokens[i + 1]), start: token.start, end: token.end }))
}

function kindOf(token: Token, next: Token | undefined): PartKind {
  if (token.kind === 'string' || token.kind === 'char') return 'string'
  if (token.kind === 'symbol') return brackets.has(token.text) ? 'bracket' : 'operator'
  if (reservedWords.has(token.text)) return 'operator'
  if (next?.text === '(' && next.start === token.end) return functions.has(token.text) ? 'function' : 'unknown'
  const [field] = fieldsNamed(token.text.replace(/^\./, ''))
  if (field !== undefined) return field.kind === 'protocol' ? 'protocol' : 'field'
  return /^[\d:]/.test(token.text) || !token.text.includes('.') ? 'value' : 'unknown'
}
