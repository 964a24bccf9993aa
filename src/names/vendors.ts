/**
 * Who made a network card: the IEEE's assignments of 24, 28 and 36 bit prefixes of MAC addresses, from `oui-data`.
 *
 * The table is made by the build (src/tools/names.ts) and read at the first question.
 */

import { type NameTable, openNames } from './name-table.js'

/** The file of the table, and its sections: one for each length of prefix. */
export const vendorsFile = 'vendors.bin'
export const VendorSection = { Bits24: 0, Bits28: 1, Bits36: 2 } as const

/**
 * Short name of the vendor of the MAC address whose six bytes begin at `offset`, '' if nobody is registered: at most
 * eight characters, as in `Apple` or `IntelCor` (see `shortVendor`). The bytes must be there.
 */
export const vendorOf = (bytes: Uint8Array, offset: number): string => {
  const name = vendorLongOf(bytes, offset)
  let short = shortNames.get(name)
  if (short === undefined) {
    short = shortVendor(name)
    shortNames.set(name, short)
  }
  return short
}

/** The vendor's name as registered, as in `Intel Corporate`, '' if nobody is. The longest registered prefix counts. */
export const vendorLongOf = (bytes: Uint8Array, offset: number): string => {
  table ??= openNames(vendorsFile)
  return (
    table.find(VendorSection.Bits36, bytes, offset, 0xf0) ||
    table.find(VendorSection.Bits28, bytes, offset, 0xf0) ||
    table.find(VendorSection.Bits24, bytes, offset)
  )
}

/** How many bits of that address the vendor was assigned: 24, 28 or 36; 0 if nobody is registered. */
export const vendorBits = (bytes: Uint8Array, offset: number): number => {
  table ??= openNames(vendorsFile)
  if (table.find(VendorSection.Bits36, bytes, offset, 0xf0) !== '') return 36
  if (table.find(VendorSection.Bits28, bytes, offset, 0xf0) !== '') return 28
  return table.find(VendorSection.Bits24, bytes, offset) === '' ? 0 : 24
}

/**
 * Shortens a company's name in the way of Wireshark's list: dots inside abbreviations (`S.p.A.`), other punctuation and
 * words that tell nothing (`Inc`, `GmbH`, `Systems`, …) go, a name all in capitals becomes Words, what is left is
 * written together and cut after eight characters.
 */
export const shortVendor = (name: string): string => {
  const shouted = name === name.toUpperCase()
  const words = name
    .replace(/\b(\p{L})[./](?=\p{L}\b)/gu, '$1')
    .replace(/[.,:;/'"()]|(?<= )[&+](?= )/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
  const telling = words.filter((word) => !untelling.has(word.toLowerCase()))
  const chosen = telling.length > 0 ? telling : words
  const joined = chosen.map((word) => (shouted ? word.slice(0, 1) + word.slice(1).toLowerCase() : word)).join('')
  return [...joined].slice(0, 8).join('')
}

const untelling = new Set(
  (
    'ab ag aktiengesellschaft as asa bv company co corp corporation gmbh holding inc incorporated jsc kg limited llc ' +
    'ltd nv of ooo oy oyj plc pty pvt sa sarl spa srl sro systems the zao zrt'
  ).split(' '),
)

const shortNames = new Map<string, string>()
let table: NameTable | undefined
