/** A capture of payloads only, as far as trackers look at a dissection: each packet is bytes at a place in the stream. */
import { Address, type Dissection, type TakePiece } from '../../src/dissect/index.js'

const ADDRESSES = Uint8Array.of(192, 0, 2, 1, 192, 0, 2, 2)

export class CaptureInMemory {
  private readonly packets: Uint8Array[] = []
  private readonly fake = {
    bytes: new Uint8Array(0) as Uint8Array,
    frameBytes: new Uint8Array(0) as Uint8Array,
    frameStart: 0,
    pos: 0,
    end: 0,
    source: 0,
    packet: { number: 0, seconds: 0 },
    addressKind: Address.IPv4 as Address,
    addressBytes: ADDRESSES,
    src: 0,
    dst: 4,
    fetch: (packet: number, start: number, end: number): Uint8Array | null => {
      const bytes = this.packets[packet - 1]
      return bytes !== undefined && start >= 0 && end <= bytes.length ? bytes.subarray(start, end) : null
    },
    origin: (start: number, end: number, take: TakePiece): boolean => {
      take(this.fake.packet.number, start, end)
      return true
    },
  }

  /** The next packet arrives, `seconds` after the first. */
  next(payload: Uint8Array, seconds = 0): Dissection {
    this.packets.push(payload)
    const d = this.fake
    d.bytes = d.frameBytes = payload
    d.pos = 0
    d.end = payload.length
    d.packet.number = this.packets.length
    d.packet.seconds = seconds
    return this.now
  }
  get now(): Dissection {
    return this.fake as unknown as Dissection
  }
  get length(): number {
    return this.packets.length
  }
}
