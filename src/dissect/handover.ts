/**
 * What a dissector says of the layer inside its own: who goes on, with which bytes, between which endpoints. With it
 * stands what is known of the packet while it is walked through.
 */
import { Outline } from './outline.js'
import { PacketInfo } from './packet-info.js'
import type { Preference } from './preference.js'
import type { Protocol, Table } from './protocol.js'
import type { Registry } from './registry.js'
import { noNames, type Resolver } from './value.js'

/** Where an endpoint is that a packet does not name. */
export const NOWHERE = -1

/** Tunnels in tunnels have to end somewhere. */
export const MAX_LAYERS = 48

/** What the endpoint addresses are. */
export const Address = { None: 0, Ether: 1, IPv4: 2, IPv6: 3 } as const
export type Address = (typeof Address)[keyof typeof Address]

/** When packets were captured, by their numbers counted from 1. */
export interface Clock {
  secondsOf(packet: number): number
  nanosecondsOf(packet: number): number
}
const noClock: Clock = { secondsOf: () => 0, nanosecondsOf: () => 0 }

/** The bytes of packets, by their numbers counted from 1. */
export interface Library {
  /** Captured bytes `start…end` of a packet, null when it has no such bytes. To be read, not written. */
  bytesOf(packet: number, start: number, end: number): Uint8Array | null
}
const noLibrary: Library = { bytesOf: () => null }

/** Takes bytes `start…end` of a packet, counted from its first. */
export type TakePiece = (packet: number, start: number, end: number) => void

/** Bytes that are read beside the frame: made from several packets, decompressed. */
export interface ByteSource {
  readonly name: string
  readonly bytes: Uint8Array
  /** Says of which packets' bytes the range `start…end` consists, in order; null for bytes that no packet holds so. */
  readonly origin: ((start: number, end: number, take: TakePiece) => void) | null
}

export class Handover extends Outline {
  /** The bytes that hold the packet as it was captured, and where in them it begins. */
  frameBytes: Uint8Array = this.bytes
  frameStart = 0
  /** Where this layer began. */
  layerStart = 0
  /** Which source `bytes` is: 0 the frame, 1… those of `sources`. */
  source = 0
  readonly sources: ByteSource[] = []

  /** What the capture file says of this packet. */
  readonly packet = new PacketInfo()

  /** The innermost endpoints, as offsets into `addressBytes`: nobody copies an address to compare it. */
  src = 0
  dst = 0
  addressKind: Address = Address.None
  addressBytes: Uint8Array = this.bytes
  srcPort = 0
  dstPort = 0
  /** A number of the layer below that the layers above may want (the IP protocol for its checksum). */
  upperProtocol = 0

  /** When the other packets were captured. */
  clock: Clock = noClock
  /** The bytes of the other packets. */
  library: Library = noLibrary
  /** How many packets the capture has, once all of it was read; 0 before. */
  captureLength = 0

  /** Which conversation this layer is in and which way it runs; set by `track`, given again to `recall`. */
  conversation = 0
  forward = true
  /** The packet before it in that conversation (1-based), 0 for none; set by `track`. */
  previous = 0

  /** Every layer met in order, by the registry's layer numbers. */
  readonly layers = new Uint16Array(MAX_LAYERS * 3)
  layerCount = 0

  /** Protocols met, without what tables are named as. */
  levels = 0
  readonly levelProtocol = new Uint16Array(MAX_LAYERS)
  /** Where each level's bytes ended by what its parents said, and by what it said to the level inside it. */
  protected readonly levelEnd = new Uint32Array(MAX_LAYERS)
  protected readonly levelExit = new Uint32Array(MAX_LAYERS)
  protected readonly levelSource = new Uint8Array(MAX_LAYERS)
  protected readonly levelStart = new Uint32Array(MAX_LAYERS)

  /** Turns addresses and ports into names, for captions and for fields that hold names. */
  names: Resolver = noNames

  /** Where the frame's captured bytes end. */
  protected captureEnd = 0
  /** Who goes on, 0 for nobody; whether even if no byte is left; whether with several messages. */
  protected follow = 0
  protected evenEmpty = false
  protected parts = false

  constructor(readonly registry: Registry) {
    super()
  }

  // ---- who goes on -------------------------------------------------------------------

  /** Names this layer twice in the stack, where tshark has a protocol hand over to itself. */
  repeatLayer(): void {
    this.pushLayer(this.levelProtocol[this.levels - 1]!)
  }

