/** Organizationally unique identifiers: the first three bytes of what an organization hands out. */
import { vendorLongOf } from '../../src/names/vendors.js'

/** Wireshark keeps this many characters of an identifier with its owner. */
const MAX_TEXT = 31
const XEROX = 'Officially Xerox, but 0:0:0:0:0:0 is more common'

const address = new Uint8Array(6)

/** Who registered it, '' if nobody is known. */
export function ouiOwner(oui: number): string {
  if (oui === 0) return XEROX
  address[0] = oui >>> 16
  address[1] = oui >>> 8
  address[2] = oui
  return vendorLongOf(address, 0)
}

/** `00:00:0c (Cisco Systems, Inc)`, the owner cut where Wireshark cuts it. */
export function ouiText(oui: number): string {
  const digits = oui
    .toString(16)
    .padStart(6, '0')
    .replace(/..(?=.)/g, '$&:')
  const owner = ouiOwner(oui)
  return owner === '' ? digits : `${digits} (${owner})`.slice(0, MAX_TEXT)
}
