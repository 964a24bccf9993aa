/**
 * Capture files built by hand, so that tests can also build wrong ones. Nothing here uses the program's own writer.
 *
 * Functions that take `order` write their numbers in that byte order.
 */

export type Order = 'little' | 'big'

export const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

export function u16(value: number, order: Order = 'little'): Uint8Array {
  const bytes = Uint8Array.of(value & 0xff, (value >>> 8) & 0xff)
  return order === 'little' ? bytes : bytes.reverse()
}

export function u32(value: number, order: Order = 'little'): Uint8Array {
  const bytes = Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff)
  return order === 'little' ? bytes : bytes.reverse()
}

export const u64 = (value: bigint, order: Order = 'little'): Uint8Array => {
  const low = u32(Number(value & 0xffff_ffffn), order)
  const high = u32(Number((value >> 32n) & 0xffff_ffffn), order)
  return order === 'little' ? join(low, high) : join(high, low)
}

export const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value))

export const hex = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits.replace(/\s/g, ''), 'hex'))

/** An Ethernet frame with an ARP request for 192.0.2.`last`: 42 bytes. */
export const arp = (last = 2): Uint8Array =>
  join(
    hex('ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 c0000201 000000000000 c00002'),
    Uint8Array.of(last),
  )

/** An IPv4 packet without a link-layer header: UDP from port 7 to 7, `payload` of 4 bytes, 32 bytes in all. */
export const rawUdp = (): Uint8Array => hex('45000020000000004011f6ca c0000201 c0000202 0007 0007 000c 0000 70696e67')

export const Magic = { micro: 0xa1b2c3d4, nano: 0xa1b23c4d, modified: 0xa1b2cd34 } as const

export interface PcapHeader {
  magic?: number
  major?: number
  minor?: number
  snaplen?: number
  /** The whole word: link type with the bits for the frame check sequence. */
  network?: number
  order?: Order
}

export function pcapHeader(from: PcapHeader = {}): Uint8Array {
  const order = from.order ?? 'little'
  return join(
    u32(from.magic ?? Magic.micro, order),
    u16(from.major ?? 2, order),
    u16(from.minor ?? 4, order),
    u32(0, order),
    u32(0, order),
    u32(from.snaplen ?? 65_535, order),
    u32(from.network ?? 1, order),
  )
}

export interface PcapRecord {
  seconds?: number
  fraction?: number
  captured?: number
  original?: number
  order?: Order
  /** What the modified format has between header and data. */
  extra?: Uint8Array
}

export function pcapRecord(data: Uint8Array, from: PcapRecord = {}): Uint8Array {
  const order = from.order ?? 'little'
  const captured = from.captured ?? data.length
  return join(
    u32(from.seconds ?? 1_700_000_000, order),
    u32(from.fraction ?? 123_456, order),
    u32(captured, order),
    u32(from.original ?? captured, order),
    from.extra ?? new Uint8Array(0),
    data,
  )
}

export const padded = (data: Uint8Array): Uint8Array => join(data, new Uint8Array((4 - (data.length & 3)) & 3))

export interface BlockLengths {
  order?: Order
  /** The length before and after the body, when they are to be wrong. */
  length?: number
  trailer?: number
}

export function block(type: number, body: Uint8Array, from: BlockLengths = {}): Uint8Array {
  const order = from.order ?? 'little'
  const length = from.length ?? body.length + 12
  return join(u32(type, order), u32(length, order), body, u32(from.trailer ?? length, order))
}

export const option = (code: number, value: Uint8Array, order: Order = 'little'): Uint8Array =>
  join(u16(code, order), u16(value.length, order), padded(value))

export const endOfOptions = (): Uint8Array => new Uint8Array(4)

export interface SectionHeader extends BlockLengths {
  major?: number
  minor?: number
  mark?: number
  options?: Uint8Array[]
}

export function sectionHeader(from: SectionHeader = {}): Uint8Array {
  const order = from.order ?? 'little'
  return block(
    0x0a0d0d0a,
    join(
      u32(from.mark ?? 0x1a2b3c4d, order),
      u16(from.major ?? 1, order),
      u16(from.minor ?? 0, order),
      u64(0xffff_ffff_ffff_ffffn, order),
      ...(from.options ?? []),
    ),
    from,
  )
}

export interface InterfaceDescription {
  linkType?: number
  snaplen?: number
  order?: Order
  options?: Uint8Array[]
}

export function interfaceDescription(from: InterfaceDescription = {}): Uint8Array {
  const order = from.order ?? 'little'
  return block(
    1,
    join(u16(from.linkType ?? 1, order), u16(0, order), u32(from.snaplen ?? 0, order), ...(from.options ?? [])),
    { order },
  )
}

export interface EnhancedPacket extends BlockLengths {
  interface?: number
  ticks?: bigint
  captured?: number
  original?: number
  options?: Uint8Array[]
}

export const TICKS = 1_700_000_000_123_456n

export function enhancedPacket(data: Uint8Array, from: EnhancedPacket = {}): Uint8Array {
  const order = from.order ?? 'little'
  const ticks = from.ticks ?? TICKS
  const captured = from.captured ?? data.length
  return block(
    6,
    join(
      u32(from.interface ?? 0, order),
      u32(Number(ticks >> 32n), order),
      u32(Number(ticks & 0xffff_ffffn), order),
      u32(captured, order),
      u32(from.original ?? captured, order),
      padded(data),
      ...(from.options ?? []),
    ),
    from,
  )
}

/** The obsolete packet block. */
export function packetBlock(data: Uint8Array, from: EnhancedPacket = {}): Uint8Array {
  const order = from.order ?? 'little'
  const ticks = from.ticks ?? TICKS
  return block(
    2,
    join(
      u16(from.interface ?? 0, order),
      u16(3, order),
      u32(Number(ticks >> 32n), order),
      u32(Number(ticks & 0xffff_ffffn), order),
      u32(data.length, order),
      u32(from.original ?? data.length, order),
      padded(data),
    ),
    from,
  )
}

export const simplePacket = (data: Uint8Array, original = data.length, order: Order = 'little'): Uint8Array =>
  block(3, join(u32(original, order), padded(data)), { order })

export function nameResolution(
  records: [address: Uint8Array, ...names: string[]][],
  order: Order = 'little',
): Uint8Array {
  const body = records.map(([address, ...names]) => {
    const value = join(address, ...names.map((name) => text(`${name}\0`)))
    return join(u16(address.length === 4 ? 1 : 2, order), u16(value.length, order), padded(value))
  })
  return block(4, join(...body, new Uint8Array(4)), { order })
}

export const statistics = (id: number, received: bigint, dropped: bigint, order: Order = 'little'): Uint8Array =>
  block(
    5,
    join(
      u32(id, order),
      u64(0n, order),
      option(4, u64(received, order), order),
      option(5, u64(dropped, order), order),
      endOfOptions(),
    ),
    { order },
  )

export const secrets = (type: number, value: string, order: Order = 'little'): Uint8Array =>
  block(10, join(u32(type, order), u32(value.length, order), padded(text(value))), { order })
