/** What trackers give back of packets that a long capture has forgotten, and that the rest stays as it was. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Next } from '../../src/capture/source.js'
import { type Dissection, type Framing, MORE, type Protocol } from '../../src/dissect/index.js'
import { Registry } from '../../src/dissect/registry.js'
import { Engine } from '../../src/session/engine.js'
import { MessageLog } from '../../src/track/message-log.js'
import { PlanFlag } from '../../src/track/stream-plan.js'
import { Streams } from '../../src/track/streams.js'
import { TcpConnections } from '../../src/track/tcp.js'
import { CaptureInMemory } from '../support/capture-in-memory.js'

/** Messages of a byte that says how many follow it. */
const counted = {
  pdu: (b: Uint8Array, start: number, end: number, at: Framing): number =>
    start === end ? MORE : at.last ? end - start : b[start]! + 1,
  remember: null,
  upgrade: null,
} as unknown as Protocol

/** What becomes of a segment, without what is only known when it is met. */
const planOf = (streams: Streams, packet: number, way: number, length: number): object => ({
  ...streams.recall(packet, way, length),
  messages: 0,
})

/** Connections that say one message in three segments, some of them in the wrong order, and are over then. */
class Busy {
  readonly capture = new CaptureInMemory()
  readonly packets: { way: number; length: number }[] = []
  private readonly latest: number[] = []

  constructor(private readonly all: readonly Streams[]) {}

  connection(id: number): void {
    const message = Uint8Array.of(9, 1, 2, 3, 4, 5, 6, 7, 8, 9)
    const cuts = id % 3 === 0 ? [3, 0, 7] : [0, 3, 7]
    for (const cut of cuts) this.segment(id, message.subarray(cut, cut === 7 ? 10 : cut === 3 ? 7 : 3), cut)
  }
  forget(packets: number): void {
    this.all[0]!.forget(packets, (id) => (this.latest[id] ?? 0) <= packets)
  }

  private segment(id: number, payload: Uint8Array, seq: number): void {
    const d: Dissection = this.capture.next(payload)
    for (const streams of this.all) streams.segment(d, id * 2, { seq, ends: false, first: 0, answered: true }, counted)
    this.latest[id] = this.capture.length
    this.packets.push({ way: id * 2, length: payload.length })
  }
}

describe('streams of which the beginning is forgotten', () => {
  it('show what is left as if nothing were forgotten', () => {
    const forgetting = new Streams()
    const keeping = new Streams()
    const busy = new Busy([forgetting, keeping])
    for (let id = 0; id < 400; id++) {
      busy.connection(id)
      if (id % 50 !== 49) continue
      const forgotten = busy.packets.length - 40
      busy.forget(forgotten)
      for (let packet = forgotten + 1; packet <= busy.packets.length; packet++) {
        const { way, length } = busy.packets[packet - 1]!
        const { assembly, tailAssembly, flags } = forgetting.recall(packet, way, length)
        const part = assembly + tailAssembly
        expect(part === 0).toBe((flags & PlanFlag.Held) !== 0)
        const bytes = forgetting.messages.assemblies.read(part, busy.capture.now, 0, part === 0 ? 0 : 10)
        expect([...bytes!]).toEqual(part === 0 ? [] : [9, 1, 2, 3, 4, 5, 6, 7, 8, 9])
        expect(planOf(forgetting, packet, way, length)).toEqual(planOf(keeping, packet, way, length))
      }
    }
    expect(forgetting.held.count).toBe(0)
  })

  it('take no more memory for a connection that is over than its numbers', () => {
    const streams = new Streams()
    const busy = new Busy([streams])
    const connections = 8192
    for (let id = 0; id < connections; id++) {
      busy.connection(id)
      if (id % 64 === 63) busy.forget(busy.packets.length - 100)
    }
    expect(streams.bytes / connections).toBeLessThan(90)
  })

  it('keep a message that began in a forgotten packet until it is complete', () => {
    const streams = new Streams()
    const capture = new CaptureInMemory()
    const send = (seq: number, ...bytes: number[]): void => {
      const d = capture.next(Uint8Array.from(bytes))
      streams.segment(d, 0, { seq, ends: false, first: 0, answered: true }, counted)
    }
    send(0, 3, 1)
    streams.forget(1, () => false)
    send(2, 2, 3)
    const { assembly } = streams.recall(2, 0, 2)
    expect([...streams.messages.assemblies.read(assembly, capture.now, 0, 4)!]).toEqual([3, 1, 2, 3])
  })
})

describe('connections', () => {
  const fixtures = join(dirname(fileURLToPath(import.meta.url)), '../../fixtures/tcp')
  it.each([
    ['kernel-half-close', true],
    ['kernel-aborted', true],
    ['kernel-refused', true],
    ['kernel-gone', false],
    ['kernel-unanswered', false],
  ])('of %s: over is %s', async (name, over) => {
    const capture = await openCapture(join(fixtures, `${name}.pcap`))
    const engine = new Engine(capture, new Registry(protocols))
    while (engine.step() === Next.Packet);
    const tcp = engine.states.find((state) => state instanceof TcpConnections)
    expect(tcp?.states.isOver(0)).toBe(over)
    capture.close()
  })
})

describe('a log of messages', () => {
  it('gives back what is forgotten, and finds the rest', () => {
    const log = new MessageLog()
    for (let packet = 1; packet <= 1000; packet++) log.add(packet, 0, packet * 2)
    log.forget(400)
    expect(log.length).toBe(1000)
    log.forget(900)
    expect(log.length).toBe(100)
    expect(log.find(900, 0)).toBe(-1)
    expect(log.find(901, 0)).toBe(1802)
    log.add(1001, 0, 5)
    expect(log.find(1001, 0)).toBe(5)
  })
})
