/** Completion: what may stand where the cursor is in a filter. */
import { type Field, fieldsNamed } from '../dissect/field.js'
import { functions } from './functions.js'
import type { Token } from './lex.js'
import { builtInMacros, type Macros } from './macros.js'
import { fieldNames } from './resolve.js'
import { tokensOf } from './tokens.js'
import { familyOf, literalHint, type Type, typeOf } from './types.js'
import { namesOfValues } from './value-names.js'

export interface Completion {
  /** What replaces the text from `start` to `end`. */
  readonly text: string
  readonly kind: 'field' | 'protocol' | 'function' | 'value' | 'operator' | 'macro' | 'saved'
  /** What it is, in a few words. */
  readonly about: string
}

export interface Completions {
  readonly start: number
  readonly end: number
  readonly items: readonly Completion[]
  /** What is expected where there is nothing to choose from, '' for nothing in particular. */
  readonly hint: string
}

export interface CompletionOptions {
  readonly macros?: Macros
  /** Saved filters by name. */
  readonly saved?: Readonly<Record<string, string>>
}

/** So many are worth looking at. */
const MOST = 200

const comparisonSymbols: ReadonlySet<string> = new Set(['==', '!=', '!==', '===', '>', '<', '>=', '<=', '~=', '~'])
const comparisonWords: ReadonlySet<string> = new Set([
  ...['eq', 'ne', 'any_eq', 'all_eq', 'any_ne', 'all_ne', 'gt', 'lt', 'ge', 'le', 'contains', 'matches'],
])
const isComparison = (token: Token | undefined): boolean =>
  token !== undefined &&
  (comparisonSymbols.has(token.text) || (token.kind === 'word' && comparisonWords.has(token.text)))

/** What may stand at offset `cursor` of `source`, with the text there that it replaces. */
export function complete(source: string, cursor: number, options: CompletionOptions = {}): Completions {
  const word = /[\p{L}\p{N}_.-]*$/u.exec(source.slice(0, cursor))![0]
  const start = cursor - word.length
  const end = cursor + /^[\p{L}\p{N}_.-]*/u.exec(source.slice(cursor))![0].length
  const done = (items: readonly Completion[], hint = ''): Completions => ({
    start,
    end,
    items: items.slice(0, MOST),
    hint,
  })
  if (source.slice(0, start).endsWith('${')) return done([...macros(word, options), ...fields(word)])
  const tokens = tokensOf(source, start)
  if (insideString(source, tokens, start)) return quoted(source, tokens, cursor)
  const subject = subjectOf(tokens)
  if (subject !== null) {
    const type = typeOf(subject)
    return done([...values(subject, word), ...(word === '' ? [] : fields(word, type))], literalHint(type))
  }
  if (endsOperand(tokens.at(-1))) return done(operators(word, typeBefore(tokens)))
  return done([...saved(word, options), ...fields(word), ...calls(word), ...starters(word), ...macros(word, options)])
}

/** The field that the value at the end of `tokens` is compared with, null when no value is wanted there. */
function subjectOf(tokens: readonly Token[]): Field | null {
  let at = tokens.length - 1
  if (isComparison(tokens[at])) return fieldBefore(tokens, at - 1)
  while (at >= 0 && (tokens[at]!.text === ',' || tokens[at]!.text === '..' || isValue(tokens[at]!))) at--
  const isSet = tokens[at]?.text === '{' && tokens[at - 1]?.text === 'in' && !isValue(tokens.at(-1)!)
  if (!isSet) return null
  return fieldBefore(tokens, tokens[at - 2]?.text === 'not' ? at - 3 : at - 2)
}

const isValue = (token: Token): boolean => token.kind === 'string' || token.kind === 'char' || token.kind === 'word'

function fieldBefore(tokens: readonly Token[], at: number): Field | null {
  const token = tokens[at]
  return token?.kind === 'word' ? (fieldsNamed(token.text.replace(/^\./, ''))[0] ?? null) : null
}

const endsOperand = (token: Token | undefined): boolean =>
  token !== undefined &&
  (token.text === ')' || token.text === ']' || token.text === '}' || (isValue(token) && !isOperatorWord(token)))

const isOperatorWord = (token: Token): boolean =>
  token.kind === 'word' &&
  (comparisonWords.has(token.text) ||
    ['and', 'or', 'xor', 'not', 'in', 'any', 'all', 'bitwise_and'].includes(token.text))

