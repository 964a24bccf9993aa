/** Identifiers of chassis and ports in LLDP, IEEE 802.1AB sections 8.5.2 and 8.5.3: a subtype says what they are. */
import { escapeText, etherText, type Field, hexText, ipv4Text, ipv6Text, utf8 } from '../src/dissect/index.js'

/** Address families that have fields of their own. */
export const Family = { Ipv4: 1, Ipv6: 2 } as const

/** How an identifier is written. */
export const Form = { Reserved: 0, Text: 1, Bytes: 2, Mac: 3, Network: 4 } as const
/** By subtype: the two letters that the Info column has for it, and how it is written. */
export type Subtypes = readonly (readonly [letters: string, form: number])[]
export const chassisSubtypes: Subtypes = [
  ['Rs', Form.Reserved],
  ['CC', Form.Text],
  ['IA', Form.Text],
  ['PC', Form.Bytes],
  ['MA', Form.Mac],
  ['NA', Form.Network],
  ['IN', Form.Text],
  ['LA', Form.Text],
]
export const portSubtypes: Subtypes = [
  ['Rs', Form.Reserved],
  ['IA', Form.Text],
  ['PC', Form.Bytes],
  ['MA', Form.Mac],
  ['NA', Form.Network],
  ['IN', Form.Text],
  ['AC', Form.Text],
  ['LA', Form.Text],
]
export const chassisNames: Readonly<Record<number, string>> = {
  0: 'Reserved',
  1: 'Chassis component',
  2: 'Interface alias',
  3: 'Port component',
  4: 'MAC address',
  5: 'Network address',
  6: 'Interface name',
  7: 'Locally assigned',
}
export const portNames: Readonly<Record<number, string>> = {
  0: 'Reserved',
  1: 'Interface alias',
  2: 'Port component',
  3: 'MAC address',
  4: 'Network address',
  5: 'Interface name',
  6: 'Agent circuit Id',
  7: 'Locally assigned',
}

/** Fields of an identifier; `self` is for all that has no field of its own. */
export interface IdentifierFields {
  readonly subtype: Field<'uint'>
  readonly id: {
    readonly self: Field<'bytes'> | Field<'string'>
    readonly mac: Field<'ether'>
    readonly ip4: Field<'ipv4'>
    readonly ip6: Field<'ipv6'>
  }
}

/** An identifier as Info tells it: its subtype, and where it lies; `form` is -1 for none. */
export const identifier = () => ({ subtype: 0, form: -1, start: 0, end: 0 })
export type Identifier = ReturnType<typeof identifier>

/** `MA/00:00:5e:00:53:01 `, '' for an identifier that is not there. */
export function idText(b: Uint8Array, id: Identifier, subtypes: Subtypes): string {
  return id.form < 0 ? '' : `${(subtypes[id.subtype] ?? subtypes[0]!)[0]}/${idValue(b, id)} `
}

export function idValue(b: Uint8Array, { form, start, end }: Identifier): string {
  switch (form) {
    case Form.Text:
      return escapeText(utf8(b, start, end))
    case Form.Mac:
      return etherText(b, start)
    case Form.Network:
      if (b[start] === Family.Ipv4) return ipv4Text(b, start + 1)
      return b[start] === Family.Ipv6 ? ipv6Text(b, start + 1) : hexText(b, start + 1, end)
    case Form.Bytes:
      return hexText(b, start, end)
    default:
      return 'Reserved'
  }
}
