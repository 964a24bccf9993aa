/** Everything a file in dissectors/ may import: `framewise/dissect` for those from outside. */
export * from './checksum.js'
export { Address, Ending, Memory, NOWHERE, type Dissection } from './dissection.js'
export * from './field.js'
export { etherText, hexText, ipv4Text, ipv6Text } from './address.js'
export { MORE, protocol, Protocol, table, type Pdu, type ProtocolSpec, type Table } from './protocol.js'
export { preference, type Preference } from './preference.js'
export { escapeText, utf8 } from './value.js'
