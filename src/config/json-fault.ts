/** Where a JSON text (RFC 8259) goes wrong, and what should stand there: the parser of the platform says that only at times. */

export interface JsonFault {
  /** Both counted from 1. */
  readonly line: number
  readonly column: number
  /** What is wrong, in a few words. */
  readonly message: string
}

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const PLAIN = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const BLANKS = /[ \t\n\r]*/y

class Fault extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message)
  }
}

/** The first fault of a text that the platform's parser refuses. */
export function jsonFault(text: string): JsonFault {
  const scanner = new Scanner(text)
  let fault = new Fault('it is nested too deep', 0)
  try {
    scanner.whole()
  } catch (error) {
    if (error instanceof Fault) fault = error
  }
  const before = text.slice(0, fault.at).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1, message: fault.message }
}

class Scanner {
  private at = 0

  constructor(private readonly text: string) {}

  whole(): void {
    this.value('a value')
    this.blanks()
    if (this.at < this.text.length) this.expected('the end')
  }

  private value(what: string): void {
    this.blanks()
    const c = this.text[this.at]
    if (c === '{') this.list('}', () => this.member())
    else if (c === '[') this.list(']', () => this.value('a value or ]'))
    else if (c === '"') this.string()
    else if (!this.take(PLAIN)) this.expected(what)
  }

  private member(): void {
    this.blanks()
    if (this.text[this.at] !== '"') this.expected('a name in double quotes')
    this.string()
    this.blanks()
    if (this.text[this.at] !== ':') this.expected(':')
    this.at++
    this.value('a value')
  }

  private list(close: string, item: () => void): void {
    this.at++
    this.blanks()
    if (this.text[this.at] === close) {
      this.at++
      return
    }
    for (;;) {
      item()
      this.blanks()
      const c = this.text[this.at]
      if (c !== ',' && c !== close) this.expected(`, or ${close}`)
      this.at++
      if (c === close) return
      const comma = this.at - 1
      this.blanks()
      if (this.text[this.at] === close) throw new Fault(`the comma before ${close} is one too many`, comma)
    }
  }

  private string(): void {
    const start = this.at
    if (!this.take(STRING))
      throw new Fault('this text has no end in its line, or an escape that JSON does not know', start)
  }

  private blanks(): void {
    this.take(BLANKS)
  }

  private take(shape: RegExp): boolean {
    shape.lastIndex = this.at
    const found = shape.exec(this.text)
    if (found !== null) this.at += found[0].length
    return found !== null
  }

  private expected(what: string): never {
    const comment = /^(?:\/\/|\/\*|#)/.test(this.text.slice(this.at, this.at + 2))
    throw new Fault(comment ? 'JSON has no comments' : `${what} is expected here`, this.at)
  }
}
