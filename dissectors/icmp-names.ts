/** Names of ICMP types and codes (IANA “Internet Control Message Protocol Parameters”), as Wireshark words them. */

const types: Readonly<Record<number, string>> = {
  0: 'Echo (ping) reply',
  1: 'Reserved',
  2: 'Reserved',
  3: 'Destination unreachable',
  4: 'Source quench (flow control)',
  5: 'Redirect',
  6: 'Alternate host address',
  8: 'Echo (ping) request',
  9: 'Router advertisement',
  10: 'Router solicitation',
  11: 'Time-to-live exceeded',
  12: 'Parameter problem',
  13: 'Timestamp request',
  14: 'Timestamp reply',
  15: 'Information request',
  16: 'Information reply',
  17: 'Address mask request',
  18: 'Address mask reply',
  19: 'Reserved (for security)',
  30: 'Traceroute',
  31: 'Datagram Conversion Error',
  32: 'Mobile Host Redirect',
  33: 'IPv6 Where-Are-You',
  34: 'IPv6 I-Am-Here',
  35: 'Mobile Registration Request',
  36: 'Mobile Registration Reply',
  37: 'Domain Name Request',
  38: 'Domain Name Reply',
  39: 'SKIP',
  40: 'Photuris',
  41: 'Experimental mobility protocols',
  42: 'Extended Echo request',
  43: 'Extended Echo reply',
}

const codes: Readonly<Record<number, readonly string[]>> = {
  3: [
    'Network unreachable',
    'Host unreachable',
    'Protocol unreachable',
    'Port unreachable',
    'Fragmentation needed',
    'Source route failed',
    'Destination network unknown',
    'Destination host unknown',
    'Source host isolated',
    'Network administratively prohibited',
    'Host administratively prohibited',
    'Network unreachable for TOS',
    'Host unreachable for TOS',
    'Communication administratively filtered',
    'Host precedence violation',
    'Precedence cutoff in effect',
  ],
  5: ['Redirect for network', 'Redirect for host', 'Redirect for TOS and network', 'Redirect for TOS and host'],
  6: ['Alternate address for host'],
  11: ['Time to live exceeded in transit', 'Fragment reassembly time exceeded'],
  12: ['Pointer indicates the error', 'Required option missing', 'Bad length'],
  40: [
    'Bad SPI',
    'Authentication Failed',
    'Decompression Failed',
    'Decryption Failed',
    'Need Authentication',
    'Need Authorization',
  ],
  42: ['No error'],
  43: ['No error', 'Malformed Query', 'No Such Interface', 'No Such Table Entry', 'Multiple Interfaces Satisfy Query'],
}

/** RFC 5944: a router advertisement of code 0 or 16 may come from a mobility agent. */
export const isAgentAdvertisement = (type: number, code: number): boolean => type === 9 && (code === 0 || code === 16)

/** What a message is called. */
export const icmpTypeName = (type: number, code: number): string =>
  isAgentAdvertisement(type, code)
    ? 'Mobile IP Advertisement'
    : (types[type] ?? 'Unknown ICMP (obsolete or malformed?)')

/** What its code means, '' for types whose codes mean nothing. */
export function icmpCodeName(type: number, code: number): string {
  if (type === 9 && code === 0) return 'Normal router advertisement'
  if (type === 9 && code === 16) return 'Does not route common traffic'
  const known = codes[type]
  if (known === undefined && type !== 9) return ''
  return known?.[code] ?? `Unknown code: ${code}`
}
