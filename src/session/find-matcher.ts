/** What is looked for in texts and bytes, as a function of them. */
import { parseBytes } from '../filter/addresses.js'
import { Regex, RegexBudgetError, RegexError } from '../filter/regex.js'

export type FindWhat = 'filter' | 'text' | 'hex' | 'regex'
export type FindWhere = 'list' | 'tree' | 'bytes'

/** What to look for, and where. A filter is looked for nowhere in particular, hex digits in bytes. */
export interface FindRequest {
  readonly what: FindWhat
  readonly where: FindWhere
  readonly text: string
  readonly caseSensitive: boolean
}

/** From where to where something was found. */
export type Span = readonly [start: number, end: number]

export interface Matcher {
  /** The first match in a text, in its characters. */
  readonly inText: (text: string) => Span | null
  /** The first match in bytes. */
  readonly inBytes: (bytes: Uint8Array) => Span | null
}

/** The matcher for a request that is no filter. Throws an error with a sentence when it makes no sense. */
export function matcherOf({ what, text, caseSensitive }: FindRequest): Matcher {
  if (text === '') throw new Error('there is nothing to look for.')
  if (what === 'hex') return hexMatcher(text)
  return what === 'regex' ? regexMatcher(text, caseSensitive) : textMatcher(text, caseSensitive)
}

const NOWHERE: Pick<Matcher, 'inText'> = { inText: () => null }

function hexMatcher(text: string): Matcher {
  const digits = text.replace(/^\s*0x/i, '').replace(/\s+/g, '')
  const pattern = parseBytes(digits)
  if (pattern === null || digits.replace(/[:.-]/g, '').length % 2 === 1) {
    throw new Error(`${text} is no row of bytes: two hexadecimal digits each, as in 0a0b or 0a:0b.`)
  }
  return { ...NOWHERE, inBytes: (bytes) => placeOf(bytes, pattern) }
}

/** Texts are looked for in UTF-8 and in UTF-16; letters outside ASCII have their case in bytes. */
function textMatcher(text: string, caseSensitive: boolean): Matcher {
  const folded = caseSensitive ? text : text.toLowerCase()
  const narrow = Buffer.from(text)
  const wide = Buffer.from(text, 'utf16le')
  const patterns = caseSensitive ? [narrow, wide] : [lowered(narrow), lowered(wide)]
  return {
    inText(found) {
      const whole = caseSensitive ? found : found.toLowerCase()
      const at = whole.indexOf(folded)
      if (at < 0) return null
      // Some letters are longer in small: then only that it is there is known.
      return whole.length === found.length ? [at, at + folded.length] : [0, 0]
    },
    inBytes(bytes) {
      const whole = caseSensitive ? bytes : lowered(bytes)
      const [a, b] = patterns.map((pattern) => placeOf(whole, pattern))
      return a && b ? (a[0] <= b[0] ? a : b) : (a ?? b ?? null)
    },
  }
}

function regexMatcher(text: string, caseSensitive: boolean): Matcher {
  let regex: Regex
  try {
    regex = new Regex(Buffer.from(caseSensitive ? `(?-i)${text}` : text))
  } catch (error) {
    throw error instanceof RegexError ? new Error(`the regular expression makes no sense: ${error.message}.`) : error
  }
  const inBytes = (bytes: Uint8Array): Span | null => {
    try {
      const end = regex.search(bytes)
      return end < 0 ? null : [shortestStart(regex, bytes, end), end]
    } catch (error) {
      if (!(error instanceof RegexBudgetError)) throw error
      throw new Error('the regular expression takes too long: one with fewer ways to match, please.', { cause: error })
    }
  }
  return {
    inText(found) {
      const bytes = Buffer.from(found)
      const span = inBytes(bytes)
      return span && [bytes.toString('utf8', 0, span[0]).length, bytes.toString('utf8', 0, span[1]).length]
    },
    inBytes,
  }
}

/** Where the shortest match begins that ends at `end`, by halving: whether there is one is all that is asked. */
function shortestStart(regex: Regex, bytes: Uint8Array, end: number): number {
  let [least, most] = [0, end]
  while (least < most) {
    const size = (least + most) >> 1
    if (regex.test(bytes, end - size, end)) most = size
    else least = size + 1
  }
  return end - most
}

function placeOf(bytes: Uint8Array, pattern: Uint8Array): Span | null {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(pattern)
  return at < 0 ? null : [at, at + pattern.length]
}

/** With the letters of ASCII in small. */
function lowered(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice()
  for (let i = 0; i < out.length; i++) {
    const c = out[i]!
    if (c >= 0x41 && c <= 0x5a) out[i] = c | 0x20
  }
  return out
}
