/** Literals: what a word, a string or a character means where a value of some type is wanted. */
import { parseBytes, parseIpv4, parseIpv6, splitPrefix } from './addresses.js'
import { FilterError } from './filter-error.js'
import { nearestOf } from './nearest.js'
import type { Operand } from './syntax.js'
import { parseDate, parseSpan } from './times.js'
import { familyOf, literalHint, type Type } from './types.js'
import { namesOfValues, numberNamed, spellings } from './value-names.js'
import { Prefix, type Value } from './values.js'

/** Addresses of a host by its name, in bytes; none for a name that nobody knows. */
export type Hosts = (name: string) => readonly Uint8Array[]

export type Literal = Extract<Operand, { kind: 'word' | 'string' | 'char' }>

/** The values that a literal stands for: one, or all addresses of a host. Throws `FilterError`. */
export function literalValues(literal: Literal, type: Type, hosts: Hosts, negative = false): readonly Value[] {
  const value = valueOf(literal, type, hosts, negative)
  return Array.isArray(value) ? (value as readonly Value[]) : [value as Value]
}

function valueOf(literal: Literal, type: Type, hosts: Hosts, negative: boolean): Value | readonly Value[] {
  const { sort } = type
  if (negative && familyOf(type) !== 'number' && sort !== 'reltime') throw wrong(literal, type)
  if (literal.kind === 'char') return charValue(literal, type)
  const quoted = literal.kind === 'string'
  const text = quoted ? Buffer.from(literal.bytes).toString() : literal.text
  switch (sort) {
    case 'string':
      return text
    case 'bytes':
    case 'protocol':
      return quoted ? literal.bytes : (parseBytes(text) ?? fail(literal, type))
    case 'number':
    case 'bool':
      return numberValue(literal, text, type, quoted, negative)
    case 'double': {
      if (quoted || !/^(?:\d+(?:\.\d*)?(?:e[+-]?\d+)?|0x[0-9a-f]+)$/i.test(text)) throw wrong(literal, type)
      return negative ? -Number(text) : Number(text)
    }
    case 'abstime':
      return parseDate(text) ?? fail(literal, type)
    case 'reltime':
      return (quoted ? null : parseSpan(negative ? `-${text}` : text)) ?? fail(literal, type)
    default:
      if (quoted) throw wrong(literal, type, `${literalHint(type)}, without quotes`)
      return sort === 'ipv4' || sort === 'ipv6'
        ? addressValue(literal, text, type, hosts)
        : fixedBytes(literal, text, type)
  }
}

function wrong(literal: Literal, type: Type, expected = literalHint(type), why = ''): FilterError {
  return new FilterError(
    why || `${textOf(literal)} is not ${literalHint(type).replace(/ such as .*|, with .*/, '')}`,
    literal.start,
    literal.end,
    expected,
  )
}
function fail(literal: Literal, type: Type): never {
  throw wrong(literal, type)
}

const textOf = (literal: Literal): string =>
  literal.kind === 'word' ? literal.text : literal.kind === 'char' ? `'${literal.text}'` : `"${literal.text}"`

function charValue(literal: Extract<Literal, { kind: 'char' }>, type: Type): Value {
  const { value } = literal
  if (type.sort === 'bool') return value === 0 ? 0 : 1
  const family = familyOf(type)
  if (family === 'number') return type.bits === 64 ? BigInt(value) : value
  if (family === 'string') return String.fromCharCode(value)
  if (type.sort === 'bytes' || type.sort === 'protocol') return Uint8Array.of(value)
  throw wrong(literal, type)
}

const NUMBER = /^(?:0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)$/

function numberValue(literal: Literal, text: string, type: Type, quoted: boolean, negative: boolean): Value {
  if (!quoted && NUMBER.test(text)) return wholeNumber(literal, text, type, negative)
  if (type.sort === 'bool' && /^(?:true|false)$/i.test(text)) return /^t/i.test(text) ? 1 : 0
  const named = type.field === null || negative ? undefined : numberNamed(type.field, text)
  if (named !== undefined) return type.bits === 64 ? BigInt(named) : named
  const names = type.field === null ? [] : namesOfValues(type.field)
  if (names.length === 0) throw wrong(literal, type)
  const whose = type.field!.name
  const near = nearestOf(text, spellings(names)).map((name) => `"${name}"`)
  const example =
    near.length > 0
      ? []
      : names
          .filter((name) => name !== '')
          .slice(0, 2)
          .map((name) => `"${name}"`)
  const expected = example.length === 0 ? '' : `a number or a name such as ${example.join(' or ')}`
  throw new FilterError(`${whose} has no value called ${textOf(literal)}`, literal.start, literal.end, expected, near)
}

function wholeNumber(literal: Literal, text: string, type: Type, negative: boolean): Value {
  const value = BigInt(/^0[0-7]+$/.test(text) ? `0o${text.slice(1)}` : /^0\d/.test(text) ? fail(literal, type) : text)
  if (type.sort === 'bool') return value === 0n ? 0 : 1
  const most = (1n << BigInt(type.bits - (type.signed ? 1 : 0))) - 1n
  if (!negative && value > most) throw wrong(literal, type, `at most ${most}`, `${text} is too large for this field`)
  if (negative && type.signed && value > most + 1n) {
    throw wrong(literal, type, `at least -${most + 1n}`, `-${text} is too small for this field`)
  }
  const signed = negative ? -value : value
  return type.bits === 64 ? signed : Number(signed)
}

function addressValue(literal: Literal, text: string, type: Type, hosts: Hosts): Value | readonly Value[] {
  const four = type.sort === 'ipv4'
  const most = four ? 32 : 128
  const split = splitPrefix(text, most)
  if (split === null) throw wrong(literal, type, `a prefix length up to /${most}`, `${text} has no right prefix length`)
  const [address, bits] = split
  const own = four ? parseIpv4(address) : parseIpv6(address)
  const found = own !== null ? [own] : hosts(address).filter((bytes) => bytes.length === (four ? 4 : 16))
  if (found.length === 0) {
    const name = /[a-z]/i.test(address) && !address.includes(':') ? `, and no host is called ${address}` : ''
    throw wrong(literal, type, literalHint(type), `${address} is not an IPv${four ? 4 : 6} address${name}`)
  }
  return bits < 0 ? found : found.map((bytes) => new Prefix(bytes, bits))
}

const sizes = { ether: 6, eui64: 8, guid: 16 } as const

function fixedBytes(literal: Literal, text: string, type: Type): Uint8Array {
  const bytes = text.startsWith('0x') ? null : parseBytes(text)
  const size = sizes[type.sort as keyof typeof sizes]
  if (bytes === null || size === undefined) throw wrong(literal, type)
  if (bytes.length === size) return bytes
  const count = `${bytes.length} byte${bytes.length === 1 ? '' : 's'}`
  throw wrong(literal, type, literalHint(type), `${text} has ${count} and not ${size}`)
}
