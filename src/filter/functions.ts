/** Functions of the filter language. Each gets the values of its arguments, and adds its results to a list. */
import { hexText, ipv4Text, ipv6Text } from '../dissect/address.js'
import { dateText, secondsText } from '../dissect/date-text.js'
import type { Field } from '../dissect/field.js'
import { nameOf } from '../dissect/value.js'
import { isLinkLocal, isMulticast, isPrivate, isUniqueLocal, specialFlags, specialName } from './address-tests.js'
import { familyOf, plainType, type Type } from './types.js'
import { compareValues, Prefix, type Value } from './values.js'

export interface FilterFunction {
  readonly name: string
  /** How it is called, for the docs and the completion. */
  readonly usage: string
  readonly about: string
  /** How many arguments: at least, at most. */
  readonly least: number
  readonly most: number
  /** Its first argument must be a field. */
  readonly ofField: boolean
  /** What its arguments must be, in words; '' when that one is right. */
  readonly refuse: (type: Type) => string
  /** Type of its results, by that of its first argument. */
  readonly type: (first: Type) => Type
  readonly run: (args: readonly (readonly Value[])[], type: Type, out: Value[]) => void
}

const number = plainType('number', 32)
const text = plainType('string')
const anything = (): string => ''
const only =
  (words: string, test: (type: Type) => boolean) =>
  (type: Type): string =>
    test(type) ? '' : words
const strings = only('a text', (type) => type.sort === 'string')
const wholes = only('a whole number', (type) => type.sort === 'number' || type.sort === 'bool')
const addresses = only('an IP address', (type) => type.sort === 'ipv4' || type.sort === 'ipv6')
const ordered = only(
  'a value that is more or less than another',
  (type) => type.sort !== 'none' && type.sort !== 'protocol',
)
const measured = only('a number or a time', (type) => familyOf(type) === 'number' || type.sort === 'reltime')

/** A function of one value that is applied to each. */
const each =
  (make: (value: Value, type: Type) => Value | null) =>
  (args: readonly (readonly Value[])[], type: Type, out: Value[]): void => {
    for (const value of args[0]!) {
      const made = make(value, type)
      if (made !== null) out.push(made)
    }
  }

const one = { least: 1, most: 1, ofField: true } as const
const several = { least: 1, most: 32, ofField: false } as const
const same = (type: Type): Type => type

/** The one that comes first in an order, of all values of all arguments. */
const best =
  (sign: number) =>
  (args: readonly (readonly Value[])[], _type: Type, out: Value[]): void => {
    let found: Value | null = null
    for (const values of args) {
      for (const value of values) if (found === null || compareValues(value, found) * sign > 0) found = value
    }
    if (found !== null) out.push(found)
  }

const absolute = (value: Value): Value =>
  typeof value === 'bigint' ? (value < 0n ? -value : value) : Math.abs(value as number)

const addressTest = (test: (address: Uint8Array) => boolean) => ({
  ...one,
  refuse: addresses,
  type: () => plainType('bool'),
  run: each((value) => Number(test(value as Uint8Array))),
})

