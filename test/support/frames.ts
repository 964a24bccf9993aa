/** The frames of a capture file as hexadecimal text, to compare captures with each other. */

import { openCapture } from '../../src/capture/open.js'
import { Next, newRecord } from '../../src/capture/source.js'

/** All frames in a fixed order: two captures of one traffic may have taken them from different processors. */
export async function framesIn(path: string): Promise<string[]> {
  const capture = await openCapture(path)
  const frames: string[] = []
  const r = newRecord()
  while (capture.reader.next(r) === Next.Packet) {
    frames.push(`${r.original} ${Buffer.from(r.bytes.subarray(r.start, r.start + r.captured)).toString('hex')}`)
  }
  const problem = capture.problem()
  capture.close()
  if (problem !== null) throw problem
  return frames.sort()
}
