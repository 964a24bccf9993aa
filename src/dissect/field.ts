/**
 * Fields: what a protocol can say about its bytes.
 *
 * A field is declared once, as a constant: its type, how it is labelled, how its value is shown. From that one
 * declaration come the tree node, the display-filter name and type, and the line in the generated docs. Where it lies in
 * the packet is said once too, by the one call that reads it (`d.u16(f.length)`).
 */

/** Field types; with `width` they are Wireshark's FT_ types (`uint` of width 16 is FT_UINT16). */
export type Kind =
  | 'none'
  | 'protocol'
  | 'uint'
  | 'int'
  | 'bool'
  | 'ether'
  | 'ipv4'
  | 'ipv6'
  | 'bytes'
  | 'string'
  | 'abstime'
  | 'reltime'
  | 'framenum'
  | 'double'
  | 'eui64'
  | 'guid'

/** How a number is written: Wireshark's BASE_ constants. `custom` means that `show` writes it. */
export type Base = 'dec' | 'hex' | 'oct' | 'dec_hex' | 'hex_dec' | 'none' | 'custom'

/** Names for known values, e.g. `{ 1: 'request', 2: 'reply' }`, or a function for ranges ('' when it knows no name). */
export type Names = Readonly<Record<number, string>> | ((value: number) => string)

/** 0 none or a person's comment, 1 chat, 2 note, 3 warning, 4 error. */
export type Severity = 0 | 1 | 2 | 3 | 4
export const severityNames = ['Comment', 'Chat', 'Note', 'Warning', 'Error'] as const

/** Spells a span out when its bytes alone do not say it (DNS names). `layer` is where its protocol begins. */
export type Spell = (bytes: Uint8Array, start: number, end: number, layer: number) => string

/** What a declaration may say beyond type and label. */
export interface FieldOptions {
  readonly base?: Base
  readonly names?: Names | undefined
  /** Bits of the number that it is part of; the value is shifted down. */
  readonly mask?: number
  /** Written after the value in labels, with its space: `' bytes'`. */
  readonly unit?: string
  /** Written between bytes: `':'` for a hardware address. */
  readonly separator?: string
  /** What bytes of no length are called; `<MISSING>` unless said otherwise. */
  readonly empty?: string
  /** A whole number of seconds since 1970 that stands for no time at all: `NULL`. */
  readonly never?: number
  /** Writes the value in labels for base `custom`. */
  readonly show?: ((value: number) => string) | undefined
  readonly spell?: Spell
  /** Words for true and false; `Set` and `Not set` unless said otherwise. */
  readonly truth?: readonly [string, string]
  /** Hidden fields that get the same value: `ip.src` is also an `ip.addr`. */
  readonly also?: readonly Field[]
  /** A port number of this transport, which may be shown by its service name. */
  readonly port?: 'tcp' | 'udp' | 'sctp'
  /** One sentence for the docs. */
  readonly about?: string
}

/** Parts of a number, by the last component of their names. */
export type Parts = Readonly<Record<string, Field>>

/** One class for every field, so that every place that touches one sees one shape. */
export class Field<K extends Kind = Kind> {
  /** Index into the want-mask; 0 until `fields()` has named it. */
  id = 0
  /** The display-filter name, e.g. `udp.srcport`. */
  name = ''
  /** Id of the protocol that declares it, e.g. `udp`. */
  owner = ''
  readonly base: Base
  readonly names: Names | null
  readonly mask: number
  readonly shift: number
  readonly unit: string
  readonly separator: string
  readonly empty: string
  readonly never: number
  readonly show: ((value: number) => string) | null
  readonly spell: Spell | null
  readonly truth: readonly [string, string] | null
  readonly also: readonly Field[]
  readonly port: '' | 'tcp' | 'udp' | 'sctp'
  readonly about: string
  /** The named bits inside this number. */
  readonly parts: readonly Field[]
  constructor(
    readonly kind: K,
    /** Bits of the number that carries it: 8, 16, 24, 32, 64 (a boolean has the width of its mask). 0: no number. */
    readonly width: number,
    readonly label: string,
    options: FieldOptions,
    readonly partsByKey: Parts = {},
    readonly severity: Severity = 0,
    /** Group of an expert item, as Wireshark names them: `Sequence`, `Malformed`, … */
    readonly expertGroup = '',
  ) {
    this.base = options.base ?? (width === 0 ? 'none' : 'dec')
    this.names = options.names ?? null
    this.mask = options.mask ?? 0
    this.shift = this.mask === 0 ? 0 : 31 - Math.clz32(this.mask & -this.mask)
    this.unit = options.unit ?? ''
    this.separator = options.separator ?? ''
    this.empty = options.empty ?? '<MISSING>'
    this.never = options.never ?? Number.NaN
    this.show = options.show ?? null
    this.spell = options.spell ?? null
    this.truth = options.truth ?? null
    this.also = options.also ?? NONE
    this.port = options.port ?? ''
    this.about = options.about ?? ''
    this.parts = Object.values(partsByKey)
  }
}
const NONE: readonly Field[] = Object.freeze([])