  /**
   * Hands the rest to whoever is registered for `key`, else to `data`. The engine follows after return. `named` says
   * whether the table becomes a layer of its own, if it is one.
   */
  next(t: Table, key: number, named = true): void {
    const as = this.registry.tableLayer[t.index]!
    if (as !== 0 && named) this.pushLayer(as)
    this.follow = this.registry.routes[t.index]![key] || this.registry.data
  }
  /** The same, but whom `key` names begins even if no byte is left for it, and then finds itself cut short. */
  nextEvenEmpty(t: Table, key: number, named = true): void {
    this.next(t, key, named)
    this.evenEmpty = this.follow !== this.registry.data
  }
  /** Is there somebody for `key`? */
  knows(t: Table, key: number): boolean {
    return this.registry.lookup(t, key) !== 0
  }
  /** Hands the rest to one protocol. */
  nextProtocol(p: Protocol): void {
    this.follow = this.registry.protocolIndex(p.id)
  }
  /** The lower port first: it is the likelier to be the service. */
  nextByPort(t: Table, a: number, b: number): void {
    const to = this.registry.routes[t.index]!
    this.follow = (a < b ? to[a]! || to[b]! : to[b]! || to[a]!) || this.registry.data
  }
  /** Whom the ports name, the lower one first: its index, 0 for nobody. */
  byPort(t: Table, a: number, b: number): number {
    const to = this.registry.routes[t.index]!
    return a < b ? to[a]! || to[b]! : to[b]! || to[a]!
  }
  /** Hands the rest to the protocol with this index, 0 for data; `behind` is a protocol that is named before it, 0 for none. */
  nextIndex(index: number, behind = 0): void {
    if (behind !== 0) this.pushLayer(this.registry.nameOnly[behind]!)
    this.follow = index || this.registry.data
  }
  /** What follows is several messages: `part` of this layer is going to say where each lies. */
  inParts(): void {
    this.parts = true
  }
  /** The rest is nobody's: shown as data. */
  nextData(): void {
    this.follow = this.registry.data
  }

  /** What the session says of a preference; booleans as 0 and 1. */
  prefers(p: Preference): number {
    return this.registry.preferences[p.index]!
  }

  /**
   * The endpoints of this layer, which the Source and Destination columns show: where their addresses begin in `bytes`,
   * `NOWHERE` for one that this layer does not name. Those of a quoted packet hold inside it only.
   */
  endpoints(kind: Address, src: number, dst: number): void {
    this.addressKind = kind
    this.addressBytes = this.bytes
    this.src = src
    this.dst = dst
  }

  // ---- in which bytes ----------------------------------------------------------------

  /** Goes on in bytes that are not the frame's (reassembled, decompressed), to the end of this layer's chain. */
  into(name: string, bytes: Uint8Array, origin: ByteSource['origin'] = null): void {
    const level = this.levels - 1
    if (level >= 0 && this.levelSource[level] === this.source) this.levelExit[level] = this.reported
    this.sources.push({ name, bytes, origin })
    this.source = this.sources.length
    this.bytes = bytes
    this.pos = 0
    this.end = this.reported = bytes.length
  }
  /** Goes on at `start…end` of source number `source`. */
  range(source: number, start: number, end: number): void {
    this.source = source
    this.bytes = source === 0 ? this.frameBytes : this.sources[source - 1]!.bytes
    this.pos = start
    this.end = source === 0 ? Math.min(end, this.captureEnd) : end
    this.reported = end
  }

  /** Captured bytes `start…end` of a packet, this one or an earlier one; null when it has no such bytes. */
  fetch(packet: number, start: number, end: number): Uint8Array | null {
    if (packet !== this.packet.number) return this.library.bytesOf(packet, start, end)
    const from = this.frameStart
    return start <= end && from + end <= this.captureEnd ? this.frameBytes.subarray(from + start, from + end) : null
  }
  /** Says of which packets' bytes `start…end` of the current source consists. False when no packet holds them so. */
  origin(start: number, end: number, take: TakePiece): boolean {
    if (this.source === 0) {
      take(this.packet.number, start - this.frameStart, end - this.frameStart)
      return true
    }
    const { origin } = this.sources[this.source - 1]!
    if (origin === null) return false
    origin(start, end, take)
    return true
  }

  protected pushLayer(index: number): void {
    if (this.layerCount < this.layers.length) this.layers[this.layerCount++] = index
  }
}
