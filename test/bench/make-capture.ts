/**
 * Makes the big capture that the benchmarks read: the sample's packets over and over, each copy with addresses of its
 * own, many copies running side by side, as on a busy link. Payloads and their sizes stay those of the sample.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { openCapture } from '../../src/capture/open.js'
import { Next, newRecord } from '../../src/capture/source.js'
import { PcapWriter } from '../../src/capture/write.js'

/** Copies that run side by side. */
const ABREAST = 64

interface Packet {
  readonly bytes: Uint8Array
  readonly original: number
  /** Nanoseconds since the first packet. */
  readonly at: number
  /** Offsets of IPv4 and IPv6 address pairs, the source first. */
  readonly ipv4: number
  readonly ipv6: number
}

/** Writes `count` packets made from the capture `from` to `to`. */
export async function makeCapture(from: string, to: string, count: number): Promise<void> {
  const packets = await load(from)
  const fd = openSync(to, 'w')
  let chunks: Uint8Array[] = []
  const flush = (): void => {
    writeSync(fd, Buffer.concat(chunks))
    chunks = []
  }
  const writer = new PcapWriter((chunk) => void chunks.push(chunk), { linkType: 1 })
  const length = packets.at(-1)!.at + 1e6
  let written = 0
  for (let group = 0; written < count; group++) {
    for (let i = 0; i < packets.length && written < count; i++) {
      for (let lane = 0; lane < ABREAST && written < count; lane++, written++) {
        const p = packets[i]!
        move(p, group * ABREAST + lane)
        const at = group * length + p.at + lane * 100
        const seconds = 1_700_000_000 + Math.floor(at / 1e9)
        writer.write({ seconds, nanoseconds: at % 1e9, original: p.original, bytes: p.bytes })
        if (chunks.length === 4096) flush()
      }
    }
  }
  flush()
  closeSync(fd)
}

async function load(from: string): Promise<Packet[]> {
  const capture = await openCapture(from)
  const r = newRecord()
  const packets: Packet[] = []
  let first = -1
  while (capture.reader.next(r) === Next.Packet) {
    const bytes = r.bytes.slice(r.start, r.start + r.captured)
    const at = r.seconds * 1e9 + r.nanoseconds
    if (first < 0) first = at
    const type = (bytes[12]! << 8) | bytes[13]!
    packets.push({
      bytes,
      original: r.original,
      at: Math.max(Math.round(at - first), 0),
      ipv4: type === 0x0800 ? 26 : 0,
      ipv6: type === 0x86dd ? 22 : 0,
    })
  }
  capture.close()
  return packets
}

/** Puts the copy's number into the middle bytes of both addresses. */
function move(p: Packet, copy: number): void {
  const b = p.bytes
  const high = (copy >>> 8) & 0xff
  const low = copy & 0xff
  if (p.ipv4 > 0 && b.length >= p.ipv4 + 8) {
    b[p.ipv4 + 1] = b[p.ipv4 + 5] = high
    b[p.ipv4 + 2] = b[p.ipv4 + 6] = low
  } else if (p.ipv6 > 0 && b.length >= p.ipv6 + 32) {
    b[p.ipv6 + 4] = b[p.ipv6 + 20] = high
    b[p.ipv6 + 5] = b[p.ipv6 + 21] = low
  }
}