export type Num = Field<'uint'> | Field<'int'> | Field<'bool'> | Field<'framenum'>
export type Span =
  | Field<'ether'>
  | Field<'ipv4'>
  | Field<'ipv6'>
  | Field<'bytes'>
  | Field<'string'>
  | Field<'eui64'>
  | Field<'guid'>
export type Group = Field<'protocol'> | Field<'none'>
export type Note = Field<'none'>

const number =
  (width: number, kind: 'uint' | 'int' = 'uint') =>
  (label: string, options: FieldOptions = {}, parts?: Parts): Field<'uint'> =>
    new Field(kind as 'uint', width, label, options, parts)

/** Unsigned numbers. `parts` are the named bits inside, shown below it: `uint16('Flags', { base: 'hex' }, { df: bit(…) })`. */
export const uint8 = number(8)
export const uint16 = number(16)
export const uint24 = number(24)
export const uint32 = number(32)
export const uint64 = number(64)
/** Two's complement numbers. */
export const int8 = number(8, 'int')
export const int16 = number(16, 'int')
export const int32 = number(32, 'int')
export const int64 = number(64, 'int')

/** A truth value; with `mask` one bit of a number of `width` bits. */
export const bool = (label: string, width = 8, options: FieldOptions = {}) => new Field('bool', width, label, options)
/** A frame number: the screen jumps there. */
export const framenum = (label: string, options: FieldOptions = {}) => new Field('framenum', 32, label, options)
export const ether = (label: string, options: FieldOptions = {}) => new Field('ether', 0, label, options)
export const ipv4 = (label: string, options: FieldOptions = {}) => new Field('ipv4', 0, label, options)
export const ipv6 = (label: string, options: FieldOptions = {}) => new Field('ipv6', 0, label, options)
export const bytes = (label: string, options: FieldOptions = {}) => new Field('bytes', 0, label, options)
export const text = (label: string, options: FieldOptions = {}) => new Field('string', 0, label, options)
export const eui64 = (label: string, options: FieldOptions = {}) => new Field('eui64', 0, label, options)
export const guid = (label: string, options: FieldOptions = {}) => new Field('guid', 0, label, options)
/** A point in time: seconds and nanoseconds since 1970. */
export const abstime = (label: string, options: FieldOptions = {}) => new Field('abstime', 0, label, options)
/** A span of time: seconds and nanoseconds. */
export const reltime = (label: string, options: FieldOptions = {}) => new Field('reltime', 0, label, options)
export const double = (label: string, options: FieldOptions = {}) => new Field('double', 0, label, options)
/** A protocol's own line, or a line with others below it and no value of its own. */
export const protocolField = (label: string) => new Field('protocol', 0, label, {})
export const group = (label: string, options: FieldOptions = {}) => new Field('none', 0, label, options)

/** Unrelated values that share one number: only the parts are shown, and they are named beside it, not below it. */
export const word = (width: 8 | 16 | 24 | 32, parts: Parts): Field<'uint'> => new Field('uint', width, '', {}, parts)

/** Something a person should look at: declared, so filters and docs know of it too. `about` is the default message. */
const expert =
  (severity: Severity) =>
  (message: string, expertGroup = 'Protocol'): Note =>
    new Field('none', 0, message, {}, {}, severity, expertGroup)
/** What a person wrote, rather than what a dissector noticed. */
export const comment = expert(0)
export const chat = expert(1)
export const note = expert(2)
export const warning = expert(3)
export const error = expert(4)

// ---- the field registry ----------------------------------------------------------------

/** Every declared field by id; id 0 is nobody. */
export const allFields: Field[] = [group('')]

const byName = new Map<string, Field[]>()
/** Fields of that display-filter name: more than one where protocols share a name, none when there is no such field. */
export const fieldsNamed = (name: string): readonly Field[] => byName.get(name) ?? NONE

export interface FieldTree {
  readonly [key: string]: Field | FieldTree
}

/**
 * Names each field after its path and gives it an id: `fields('udp', { srcport: … })` makes `udp.srcport`; the key `self`
 * stands for the path itself, and a key that begins with `_` for a line of text that no filter names. Returns the same
 * object.
 */
export function fields<const T extends FieldTree>(prefix: string, tree: T, owner = prefix): T {
  for (const [key, node] of Object.entries(tree)) {
    const name = key === 'self' ? prefix : key.startsWith('_') ? '' : `${prefix}.${key}`
    if (node instanceof Field) enlistWithParts(node, name, prefix, owner)
    else fields(key === 'self' ? prefix : `${prefix}.${key}`, node, owner)
  }
  return tree
}

function enlistWithParts(f: Field, name: string, prefix: string, owner: string): void {
  enlist(f, name, owner)
  const inside = f.label === '' ? prefix : name
  for (const [key, part] of Object.entries(f.partsByKey)) enlistWithParts(part, `${inside}.${key}`, inside, owner)
}

function enlist(f: Field, name: string, owner: string): void {
  if (f.id !== 0) throw new Error(`field ${name || f.label} is already named ${f.name}`)
  f.id = allFields.length
  f.name = f.label === '' && f.parts.length > 0 ? '' : name
  f.owner = owner
  allFields.push(f)
  if (f.name === '') return
  const same = byName.get(name)
  if (same) same.push(f)
  else byName.set(name, [f])
}
