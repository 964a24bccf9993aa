/** What the capture file says of a packet, for the dissectors that show it. One object, refilled for every packet. */
export class PacketInfo {
  /** Counted from 1. */
  number = 0
  /** When it was captured, if the file says so. */
  timed = true
  seconds = 0
  nanoseconds = 0
  captured = 0
  original = 0
  /** LINKTYPE_ value, which says which dissector begins. */
  linkType = 0
  /** Which interface of the capture, -1 before the first packet; its pcapng name and description, '' where the file has none. */
  interface = -1
  /** Its number in its own section, counted from 0. */
  interfaceId = 0
  interfaceName = ''
  interfaceDescription = ''
  /** pcapng section, counted from 0; -1 in formats without sections. */
  section = -1
  /** FCS bytes at the end of the packet, -1 when the file does not say. */
  fcsLength = -1
  comments: readonly string[] = NONE
  /** Times of the first packet and of the one before: differences are shown against them. */
  firstSeconds = 0
  firstNanoseconds = 0
  previousSeconds = 0
  previousNanoseconds = 0
  /** Time of the packet that is shown before this one, where a filter holds others back. */
  shownSeconds = 0
  shownNanoseconds = 0
}
const NONE: readonly string[] = Object.freeze([])
