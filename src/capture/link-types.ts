/** What a capture file's link type means for reading it. The numbers are those registered at tcpdump.org. */

const LinkType = { AtmRfc1483: 100, Raw: 101, Enc: 109, Dbus: 231, Usbpcap: 249, Ebhscr: 279 } as const

const MAX_PACKET = 256 * 1024
const MAX_EBHSCR = 8 * 1024 * 1024
const MAX_BUS_MESSAGE = 128 * 1024 * 1024

/** The most bytes a packet of this link type may have; a file that claims more is damaged. As tshark has it. */
export function maxPacketBytes(linkType: number): number {
  if (linkType === LinkType.Dbus || linkType === LinkType.Usbpcap) return MAX_BUS_MESSAGE
  return linkType === LinkType.Ebhscr ? MAX_EBHSCR : MAX_PACKET
}

/**
 * The registered number for a link type as found in a file. Some systems wrote the number their own kernel uses, which
 * differs for four types.
 */
export function registeredLinkType(inFile: number): number {
  switch (inFile) {
    case 11:
      return LinkType.AtmRfc1483
    case 12:
    case 14:
      return LinkType.Raw
    case 13:
      return LinkType.Enc
    default:
      return inFile
  }
}
