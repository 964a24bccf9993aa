/**
 * Gives the beginning of a spool back to the disk while its engine goes on writing to its end, so that a capture that
 * is saved elsewhere can run for days. The file's offsets stay what they are: what was given back reads as zeros.
 */
import { execFile } from 'node:child_process'
import { findProgram } from './run-program.js'

/** What describes the interfaces stays. */
const HEAD = 1 << 20
/** Packets so far back may still be put together with new ones, in bytes. */
const BEHIND = 256 * 2 ** 20
/** So much is given back at a time, in whole blocks of any disk. */
const PIECE = 64 * 2 ** 20

export interface TrimOptions {
  /** Bytes before the position that are not given back yet. */
  readonly behind?: number
  readonly piece?: number
  /** Told before the file is cut; with the position behind which everything is kept. */
  readonly onTrim?: (kept: number) => void
}

export class SpoolTrimmer {
  readonly #spool: string
  readonly #behind: number
  readonly #piece: number
  readonly #onTrim: (kept: number) => void
  /** Node.js cannot punch holes; util-linux can. */
  #program = findProgram('fallocate')
  #from = HEAD
  #busy = false

  constructor(spool: string, { behind = BEHIND, piece = PIECE, onTrim = () => {} }: TrimOptions = {}) {
    this.#spool = spool
    this.#behind = behind
    this.#piece = piece
    this.#onTrim = onTrim
  }

  /** Nothing before `position` is needed any more. */
  trim(position: number): void {
    const over = position - this.#behind - this.#from
    if (this.#program === '' || this.#busy || over < this.#piece) return
    const length = Math.floor(over / this.#piece) * this.#piece
    const args = ['--punch-hole', '--offset', String(this.#from), '--length', String(length), this.#spool]
    this.#busy = true
    this.#onTrim(position)
    execFile(this.#program, args, (error) => {
      this.#busy = false
      // A disk that cannot do it will not learn.
      if (error !== null) this.#program = ''
      this.#from += length
    })
  }
}
