/**
 * What is said to the user for a while: one message at a time, until a key is pressed or ten seconds have passed.
 */

import type { Severity } from '../session/session.js'

export interface Message {
  readonly text: string
  readonly severity: Severity
}

const lasting = 10_000

export class Notice {
  message: Message | undefined
  private readonly changed: () => void
  private timer: NodeJS.Timeout | undefined

  constructor(changed: () => void) {
    this.changed = changed
  }

  say(text: string, severity: Severity = 0): void {
    this.message = { text, severity }
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.clear(), lasting)
    this.changed()
  }

  clear(): void {
    clearTimeout(this.timer)
    if (!this.message) return
    this.message = undefined
    this.changed()
  }
}
