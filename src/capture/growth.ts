/** How a file that is still being written tells its reader about it. */

export interface Growth {
  /** True when these are the bytes of a compressed file: its offsets are not those of the file the user knows. */
  readonly unpacked: boolean
  /** True while bytes may still be appended. */
  growing(): boolean
  /** Bytes there are now. */
  size(): number
  /** Resolves when bytes came since the last time it resolved, or when no more will come. */
  changed(): Promise<void>
}

/** A file that is complete. */
export class Complete implements Growth {
  readonly unpacked = false
  readonly #size: number

  constructor(size: number) {
    this.#size = size
  }

  growing(): boolean {
    return false
  }

  size(): number {
    return this.#size
  }

  changed(): Promise<void> {
    return Promise.resolve()
  }
}

/** Wakes those who wait for something that happens again and again. What happens while nobody waits is not lost. */
export class Signal {
  #happened = false
  #over = false
  #waiting: (() => void)[] = []

  /** It happened once more. */
  raise(): void {
    this.#happened = true
    this.#wake()
  }

  /** It will not happen again: nobody waits from now on. */
  finish(): void {
    this.#over = true
    this.#wake()
  }

  wait(): Promise<void> {
    if (this.#over || this.#happened) {
      this.#happened = false
      return Promise.resolve()
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    this.#happened = false
    for (const resolve of waiting) resolve()
  }
}
