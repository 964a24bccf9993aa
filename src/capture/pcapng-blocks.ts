/** The numbers of the pcapng format: block types, option codes, and its byte-order mark. */

export const Block = {
  Section: 0x0a0d0d0a,
  Interface: 1,
  Packet: 2,
  SimplePacket: 3,
  NameResolution: 4,
  Statistics: 5,
  EnhancedPacket: 6,
  Secrets: 10,
} as const

/** Option codes; from 2 on they mean something else in every block. */
export const Option = {
  End: 0,
  Comment: 1,
  SectionHardware: 2,
  SectionOs: 3,
  SectionApplication: 4,
  InterfaceName: 2,
  InterfaceDescription: 3,
  InterfaceResolution: 9,
  InterfaceFilter: 11,
  InterfaceOs: 12,
  InterfaceFcsLength: 13,
  InterfaceOffset: 14,
  InterfaceHardware: 15,
  StatisticsReceived: 4,
  StatisticsDropped: 5,
} as const

/** First field of a section; whichever way round it reads is the byte order of the section. */
export const BYTE_ORDER = 0x1a2b3c4d

/** Type and length before a block's body, the length again after it. */
export const BLOCK_OVERHEAD = 12
