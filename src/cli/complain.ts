/** What the program says on standard error. */
import { writeSync } from 'node:fs'

export const STDERR = 2

/** Says a line as it is. */
export function say(line: string, end = '\n'): void {
  try {
    writeSync(STDERR, `${line}${end}`)
  } catch {
    // The terminal is gone: nobody is left to be told.
  }
}

/** Says what went wrong. */
export function complain(message: string): void {
  say(`framewise: ${message}`)
}
