/**
 * Keyboard, mouse and pasted text out of the bytes that a terminal sends.
 *
 * Sequences may arrive in pieces (a slow line) or many at once (a held key). Each key comes out exactly once; sequences
 * that mean nothing to us, answers of the terminal included, are swallowed whole instead of being taken for letters.
 */

import { StringDecoder } from 'node:string_decoder'

export type InputEvent =
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'mouse'; readonly kind: MouseKind; readonly x: number; readonly y: number }

export type MouseKind = 'down' | 'drag' | 'up' | 'wheelUp' | 'wheelDown'

/** An Escape that nothing follows for so long (ms) was the key of that name. */
const escapeDelay = 50
/** More text than this between the marks of a paste is dropped: prompts are short. */
const maxPaste = 65536
/** No sequence of a keyboard is longer; what is goes away. */
const maxSequence = 256

const csi = /^\x1b\[([\x30-\x3f]*)[\x20-\x2f]*([\x40-\x7e])/
const csiStart = /^\x1b\[[\x30-\x3f]*[\x20-\x2f]*$/
const stringSequence = /^\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)/
const stringStart = /^\x1b[\]P_^X][^\x07\x1b]*\x1b?$/

const finals: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'S-tab',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  M: 'enter',
}
const tildes: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
}
const pasteStart = '\x1b[200~'
const pasteEnd = '\x1b[201~'

export class InputDecoder {
  private readonly decoder = new StringDecoder('utf8')
  private readonly emit: (event: InputEvent) => void
  private pending = ''
  private pasted: string | undefined
  private timer: NodeJS.Timeout | undefined

  constructor(emit: (event: InputEvent) => void) {
    this.emit = emit
  }

  write(chunk: Buffer | string): void {
    clearTimeout(this.timer)
    this.pending += typeof chunk === 'string' ? chunk : this.decoder.write(chunk)
    this.drain(false)
    if (this.pending !== '') this.timer = setTimeout(() => this.drain(true), escapeDelay)
  }

  /** Forgets what is pending, and never calls back again by itself. */
  stop(): void {
    clearTimeout(this.timer)
    this.pending = ''
    this.pasted = undefined
  }

  /** Takes whole sequences off the pending text; `final`: nothing more comes, so what is left is what it looks like. */
  private drain(final: boolean): void {
    let at = 0
    const text = this.pending
    while (at < text.length) {
      const length = this.pasted !== undefined ? this.paste(text, at) : this.take(text, at, final)
      if (length === 0) break
      at += length
    }
    this.pending = text.slice(at)
  }

  /** Handles what stands at `at` and tells how long it was; 0: not yet complete. */
  private take(text: string, at: number, final: boolean): number {
    const code = text.codePointAt(at) ?? 0
    if (code !== 0x1b) return this.character(text, at, code)
    const rest = text.slice(at, at + maxSequence)
    const match = csi.exec(rest)
    if (match) {
      this.sequence(match[0], match[1] ?? '', match[2] ?? '')
      return match[0].length
    }
    const string = stringSequence.exec(rest)
    if (string) return string[0].length
    if (rest.length >= maxSequence && (csiStart.test(rest) || stringStart.test(rest))) return rest.length
    if (!final && (rest === '\x1b' || rest === '\x1bO' || csiStart.test(rest) || stringStart.test(rest))) return 0
    if (rest.startsWith('\x1bO') && rest.length > 2) {
      const name = finals[rest[2] ?? '']
      if (name) this.key(name)
      return 3
    }
    const next = rest.codePointAt(1)
    if (next === undefined || next === 0x1b) {
      this.key('escape')
      return 1
    }
    if (final && rest.length > 2 && (rest[1] === '[' || rest[1] === ']')) return rest.length
    const name = keyName(next)
    if (name) this.key(`M-${name}`)
    return 1 + String.fromCodePoint(next).length
  }

  private character(text: string, at: number, code: number): number {
    const name = keyName(code)
    if (name) this.key(name)
    // A terminal in line mode may send both; it is one key.
    if (code === 0x0d && text[at + 1] === '\n') return 2
    return code > 0xffff ? 2 : 1
  }

  private sequence(whole: string, parameters: string, final: string): void {
    if (whole === pasteStart) {
      this.pasted = ''
      return
    }
    if (parameters.startsWith('<')) {
      this.mouse(parameters.slice(1), final)
      return
    }
    const [first = '', modifier = '1'] = parameters.split(';')
    const name = final === '~' ? tildes[first] : /^\d*(;\d+)?$/.test(parameters) ? finals[final] : undefined
    if (!name) return
    const bits = Number.parseInt(modifier, 10) - 1
    const prefix = `${bits & 4 ? 'C-' : ''}${bits & 2 ? 'M-' : ''}${bits & 1 ? 'S-' : ''}`
    this.key(prefix + name)
  }

  /** SGR mouse report: button with flags, column and line from 1. */
  private mouse(parameters: string, final: string): void {
    const [button = 0, column = 0, line = 0] = parameters.split(';').map(Number)
    if (!(column >= 1 && line >= 1)) return
    const kind = mouseKind(button, final)
    if (kind) this.emit({ type: 'mouse', kind, x: column - 1, y: line - 1 })
  }

  private paste(text: string, at: number): number {
    const end = text.indexOf(pasteEnd, at)
    if (end < 0) {
      // The end mark itself may be cut in two: leave what could be its beginning.
      let keep = Math.min(pasteEnd.length - 1, text.length - at)
      while (keep > 0 && !pasteEnd.startsWith(text.slice(text.length - keep))) keep--
      const upTo = text.length - keep
      this.collect(text.slice(at, upTo))
      return upTo - at
    }
    this.collect(text.slice(at, end))
    const pasted = this.pasted ?? ''
    this.pasted = undefined
    this.emit({ type: 'paste', text: pasted })
    return end + pasteEnd.length - at
  }

  private collect(text: string): void {
    this.pasted = ((this.pasted ?? '') + text).slice(0, maxPaste)
  }

  private key(key: string): void {
    this.emit({ type: 'key', key })
  }
}

function keyName(code: number): string {
  if (code === 0x0d || code === 0x0a) return 'enter'
  if (code === 0x09) return 'tab'
  if (code === 0x20) return 'space'
  if (code === 0x7f || code === 0x08) return 'backspace'
  if (code === 0x1f) return 'C-/'
  if (code > 0 && code < 0x1b) return `C-${String.fromCharCode(code + 0x60)}`
  return code < 0x20 || (code >= 0x80 && code < 0xa0) ? '' : String.fromCodePoint(code)
}

function mouseKind(button: number, final: string): MouseKind | undefined {
  if (button & 64) return (button & 3) === 0 ? 'wheelUp' : (button & 3) === 1 ? 'wheelDown' : undefined
  if ((button & 3) !== 0) return undefined
  if (final === 'm') return 'up'
  return button & 32 ? 'drag' : 'down'
}
