/** Writes a whole text to standard output. */
import { ClosedPipe, OutputBuffer } from '../output/output-buffer.js'

const STDOUT = 1

/** Writes `text`; who no longer reads it misses nothing. */
export function printText(text: string): void {
  const out = new OutputBuffer(STDOUT)
  try {
    out.text(text)
    out.flush()
  } catch (error) {
    if (!(error instanceof ClosedPipe)) throw error
  }
}
