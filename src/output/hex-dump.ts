/** `-x`: the bytes of a packet, sixteen a line, as hexadecimal numbers and as ASCII. */
import type { Dissection } from '../dissect/dissection.js'
import type { OutputBuffer } from './output-buffer.js'

const PER_LINE = 16

/** Dumps the frame and, when there are any, each source that was put together from several, each under its name. */
export function writeHexDump(out: OutputBuffer, d: Dissection): void {
  const p = d.packet
  const frame = d.frameBytes.subarray(d.frameStart, d.frameStart + p.captured)
  const named = d.sources.length > 0
  if (named) writeName(out, `Frame (${frame.length} byte${frame.length === 1 ? '' : 's'}):`)
  writeBytes(out, frame, 0, frame.length)
  for (const { name, bytes } of d.sources) {
    writeName(out, `${name} (${bytes.length} byte${bytes.length === 1 ? '' : 's'}):`)
    writeBytes(out, bytes, 0, bytes.length)
  }
}

function writeName(out: OutputBuffer, name: string): void {
  out.line(name)
  out.byte(LINE_FEED)
}

/** Dumps `bytes[start…end)`; offsets count from `start`. */
export function writeBytes(out: OutputBuffer, bytes: Uint8Array, start: number, end: number): void {
  const size = end - start
  const digits = Math.max(4, (size - 1).toString(16).length)
  for (let at = 0; at < size; at += PER_LINE) {
    const count = Math.min(PER_LINE, size - at)
    out.hex(at, digits)
    out.byte(SPACE)
    for (let k = 0; k < count; k++) {
      out.byte(SPACE)
      out.hex(bytes[start + at + k]!, 2)
    }
    out.spaces((PER_LINE - count) * 3 + 3)
    for (let k = 0; k < count; k++) {
      const b = bytes[start + at + k]!
      out.byte(b >= 0x20 && b < 0x7f ? b : DOT)
    }
    out.byte(LINE_FEED)
  }
}

const LINE_FEED = 0x0a
const SPACE = 0x20
const DOT = 0x2e
