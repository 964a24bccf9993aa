/**
 * `npm run bench -- half-open [CONNECTIONS]`: what a connection that is never completed costs in memory. Each SYN of the
 * capture comes from another client; all of them wait at once.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Next } from '../../src/capture/source.js'
import { Registry } from '../../src/dissect/registry.js'
import { Engine } from '../../src/session/engine.js'

/** Ethernet, IPv4 and TCP headers without options. */
const FRAME = 54
const RECORD = 16 + FRAME
const BLOCK = 10_000

/** Prints the bytes that each of so many half-open connections takes. Returns the exit code. */
export async function benchHalfOpen(connections: number): Promise<number> {
  if (!Number.isSafeInteger(connections) || connections < 1) {
    process.stderr.write('usage: npm run bench -- half-open [CONNECTIONS]\n')
    return 1
  }
  const folder = mkdtempSync(join(tmpdir(), 'framewise-bench-'))
  try {
    const file = join(folder, 'half-open.pcap')
    makeSyns(file, connections)
    const capture = await openCapture(file)
    const before = held()
    const engine = new Engine(capture, new Registry(protocols))
    for (let next = engine.step(); next !== Next.End; next = engine.step()) {
      if (next === Next.More) await capture.changed()
    }
    const each = Math.round((held() - before) / engine.index.length)
    capture.close()
    process.stdout.write(`${engine.index.length.toLocaleString('en')} half-open connections: ${each} bytes each, `)
    process.stdout.write(`with their packet; ${Math.round(process.memoryUsage().rss / 1e6)} MB in all\n`)
    return 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function held(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function makeSyns(file: string, count: number): void {
  const out = openSync(file, 'w')
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(262_144, 16)
  header.writeUInt32LE(1, 20)
  writeSync(out, header)
  for (let from = 0; from < count; from += BLOCK) {
    const size = Math.min(BLOCK, count - from)
    const block = Buffer.alloc(size * RECORD)
    for (let i = 0; i < size; i++) writeSyn(block.subarray(i * RECORD), from + i)
    writeSync(out, block)
  }
  closeSync(out)
}

/** A hundred thousand a second, sixteen ports of each client. */
function writeSyn(b: Buffer, i: number): void {
  b.writeUInt32LE(1_767_225_600 + Math.floor(i / 100_000), 0)
  b.writeUInt32LE((i % 100_000) * 10, 4)
  b.writeUInt32LE(FRAME, 8)
  b.writeUInt32LE(FRAME, 12)
  const e = b.subarray(16)
  e.set([0x00, 0x00, 0x5e, 0x00, 0x53, 0x02, 0x00, 0x00, 0x5e, 0x00, 0x53, 0x01, 0x08, 0x00, 0x45])
  e.writeUInt16BE(FRAME - 14, 16)
  e[22] = 64
  e[23] = 6
  e.writeUInt32BE(0x0a000000 + (i >>> 4), 26)
  e.writeUInt32BE(0xc0000202, 30)
  e.writeUInt16BE(1024 + (i & 15), 34)
  e.writeUInt16BE(80, 36)
  e.writeUInt32BE(Math.imul(i, 2_654_435_761) >>> 0, 38)
  e[46] = 0x50
  e[47] = 0x02
  e.writeUInt16BE(64_240, 48)
}