function typeBefore(tokens: readonly Token[]): Type | null {
  const before = tokens.at(-2)
  const field = isComparison(before) ? null : fieldBefore(tokens, tokens.length - 1)
  return field === null ? null : typeOf(field)
}

const beginning = (word: string, text: string): boolean => text.toLowerCase().startsWith(word.toLowerCase())

/** Fields that begin with `word`: the nearest level first, so that a dot leads to what is behind it. */
function fields(word: string, type: Type | null = null): Completion[] {
  const found: { completion: Completion; depth: number }[] = []
  for (const name of fieldNames()) {
    if (!beginning(word, name) || name === word) continue
    const [f] = fieldsNamed(name)
    if (f === undefined || (type !== null && familyOf(typeOf(f)) !== familyOf(type))) continue
    const kind = f.kind === 'protocol' ? 'protocol' : 'field'
    if (word === '' && kind === 'field') continue
    found.push({ completion: { text: name, kind, about: f.label }, depth: name.slice(word.length).split('.').length })
  }
  return found.sort((a, b) => a.depth - b.depth).map(({ completion }) => completion)
}

function values(f: Field, word: string): Completion[] {
  return namesOfValues(f)
    .filter((name) => name !== '' && beginning(word, name))
    .map((name) => ({ text: `"${name.replace(/["\\]/g, '\\$&')}"`, kind: 'value', about: f.label }))
}

/** Is `at` in a string that is not closed yet? */
const insideString = (source: string, tokens: readonly Token[], at: number): boolean =>
  source
    .slice(tokens.at(-1)?.end ?? 0, at)
    .trimStart()
    .startsWith('"')

/** The names of values that begin with what stands behind the open quote. */
function quoted(source: string, tokens: readonly Token[], cursor: number): Completions {
  const start = source.indexOf('"', tokens.at(-1)?.end ?? 0)
  const field = subjectOf(tokens)
  const end = source[cursor] === '"' ? cursor + 1 : cursor
  const items = field === null ? [] : values(field, source.slice(start + 1, cursor))
  return { start, end, items: items.slice(0, MOST), hint: '' }
}

function calls(word: string): Completion[] {
  return [...functions.values()]
    .filter(({ name }) => word !== '' && beginning(word, name))
    .map(({ name, about }) => ({ text: `${name}(`, kind: 'function', about }))
}

const starterWords: readonly (readonly [string, string])[] = [
  ['not', 'the opposite'],
  ['any', 'one of the values is enough'],
  ['all', 'every value must pass'],
]
const starters = (word: string): Completion[] =>
  starterWords.flatMap(([text, about]) =>
    word !== '' && beginning(word, text) ? [{ text, kind: 'operator' as const, about }] : [],
  )

const macros = (word: string, { macros: own = {} }: CompletionOptions): Completion[] =>
  Object.entries({ ...builtInMacros, ...own }).flatMap(([name, text]) =>
    word !== '' && beginning(word, name) ? [{ text: name, kind: 'macro' as const, about: text }] : [],
  )

const saved = (word: string, { saved: own = {} }: CompletionOptions): Completion[] =>
  Object.entries(own).flatMap(([name, text]) =>
    word !== '' && beginning(word, name) ? [{ text, kind: 'saved' as const, about: name }] : [],
  )

const joins: readonly (readonly [string, string])[] = [
  ['&&', 'and'],
  ['||', 'or'],
  ['^^', 'one of the two, not both'],
]
const orders: readonly (readonly [string, string])[] = [
  ['==', 'one value is'],
  ['!=', 'no value is'],
  ['===', 'all values are'],
  ['!==', 'one value is not'],
  ['>', 'more than'],
  ['<', 'less than'],
  ['>=', 'at least'],
  ['<=', 'at most'],
  ['in', 'one of a set { … }'],
]
const searches: readonly (readonly [string, string])[] = [
  ['contains', 'these bytes or this text are in it'],
  ['matches', 'a regular expression'],
]

function operators(word: string, type: Type | null): Completion[] {
  const family = type === null ? 'none' : familyOf(type)
  const own = family === 'none' ? [] : family === 'bytes' || family === 'string' ? [...orders, ...searches] : orders
  return [...own, ...joins, ['and', 'both'] as const, ['or', 'one of the two'] as const]
    .filter(([text]) => beginning(word, text))
    .map(([text, about]) => ({ text, kind: 'operator', about }))
}
