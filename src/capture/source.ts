/**
 * Where packets come from.
 *
 * A capture is always read from a file with random access: what arrives through a pipe or compressed is spooled to a
 * temporary file first, and a live capture is a capture file that is still growing. So there is one reader.
 */

/** One packet as the reader delivers it. The same object every time: copy what you keep. */
export interface PacketRecord {
  /** Where its bytes begin in the file, so that they can be read again. */
  offset: number
  /** Time since 1970-01-01 UTC. Seconds may be negative or beyond 32 bits (pcapng); nanoseconds are 0…999,999,999. */
  seconds: number
  nanoseconds: number
  /** False for packets without a time (pcapng simple packet blocks); seconds and nanoseconds are then 0. */
  timed: boolean
  /** Bytes in the file, and bytes that were on the wire. */
  captured: number
  original: number
  /** Index into `interfaces`. */
  interface: number
  /** A window of the file, and where in it the packet begins: valid until the next call. */
  bytes: Uint8Array
  start: number
}

export const newRecord = (): PacketRecord => ({
  offset: 0,
  seconds: 0,
  nanoseconds: 0,
  timed: true,
  captured: 0,
  original: 0,
  interface: 0,
  bytes: new Uint8Array(0),
  start: 0,
})

/** What whoever captures knows of the interface. */
export type InterfaceTexts = Pick<CaptureInterface, 'name' | 'description' | 'filter'>

/** What is known of the interface that captured a packet. A pcap file has exactly one. */
export interface CaptureInterface {
  /** LINKTYPE_ value as registered at tcpdump.org, 0…65535. */
  readonly linkType: number
  readonly snaplen: number
  /** Which pcapng section (counted from 0) it belongs to, and its number in that section. */
  readonly section: number
  readonly id: number
  readonly name: string
  readonly description: string
  readonly filter: string
  readonly os: string
  readonly hardware: string
  readonly comments: readonly string[]
  /** Ticks per second of its timestamps, 1e6 unless said otherwise. */
  readonly ticksPerSecond: number
  /** FCS bytes at the end of every packet, or -1 when the file does not say. */
  readonly fcsLength: number
  /** Packets received and dropped as its statistics blocks say; -1 while unknown. */
  received: number
  dropped: number
}

/** What one pcapng section says of itself; a pcap file has one with nothing in it but its byte order. */
export interface CaptureSection {
  readonly offset: number
  readonly bigEndian: boolean
  readonly hardware: string
  readonly os: string
  readonly application: string
  readonly comments: readonly string[]
}

/** How reading ended: where in the file, what was expected there, what was found. All before it has been delivered. */
export interface Damage {
  readonly offset: number
  /** 1-based number of the packet that could not be read. */
  readonly packet: number
  readonly expected: string
  readonly found: string
}

/** What `CaptureReader.next` found. `More` says that a file that is still growing has nothing whole yet. */
export const Next = { Packet: 0, More: 1, End: 2 } as const
export type Next = (typeof Next)[keyof typeof Next]

/** Reads the records of a capture file in order. Synchronous: it lives in a worker or in a command. */
export interface CaptureReader {
  readonly format: 'pcap' | 'pcapng'
  /** True when the file's timestamps carry nanoseconds (pcap magic a1b23c4d, or an interface finer than 1 µs). */
  readonly nanosecond: boolean
  readonly interfaces: readonly CaptureInterface[]
  readonly sections: readonly CaptureSection[]
  /** Names that name resolution blocks gave, address text → names. Bounded. */
  readonly names: ReadonlyMap<string, readonly string[]>
  /** Comments of packets, by 0-based packet number. Bounded. */
  readonly comments: ReadonlyMap<number, readonly string[]>
  /** TLS and other secrets that decryption secrets blocks carry, in file order. Bounded. */
  readonly secrets: readonly { readonly type: number; readonly text: string }[]
  /** Bytes of the file consumed so far. */
  readonly position: number
  readonly damage: Damage | null
  /** Reads one more record into `record`. After `End` (or damage) it keeps answering `End`. */
  next(record: PacketRecord): Next
}
