/**
 * Gives the beginning of a spool back to the disk while its engine goes on writing to its end, so that a capture that
 * is saved elsewhere can run for days. The file's offsets stay what they are: what was given back reads as zeros.
 */
import { execFile } from 'node:child_process'
import type { LiveCapture } from './live-capture.js'
import { findProgram } from './run-program.js'

/** What describes the interfaces stays. */
const HEAD = 1 << 20
/** Packets so far back may still be put together with new ones, in bytes. */
const BEHIND = 256 * 2 ** 20
/** So much is given back at a time, in whole blocks of any disk. */
const PIECE = 64 * 2 ** 20

export class SpoolTrimmer {
  readonly #live: LiveCapture
  readonly #behind: number
  /** Node.js cannot punch holes; util-linux can. */
  #program = findProgram('fallocate')
  #from = HEAD
  #busy = false

  constructor(live: LiveCapture, behind = BEHIND) {
    this.#live = live
    this.#behind = behind
  }

  /** Everything before `position` has been read and saved. */
  trim(position: number): void {
    if (this.#program === '' || this.#busy || position - this.#behind - this.#from < PIECE) return
    const length = Math.floor((position - this.#behind - this.#from) / PIECE) * PIECE
    const args = ['--punch-hole', '--offset', String(this.#from), '--length', String(length), this.#live.spool]
    this.#busy = true
    this.#live.trimmed()
    execFile(this.#program, args, (error) => {
      this.#busy = false
      // A disk that cannot do it will not learn.
      if (error !== null) this.#program = ''
      this.#from += length
    })
  }
}
