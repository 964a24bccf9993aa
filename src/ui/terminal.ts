/**
 * The terminal: its modes, its size, and getting a canvas onto it.
 *
 * Of the library it uses the screen (alternate buffer, cell by cell differences, reset at exit) and one element that
 * copies our canvas into its cells. Input is read by `input.ts`: the library gives Enter twice, takes pieces of cut
 * sequences for letters and knows no pasting.
 */

import type { ReadStream } from 'node:tty'
import { PassThrough } from 'node:stream'
import type { Canvas } from './canvas.js'
import type { InputEvent } from './input.js'
import type { LibraryScreen } from './screen-library.js'
import { InputDecoder } from './input.js'
import { openScreen } from './screen-library.js'

export interface TerminalOptions {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  readonly onInput: (event: InputEvent) => void
  /** Makes the picture for a size. Called when the terminal wants one, too: after a resize. */
  readonly draw: (width: number, height: number) => Canvas
  /** The terminal is gone. */
  readonly onLost: () => void
}

/** Mouse clicks, wheel and drags as SGR reports; pasted text between marks. */
const modesOn = '\x1b[?1000h\x1b[?1002h\x1b[?1006h\x1b[?2004h'
const modesOff = '\x1b[?2004l\x1b[?1006l\x1b[?1002l\x1b[?1000l'

export class Terminal {
  private readonly options: TerminalOptions
  private readonly decoder: InputDecoder
  private readonly screen: LibraryScreen
  private readonly onData = (chunk: Buffer | string): void => this.decoder.write(chunk)
  private readonly onLost = (): void => this.options.onLost()
  private active = false
  private closed = false

  constructor(options: TerminalOptions) {
    this.options = options
    this.decoder = new InputDecoder(options.onInput)
    options.output.on('error', this.onLost)
    const size = options.output as { columns?: number; rows?: number }
    // A terminal that does not tell its size (a serial line) has the classic one.
    size.columns ||= 80
    size.rows ||= 24
    const { screen, sheet } = openScreen(new PassThrough(), options.output)
    this.screen = screen
    sheet.render = () => {
      this.paint()
      return undefined as never
    }
    this.start()
  }

  /** Draws the present picture. */
  render(): void {
    if (this.active) this.screen.render()
  }

  /** Draws everything anew, whatever stands on the terminal. */
  redraw(): void {
    if (!this.active) return
    this.screen.alloc()
    this.render()
  }

  /** Gives the terminal back to the shell, until `resume`. */
  pause(): void {
    if (!this.active) return
    this.active = false
    this.release()
    this.screen.leave()
    this.screen.program.flush()
  }

  resume(): void {
    if (this.active || this.closed) return
    this.screen.enter()
    this.start()
    this.render()
  }

  /** Restores the terminal for good. */
  close(): void {
    if (this.closed) return
    this.pause()
    this.closed = true
    this.screen.destroy()
    this.options.output.off('error', this.onLost)
    // Writes to a terminal that is gone fail later; nobody is left to be told.
    this.options.output.on('error', () => undefined)
  }

  private start(): void {
    const { input, output } = this.options
    this.active = true
    setRaw(input, true)
    input.on('data', this.onData)
    input.on('end', this.onLost)
    input.on('error', this.onLost)
    input.resume()
    output.write(modesOn)
  }

  private release(): void {
    const { input, output } = this.options
    this.decoder.stop()
    input.off('data', this.onData)
    input.off('end', this.onLost)
    input.off('error', this.onLost)
    input.pause()
    setRaw(input, false)
    output.write(modesOff)
  }

  /** Copies the canvas into the cells of the screen, which then finds out what has changed. */
  private paint(): void {
    const lines = this.screen.lines
    const height = lines.length
    const width = lines[0]?.length ?? 0
    const canvas = this.options.draw(width, height)
    for (let y = 0; y < height; y++) {
      const line = lines[y]
      if (!line) continue
      line.dirty = true
      for (let x = 0; x < width; x++) {
        const cell = line[x]
        const at = y * canvas.width + x
        if (!cell) continue
        cell[0] = canvas.styles[at] ?? cell[0]
        cell[1] = canvas.chars[at] ?? ' '
      }
    }
  }
}

function setRaw(input: NodeJS.ReadableStream, raw: boolean): void {
  const tty = input as Partial<ReadStream>
  try {
    tty.setRawMode?.(raw)
  } catch {
    // The terminal is gone: there is no mode to set.
  }
}