const list: readonly FilterFunction[] = [
  {
    name: 'len',
    usage: 'len(field)',
    about: 'Length of a text or of bytes, in bytes',
    ...one,
    refuse: only('a text, bytes or a number', (type) => !['none', 'abstime', 'reltime', 'double'].includes(type.sort)),
    type: () => number,
    run: each(lengthOf),
  },
  {
    name: 'count',
    usage: 'count(field)',
    about: 'How often the field occurs in the frame, if it does',
    ...one,
    refuse: anything,
    type: () => number,
    run: (args, _, out) => {
      if (args[0]!.length > 0) out.push(args[0]!.length)
    },
  },
  {
    name: 'upper',
    usage: 'upper(field)',
    about: 'The text in capitals',
    ...one,
    ofField: false,
    refuse: strings,
    type: () => text,
    run: each((value) => (value as string).replace(/[a-z]+/g, (letters) => letters.toUpperCase())),
  },
  {
    name: 'lower',
    usage: 'lower(field)',
    about: 'The text in small letters',
    ...one,
    ofField: false,
    refuse: strings,
    type: () => text,
    run: each((value) => (value as string).replace(/[A-Z]+/g, (letters) => letters.toLowerCase())),
  },
  {
    name: 'string',
    usage: 'string(field)',
    about: 'The value as text, to be searched: numbers are decimal',
    ...one,
    refuse: only('a field with a value', (type) => type.sort !== 'none'),
    type: () => text,
    run: each(stringOf),
  },
  {
    name: 'vals',
    usage: 'vals(field)',
    about: "The name of the field's value, where it has one",
    ...one,
    refuse: only('a field whose values have names', (type) => type.field?.names != null || type.sort === 'bool'),
    type: () => text,
    run: each((value, type) => nameOfValue(type.field!, Number(value))),
  },
  {
    name: 'dec',
    usage: 'dec(field)',
    about: 'The number as decimal text',
    ...one,
    refuse: wholes,
    type: () => text,
    run: each((value) => `${value as number | bigint}`),
  },
  {
    name: 'hex',
    usage: 'hex(field)',
    about: 'The number as hexadecimal text, with 0x',
    ...one,
    refuse: wholes,
    type: () => text,
    run: each((value, type) => `0x${(value as number | bigint).toString(16).padStart(Math.ceil(type.bits / 4), '0')}`),
  },
  ...['float', 'double'].map((name) => ({
    name,
    usage: `${name}(field)`,
    about: 'The number with a fraction, for division',
    ...one,
    ofField: false,
    refuse: measured,
    type: () => plainType('double'),
    run: each((value: Value, type: Type) => (type.sort === 'reltime' ? Number(value) / 1e9 : Number(value))),
  })),
  {
    name: 'min',
    usage: 'min(a, b, …)',
    about: 'The least of all values',
    ...several,
    refuse: ordered,
    type: same,
    run: best(-1),
  },
  {
    name: 'max',
    usage: 'max(a, b, …)',
    about: 'The greatest of all values',
    ...several,
    refuse: ordered,
    type: same,
    run: best(1),
  },
  {
    name: 'abs',
    usage: 'abs(value)',
    about: 'The value without its sign',
    ...one,
    ofField: false,
    refuse: measured,
    type: same,
    run: each(absolute),
  },
  {
    name: 'ip_special_name',
    usage: 'ip_special_name(address)',
    about: 'What a special-purpose address is for, as IANA lists it; nothing for others',
    ...one,
    refuse: addresses,
    type: () => text,
    run: each((value) => specialName(value as Uint8Array)),
  },
  {
    name: 'ip_special_mask',
    usage: 'ip_special_mask(address)',
    about:
      "IANA's five properties of a special-purpose address as bits: source 16, destination 8, forwardable 4, global 2, reserved 1",
    ...one,
    refuse: addresses,
    type: () => plainType('number', 8),
    run: each((value) => specialFlags(value as Uint8Array)),
  },
  {
    name: 'ip_linklocal',
    usage: 'ip_linklocal(address)',
    about: 'Is the address link-local?',
    ...addressTest(isLinkLocal),
  },
  {
    name: 'ip_multicast',
    usage: 'ip_multicast(address)',
    about: 'Is the address a group?',
    ...addressTest(isMulticast),
  },
  {
    name: 'ip_rfc1918',
    usage: 'ip_rfc1918(address)',
    about: 'Is the IPv4 address private?',
    ...addressTest(isPrivate),
  },
  {
    name: 'ip_ula',
    usage: 'ip_ula(address)',
    about: 'Is the IPv6 address unique local?',
    ...addressTest(isUniqueLocal),
  },
]

/** Every function by its name. */
export const functions: ReadonlyMap<string, FilterFunction> = new Map(list.map((f) => [f.name, f]))

function lengthOf(value: Value, type: Type): Value {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (value instanceof Uint8Array) return value.length
  return Math.ceil((type.bits || 64) / 8)
}

const nameOfValue = (f: Field, value: number): string | null => {
  if (f.kind === 'bool') return (f.truth ?? ['True', 'False'])[value === 0 ? 1 : 0]
  return nameOf(f, value) || null
}

function stringOf(value: Value, type: Type): Value {
  if (typeof value === 'string') return value
  if (value instanceof Prefix) return stringOf(value.bytes, type)
  if (value instanceof Uint8Array) {
    if (type.sort === 'ipv4') return ipv4Text(value, 0)
    return type.sort === 'ipv6' ? ipv6Text(value, 0) : hexText(value, 0, value.length, ':')
  }
  if (type.sort === 'bool') return value === 0 ? 'False' : 'True'
  if (type.sort !== 'reltime' && type.sort !== 'abstime') return String(value)
  const nanos = BigInt(value)
  const rest = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
  const seconds = Number((nanos - rest) / 1_000_000_000n)
  return type.sort === 'reltime' ? secondsText(seconds, Number(rest)) : dateText(seconds, Number(rest), 'local')
}
