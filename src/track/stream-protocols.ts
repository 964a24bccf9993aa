/** What is remembered of the protocol that a conversation speaks in its byte streams. */
import { widened } from '../dissect/widened.js'

export class StreamProtocols {
  /** By conversation: the protocol that was guessed, the packet it was guessed in, how often that was tried. */
  private guessed = new Uint16Array(64)
  private guessedIn = new Uint32Array(64)
  private tries = new Uint8Array(64)
  /** The protocol that it went over to, and the last packet before that. */
  private upgraded = new Uint16Array(64)
  private upgradedIn = new Uint32Array(64)
  /** What its messages have left for those after them. */
  private memos = new Uint32Array(64)
  /** The packet with its first whole message, 0 for none. */
  private spokenIn = new Uint32Array(64)

  /** The protocol that was guessed for a conversation by packet `number`, 0 for none. */
  guessOf(conversation: number, number: number): number {
    if (conversation >= this.guessed.length) return 0
    return this.guessedIn[conversation]! <= number ? this.guessed[conversation]! : 0
  }
  /** Whether it is worth trying to guess, up to `limit` times. Counts. */
  mayGuess(conversation: number, limit: number): boolean {
    this.reserve(conversation)
    if (this.guessed[conversation] !== 0 || this.tries[conversation]! >= limit) return false
    this.tries[conversation]!++
    return true
  }
  guess(conversation: number, protocol: number, number: number): void {
    this.guessed[conversation] = protocol
    this.guessedIn[conversation] = number
  }

  /** The protocol that a conversation has gone over to before packet `number`, 0 for none. */
  upgradeOf(conversation: number, number: number): number {
    if (conversation >= this.upgraded.length) return 0
    return this.upgradedIn[conversation]! < number ? this.upgraded[conversation]! : 0
  }
  /** The conversation goes over to a protocol behind packet `number`. */
  upgrade(conversation: number, protocol: number, number: number): void {
    this.reserve(conversation)
    this.upgraded[conversation] = protocol
    this.upgradedIn[conversation] = number
  }

  /** Was a whole message seen in this conversation before packet `number`? */
  spoken(conversation: number, number: number): boolean {
    const first = this.spokenIn[conversation] ?? 0
    return first !== 0 && first < number
  }
  /** A whole message was seen in packet `number`. */
  speak(conversation: number, number: number): void {
    if (this.spokenIn[conversation] === 0) this.spokenIn[conversation] = number
  }

  memoOf(conversation: number): number {
    return this.memos[conversation] ?? 0
  }
  keepMemo(conversation: number, memo: number): void {
    this.memos[conversation] = memo
  }

  /** Makes room for a conversation. */
  reserve(conversation: number): void {
    if (conversation < this.guessed.length) return
    const n = Math.max(this.guessed.length * 2, conversation + 1)
    this.guessed = widened(this.guessed, n)
    this.guessedIn = widened(this.guessedIn, n)
    this.tries = widened(this.tries, n)
    this.upgraded = widened(this.upgraded, n)
    this.upgradedIn = widened(this.upgradedIn, n)
    this.memos = widened(this.memos, n)
    this.spokenIn = widened(this.spokenIn, n)
  }

  /** Memory that is held, in bytes. */
  get bytes(): number {
    return this.guessed.length * 21
  }
}
