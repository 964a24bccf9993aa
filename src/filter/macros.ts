/** Macros: filters with a name, where `$1`, `$2` … stand for what they are called with. */
import { FilterError } from './filter-error.js'
import type { Place } from './syntax.js'

/** Text of each macro by its name. */
export type Macros = Readonly<Record<string, string>>

/** Macros that Wireshark has from the start. */
export const builtInMacros: Macros = {
  private_ipv4: '$1 == 192.168.0.0/16 or $1 == 172.16.0.0/12 or $1 == 10.0.0.0/8',
  private_ipv6: '$1 == fc00::/7',
  private_ether: '$1[0] & 0x0f == 2 or $1[0] & 0x0f == 6 or $1[0] & 0x0f == a or $1[0] & 0x0f == e',
}

/** How something behind `$` is called. */
export interface DollarCall {
  readonly name: string
  readonly args: readonly string[]
  /** A macro, and not a field of the selected packet. */
  readonly isMacro: boolean
  /** Behind its last character. */
  readonly end: number
}

/** Reads what begins at `start` with `$`. */
export function readCall(source: string, start: number, macros: Macros): DollarCall {
  const braces = source[start + 1] === '{'
  const head = /^\s*([\p{L}\p{N}_.-]+)\s*/u.exec(source.slice(start + (braces ? 2 : 1)))
  if (head === null) throw new FilterError('a name is missing', start, start + 2, 'a field or the name of a macro')
  const name = head[1]!
  const at = start + (braces ? 2 : 1) + head[0].length
  const next = source[at] ?? ''
  if (next === '(') {
    const close = closing(source, at, '(', ')', start)
    const end = braces ? behind(source, close + 1, '}', start) : close + 1
    return { name, args: split(source.slice(at + 1, close), ','), isMacro: true, end }
  }
  if (!braces)
    throw new FilterError('a macro is called with parentheses or in braces', start, at, `$${name}(…) or $\{${name}}`)
  if (next === ':' || next === ';') {
    const close = closing(source, start + 1, '{', '}', start)
    return { name, args: split(source.slice(at + 1, close), ';'), isMacro: true, end: close + 1 }
  }
  return { name, args: [], isMacro: next === '}' && Object.hasOwn(macros, name), end: at + 1 }
}

/** The text of macro `name` called with `args`. */
export function expandMacro(name: string, args: readonly string[], macros: Macros, place: Place): string {
  const body = Object.hasOwn(macros, name) ? macros[name]! : undefined
  if (body === undefined) {
    const known = Object.keys(macros).join(', ')
    throw new FilterError(`there is no macro ${name}`, place.start, place.end, known === '' ? '' : `one of ${known}`)
  }
  const needed = Math.max(0, ...[...body.matchAll(/\$(\d+)/g)].map((m) => Number(m[1])))
  if (args.length !== needed) {
    const counted = `${needed} argument${needed === 1 ? '' : 's'}`
    throw new FilterError(`the macro ${name} takes ${counted} and not ${args.length}`, place.start, place.end)
  }
  return body.replace(/\$(\d+)/g, (_, n: string) => args[Number(n) - 1]!.trim())
}

const split = (text: string, separator: string): string[] => (text.trim() === '' ? [] : text.split(separator))

function closing(source: string, open: number, opens: string, closes: string, start: number): number {
  let depth = 0
  for (let i = open; i < source.length; i++) {
    if (source[i] === opens) depth++
    else if (source[i] === closes && --depth === 0) return i
  }
  throw new FilterError('the macro call is not closed', start, source.length, closes)
}

function behind(source: string, at: number, symbol: string, start: number): number {
  let end = at
  while (source[end] === ' ') end++
  if (source[end] !== symbol) throw new FilterError('the macro call is not closed', start, end, symbol)
  return end + 1
}
