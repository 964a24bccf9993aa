/** The pseudo-header that transport checksums cover: RFC 793 over IPv4, RFC 8200 section 8.1 over IPv6. */
import { Address, type Dissection, sumWords } from '../../src/dissect/index.js'

/** Its sum for a segment of `length` bytes of `protocol` between the endpoints, -1 when they are no IP addresses. */
export function sumPseudoHeader(d: Dissection, protocol: number, length: number): number {
  const size = d.addressKind === Address.IPv4 ? 4 : d.addressKind === Address.IPv6 ? 16 : 0
  if (size === 0) return -1
  const addresses = sumWords(d.addressBytes, d.dst, d.dst + size, sumWords(d.addressBytes, d.src, d.src + size))
  return addresses + protocol + (length >>> 16) + (length & 0xffff)
}

/** Values of the `checksum.status` fields. */
export const ChecksumStatus = { Bad: 0, Good: 1, Unverified: 2, NotPresent: 3, Illegal: 4 } as const
export const checksumStatusNames = { 0: 'Bad', 1: 'Good', 2: 'Unverified', 3: 'Not present', 4: 'Illegal' } as const
