/** Types of what filters compare. */
import type { Field, Kind } from '../dissect/field.js'

export type Sort =
  | 'number'
  | 'bool'
  | 'double'
  | 'bytes'
  | 'ether'
  | 'eui64'
  | 'guid'
  | 'ipv4'
  | 'ipv6'
  | 'string'
  | 'abstime'
  | 'reltime'
  | 'protocol'
  | 'none'

export interface Type {
  readonly sort: Sort
  /** Bits of a whole number, 0 for everything else. */
  readonly bits: number
  readonly signed: boolean
  /** Whose names for values may be written instead of numbers, null for nobody's. */
  readonly field: Field | null
}

/** What may be compared with each other. */
export type Family = 'number' | 'bytes' | 'ipv4' | 'ipv6' | 'string' | 'abstime' | 'reltime' | 'none'

const sorts: Readonly<Record<Kind, Sort>> = {
  none: 'none',
  protocol: 'protocol',
  uint: 'number',
  int: 'number',
  framenum: 'number',
  bool: 'bool',
  double: 'double',
  ether: 'ether',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  bytes: 'bytes',
  string: 'string',
  abstime: 'abstime',
  reltime: 'reltime',
  eui64: 'eui64',
  guid: 'guid',
}

const families: Readonly<Record<Sort, Family>> = {
  number: 'number',
  bool: 'number',
  double: 'number',
  bytes: 'bytes',
  ether: 'bytes',
  eui64: 'bytes',
  guid: 'bytes',
  protocol: 'bytes',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  string: 'string',
  abstime: 'abstime',
  reltime: 'reltime',
  none: 'none',
}

export const familyOf = (type: Type): Family => families[type.sort]

/** The type of a field's values. */
export function typeOf(f: Field): Type {
  const sort = sorts[f.kind]
  const whole = sort === 'number'
  return { sort, bits: whole ? f.width || 32 : 0, signed: f.kind === 'int', field: f }
}

/** A type that no field has. */
export const plainType = (sort: Sort, bits = sort === 'number' ? 32 : 0, signed = false): Type => ({
  sort,
  bits,
  signed,
  field: null,
})

const words: Readonly<Record<Sort, string>> = {
  number: 'a number',
  bool: 'true or false',
  double: 'a number',
  bytes: 'bytes such as 0a:0b:0c',
  ether: 'a MAC address such as 00:11:22:33:44:55',
  eui64: 'eight bytes such as 00:11:22:33:44:55:66:77',
  guid: 'a GUID such as 01234567-89ab-cdef-0123-456789abcdef',
  ipv4: 'an IPv4 address, with /bits for a network',
  ipv6: 'an IPv6 address, with /bits for a network',
  string: 'a text',
  abstime: 'a time such as "2026-11-22 17:09:31.5"',
  reltime: 'seconds such as 0.25, or 250ms',
  protocol: 'bytes such as 0a:0b:0c or "text"',
  none: 'nothing: it is there or not',
}

/** What a literal of this type looks like. */
export const literalHint = (type: Type): string => words[type.sort]
/** What values of this type are. */
export const describeType = (type: Type): string => words[type.sort].replace(/ such as .*|, with .*/, '')
