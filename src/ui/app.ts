/**
 * Runs the screens, one after another on one terminal: input goes to the screen that is shown, its pictures go to the
 * terminal, and whatever ends the program gives the terminal back first.
 */

import type { Session, TimeFormat } from '../session/session.js'
import type { Screen, ScreenHost } from './screen.js'
import type { ColorMode } from './theme.js'
import { Browser } from './browser.js'
import { sanitize } from './sanitize.js'
import { Terminal } from './terminal.js'
import { createTheme, detectColors } from './theme.js'

export interface AppOptions {
  /** Where keys come from; another stream than stdin when the capture itself is read from there. */
  readonly input?: NodeJS.ReadableStream
  readonly output?: NodeJS.WritableStream
  readonly color: ColorMode | 'auto'
  /** Name and version for the title, e.g. `framewise 0.1`. */
  readonly program?: string
  /** What is wrong with the settings, for the first screen to say. */
  readonly problems?: readonly string[]
}

/** Shortest time between two pictures, in ms. */
const frameTime = 33
/** The first picture waits so long (ms) for what it is to show. */
const emptyTime = 50
/** If the program does not end by itself so long (ms) after a signal or a crash, it is ended. */
const patience = 2000
/** When a stop was ignored (no shell to go to), the screen comes back after so long, in ms. */
const stopTime = 300

const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** Shows `session` as `runScreens` does; the session stays open. */
export async function runApp(session: Session, options: AppOptions & { readonly time?: TimeFormat }): Promise<number> {
  if (options.time) await session.setTimeFormat(options.time)
  return await runScreens((host) => new Browser({ ...host, session, time: options.time ?? 'r' }), options)
}

/**
 * Shows the screen that `first` makes, and those that it shows in its place, until one of them quits or the program is
 * told to end. Resolves with the exit code: 0, 1 after an unexpected error, 128 + number of the signal otherwise. The
 * terminal is restored by then.
 */
export async function runScreens(first: (host: ScreenHost) => Screen, options: AppOptions): Promise<number> {
  const theme = createTheme(options.color === 'auto' ? detectColors(process.env) : options.color)
  return new Promise((resolve) => {
    let frame: NodeJS.Timeout | undefined
    let lastFrame = 0
    /** There are a screen and a terminal; the first picture was drawn. */
    let ready = false
    let begun = false
    let done = false
    let back: NodeJS.Timeout | undefined

    const changed = (): void => {
      if (done || frame) return
      if (!begun) {
        if (ready && screen.isWaiting !== true) setImmediate(begin)
        return
      }
      const wait = Math.max(0, lastFrame + frameTime - performance.now())
      frame = setTimeout(() => {
        frame = undefined
        lastFrame = performance.now()
        terminal.render()
      }, wait)
    }

    const begin = (): void => {
      if (done || begun) return
      begun = true
      terminal.render()
    }

    const suspend = (): void => {
      terminal.pause()
      process.off('SIGTSTP', suspend)
      // The whole group stops, so that a shell that started us through another program gets its prompt back.
      process.kill(0, 'SIGTSTP')
      back = setTimeout(resume, stopTime)
    }

    const resume = (): void => {
      if (done) return
      clearTimeout(back)
      process.off('SIGTSTP', suspend)
      process.on('SIGTSTP', suspend)
      // After a stop that we did not see coming, the shell has changed the modes behind our back.
      terminal.pause()
      terminal.resume()
    }

    const finish = (code: number, problem = ''): void => {
      if (done) return
      done = true
      clearTimeout(frame)
      clearTimeout(back)
      screen.stop()
      terminal.close()
      for (const [signal, listener] of listeners) process.off(signal, listener)
      process.off('uncaughtException', crash)
      process.off('unhandledRejection', crash)
      if (problem) process.stderr.write(problem)
      if (code !== 0) setTimeout(() => process.exit(code), patience).unref()
      resolve(code)
    }

    const crash = (error: unknown): void => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      const lines = text.split('\n').slice(0, 20).map(sanitize)
      finish(1, `framewise: unexpected error, the screen was closed.\n${lines.join('\n')}\n`)
    }

    const listeners: [NodeJS.Signals, () => void][] = [
      ...Object.entries(signals).map(([signal, code]): [NodeJS.Signals, () => void] => [
        signal as NodeJS.Signals,
        () => finish(code),
      ]),
      ['SIGTSTP', suspend],
      ['SIGCONT', resume],
    ]

    let screen = first({
      theme,
      program: options.program ?? 'framewise',
      problems: options.problems ?? [],
      changed,
      quit: () => finish(0),
      suspend,
      redraw: () => terminal.redraw(),
      show: (next) => {
        if (done) return next.stop()
        screen.stop()
        screen = next
        changed()
      },
    })
    const terminal = new Terminal({
      input: options.input ?? process.stdin,
      output: options.output ?? process.stdout,
      onInput: (event) => screen.handle(event),
      draw: (width, height) => screen.draw(width, height),
      onLost: () => finish(signals.SIGHUP),
    })
    for (const [signal, listener] of listeners) process.on(signal, listener)
    process.on('uncaughtException', crash)
    process.on('unhandledRejection', crash)
    ready = true
    setTimeout(begin, emptyTime)
    changed()
  })
}
