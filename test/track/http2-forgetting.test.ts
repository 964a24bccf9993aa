/** What HTTP/2 and WebSocket connections give back of packets that a long capture has forgotten. */
import { describe, expect, it } from 'vitest'
import type { Dissection } from '../../src/dissect/index.js'
import { Http2Sessions } from '../../src/track/http2-sessions.js'
import { WebSocketMessages } from '../../src/track/websocket-messages.js'
import { CaptureInMemory } from '../support/capture-in-memory.js'

const KEPT = 300
const ROUND = 100

/** A header block, RFC 7541 section 6.2.1: one field that is new, and the one before it, by its index. */
function headers(n: number): Buffer {
  const value = `text/x-number-${n}`
  const literal = Buffer.concat([
    Buffer.from([0x40, 12]),
    Buffer.from('content-type'),
    Buffer.from([value.length]),
    Buffer.from(value),
  ])
  return n === 0 ? literal : Buffer.concat([literal, Buffer.from([0x80 | 63])])
}

/** What is said of every frame that is kept: its header lines, and the body that it has a part of. */
function told(sessions: Http2Sessions, capture: CaptureInMemory, from: number): string[] {
  const lines: string[] = []
  const { texts, blocks } = sessions
  const textOf = (field: number): string =>
    Buffer.from(texts.bytes.subarray(texts.nameStart[field], texts.valueEnd[field])).toString()
  for (let number = from; number <= capture.length; number++) {
    const d = at(capture, number)
    const block = sessions.blockAt(d, 0)
    for (let i = blocks.first[block]!; block !== 0 && i < blocks.first[block]! + blocks.count[block]!; i++) {
      lines.push(`${number} ${textOf(blocks.field[i]!).slice(-20)}`)
    }
    const body = sessions.bodyAt(d, 1)
    if (body === null) continue
    const whole = body.assembly === 0 ? null : sessions.assemblies.read(body.assembly, d, 0, body.size)
    const type = body.type === 0 ? '' : textOf(body.type).slice(-20)
    lines.push(`${number} ${type} ${body.size} ${body.ends} ${whole === null ? '' : Buffer.from(whole).toString()}`)
  }
  return lines
}

const at = (capture: CaptureInMemory, number: number): Dissection => {
  const d = capture.now
  d.packet.number = number
  return d
}

/** Packet `n`: one connection for each 40 of them; in threes the headers and two parts of a body. */
function packet(all: readonly Http2Sessions[], capture: CaptureInMemory, n: number): void {
  const nth = n % 40
  const payload = nth % 3 === 0 ? headers(nth / 3) : Buffer.from(`part ${n}`)
  const d = Object.assign(capture.next(payload), { conversation: Math.floor(n / 40), forward: true })
  const stream = Math.floor(nth / 3)
  for (const sessions of all) {
    if (nth % 3 === 0) sessions.headers(d, 0, stream, 0, payload.length, true)
    else sessions.data(d, 1, stream, 0, payload.length, nth % 3 === 2)
  }
}

describe('HTTP/2 connections of which the beginning is forgotten', () => {
  it('show what is left as if nothing were forgotten', () => {
    const forgetting = new Http2Sessions()
    const keeping = new Http2Sessions()
    const capture = new CaptureInMemory()
    for (let n = 0; n < 9000; n++) {
      packet([forgetting, keeping], capture, n)
      if (n % ROUND !== 0 || n <= KEPT) continue
      const forgotten = capture.length - KEPT
      forgetting.forget(forgotten, (id) => (id + 1) * 40 <= forgotten)
      const left = told(forgetting, capture, forgotten + 1)
      expect(left.length).toBeGreaterThan(KEPT)
      expect(left).toEqual(told(keeping, capture, forgotten + 1))
      at(capture, capture.length)
    }
  })

  it('take no more memory, however long it goes on', () => {
    const sessions = new Http2Sessions()
    const capture = new CaptureInMemory()
    const sizes: number[] = []
    for (let n = 0; n < 60_000; n++) {
      packet([sessions], capture, n)
      if (n % ROUND === 0) sessions.forget(capture.length - KEPT, (id) => (id + 1) * 40 <= capture.length - KEPT)
      if (n % ROUND === 0) sizes.push(sessions.bytes)
    }
    const early = Math.max(...sizes.slice(0, 200))
    expect(Math.max(...sizes)).toBe(early)
    expect(early).toBeLessThan(1 << 18)
    expect(sessions.limits().every(([, count]) => count === 0)).toBe(true)
  })

  it('go on after a pause in which all their packets were forgotten', () => {
    const sessions = new Http2Sessions()
    const capture = new CaptureInMemory()
    for (let n = 0; n < 4; n++) packet([sessions], capture, n)
    sessions.forget(4, () => false)
    expect(told(sessions, capture, 1)).toEqual([])
    at(capture, 4)
    for (let n = 4; n < 7; n++) packet([sessions], capture, n)
    expect(told(sessions, capture, 7)).toEqual(['7 -typetext/x-number-2', '7 -typetext/x-number-1'])
  })
})

describe('WebSocket messages of which the beginning is forgotten', () => {
  const MASK = 0x01020304
  /** Three frames make a message; every tenth message never ends, and its connection is over then. */
  function frame(all: readonly WebSocketMessages[], capture: CaptureInMemory, n: number): void {
    const message = Math.floor(n / 3)
    const payload = Buffer.from(`frame ${n}`)
    const d = Object.assign(capture.next(payload), { conversation: Math.floor(message / 10), forward: true })
    const last = n % 3 === 2 && message % 10 !== 9
    const part = { opcode: n % 3 === 0 ? 1 : 0, last, mask: MASK, start: 0, end: payload.length }
    for (const messages of all) messages.take(d, 0, part)
  }
  const toldOf = (messages: WebSocketMessages, capture: CaptureInMemory, from: number): unknown[] =>
    Array.from({ length: capture.length - from + 1 }, (_, i) => {
      const d = at(capture, from + i)
      const part = messages.at(d, 0)
      if (part === null) return null
      const { opcode, size, ends, assembly } = part
      return { opcode, size, ends, text: ends ? Buffer.from(messages.read(d, assembly)!).toString('hex') : '' }
    })

  it('are what they are without that', () => {
    const forgetting = new WebSocketMessages()
    const keeping = new WebSocketMessages()
    const capture = new CaptureInMemory()
    for (let n = 0; n < 6000; n++) {
      frame([forgetting, keeping], capture, n)
      if (n % ROUND !== 0 || n <= KEPT) continue
      const forgotten = capture.length - KEPT
      forgetting.forget(forgotten, (id) => (id + 1) * 30 <= forgotten)
      expect(toldOf(forgetting, capture, forgotten + 1)).toEqual(toldOf(keeping, capture, forgotten + 1))
      at(capture, capture.length)
    }
  })

  it('take no more memory, however long it goes on', () => {
    const messages = new WebSocketMessages()
    const capture = new CaptureInMemory()
    const sizes: number[] = []
    for (let n = 0; n < 60_000; n++) {
      frame([messages], capture, n)
      if (n % ROUND === 0) messages.forget(capture.length - KEPT, (id) => (id + 1) * 30 <= capture.length - KEPT)
      if (n % 20_000 === 19_999) sizes.push(messages.bytes)
    }
    expect(sizes[2]).toBe(sizes[0])
  })
})
