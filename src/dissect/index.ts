/** Everything a file in dissectors/ may import: `framewise/dissect` for those from outside. */
export * from './checksum.js'
export { Address, type ByteSource, type Dissection, Ending, Memory, NOWHERE, type TakePiece } from './dissection.js'
export * from './field.js'
export { etherText, hexText, ipv4Text, ipv6Text } from './address.js'
export {
  Framing,
  MORE,
  NOT_MINE,
  Part,
  type Pdu,
  protocol,
  Protocol,
  type ProtocolSpec,
  table,
  type Table,
  UNTIL_END,
} from './protocol.js'
export { preference, type Preference } from './preference.js'
export { phrase, type Phrase, type TextBuffer } from './text-buffer.js'
export { escapeText, utf8 } from './value.js'
