/** Reading whole captures in tests: from bytes through a temporary file, and from a path. */
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileWindow } from '../../src/capture/file-window.js'
import { openCapture } from '../../src/capture/open.js'
import type { OpenCapture } from '../../src/capture/open.js'
import { readerFor } from '../../src/capture/reader.js'
import type { CaptureReader, PacketRecord } from '../../src/capture/source.js'
import { newRecord, Next } from '../../src/capture/source.js'

/** One packet, kept. */
export interface ReadPacket {
  seconds: number
  nanoseconds: number
  timed: boolean
  captured: number
  original: number
  interface: number
  offset: number
  data: string
}

/** A folder for one test file; remove it when done. */
export function temporaryFolder(): { path: (name: string) => string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'framewise-test-'))
  return {
    path: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export function keep(record: PacketRecord): ReadPacket {
  const { seconds, nanoseconds, timed, captured, original, interface: from, offset, bytes, start } = record
  const data = Buffer.from(bytes.subarray(start, start + captured)).toString('hex')
  return { seconds, nanoseconds, timed, captured, original, interface: from, offset, data }
}

/** All packets of a file that is complete, and the reader after it. Throws what opening throws. */
export function readBytes(bytes: Uint8Array, windowSize?: number): { packets: ReadPacket[]; reader: CaptureReader } {
  const folder = temporaryFolder()
  const path = folder.path('made')
  writeFileSync(path, bytes)
  const fd = openSync(path, 'r')
  try {
    const reader = readerFor(new FileWindow(fd, () => false, windowSize), 'made')
    if (reader === null) throw new Error('a complete file cannot be undecided')
    return { packets: drain(reader), reader }
  } finally {
    closeSync(fd)
    folder.remove()
  }
}

/** Every packet until the end. */
export function drain(reader: CaptureReader): ReadPacket[] {
  const record = newRecord()
  const packets: ReadPacket[] = []
  while (reader.next(record) === Next.Packet) packets.push(keep(record))
  return packets
}

/** Every packet of a capture, waiting for those that have yet to come. */
export async function readAll(capture: OpenCapture): Promise<ReadPacket[]> {
  const record = newRecord()
  const packets: ReadPacket[] = []
  for (;;) {
    const outcome = capture.reader.next(record)
    if (outcome === Next.Packet) packets.push(keep(record))
    else if (outcome === Next.More) await capture.changed()
    else return packets
  }
}

/** Opens, reads and closes the capture at `path`; `problem` is the sentence about its damage, or empty. */
export async function readFile(path: string): Promise<{ packets: ReadPacket[]; problem: string }> {
  const capture = await openCapture(path)
  try {
    const packets = await readAll(capture)
    return { packets, problem: capture.problem()?.message ?? '' }
  } finally {
    capture.close()
  }
}
