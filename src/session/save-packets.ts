/** Saves packets of an open capture to a file of their own, in slices between questions. */
import { existsSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CaptureError, Exit, printable } from '../capture/damage.js'
import { checkPlace, isSame } from '../capture/saved-files.js'
import { Saver } from '../capture/saver.js'
import { newRecord } from '../capture/source.js'
import { noNames } from '../dissect/value.js'
import { compileFilter } from '../filter/compile.js'
import { FilterResults } from '../filter/run.js'
import type { Displayed } from './displayed.js'
import type { Engine } from './engine.js'
import type { PacketRange } from './packet-ranges.js'
import type { Saved, SaveRequest } from './session.js'
import { streamOf } from './stream-of.js'

/** How long it may keep a question waiting, in milliseconds. */
const SLICE = 8
/** Packets between two looks at the clock. */
const STRIDE = 64

/** What saving goes by, beside the request. */
export interface SaveWork {
  readonly engine: Engine
  readonly displayed: Displayed
  /** What writes the file, for its header. */
  readonly application: string
  /** The capture is made on this machine, which the file says then. */
  readonly live: boolean
  /** Told how far it is, 0 to 1; answers whether to go on. */
  readonly progress: (share: number) => boolean
}

/**
 * Writes the packets that are known now. The file is there whole or not at all. Answers null when it was given up.
 * Throws `CaptureError` when it cannot be written, and for the file that is being read.
 */
export async function savePackets(request: SaveRequest, work: SaveWork): Promise<Saved | 'exists' | null> {
  const { path, format } = request
  const { engine, application, live, progress } = work
  const { capture } = engine
  if (isSame(path, capture.path)) {
    throw new CaptureError(`${printable(path)} is the file that is being read: save under another name.`, Exit.Usage)
  }
  checkPlace(path)
  if (!request.replace && existsSync(path)) return 'exists'
  const saver = new Saver(capture.reader, {
    path,
    format,
    input: live ? '' : capture.path,
    growing: false,
    application,
  })
  const record = newRecord()
  try {
    let until = performance.now() + SLICE
    for (const { number, share } of packetsOf(request, work)) {
      if (number > engine.index.forgotten) {
        engine.read(number - 1, record)
        saver.add(record, number - 1)
      }
      if (number % STRIDE > 0 || performance.now() < until) continue
      if (!progress(share)) {
        saver.abandon()
        return null
      }
      await nextTurn()
      until = performance.now() + SLICE
    }
    saver.finish()
    return { packets: saver.packets, bytes: saver.bytes }
  } catch (error) {
    saver.abandon()
    throw error
  }
}

interface Chosen {
  /** 0 where there is only something to say of how far it is. */
  readonly number: number
  readonly share: number
}

/** The numbers of the packets to save, and how far in them one is. */
function* packetsOf({ packets }: SaveRequest, work: SaveWork): Generator<Chosen> {
  const { engine, displayed } = work
  if (packets === 'displayed') {
    const { length } = displayed
    for (let place = 1; place <= length; place++) yield { number: displayed.packetAt(place), share: place / length }
    return
  }
  const last = engine.index.length
  if (typeof packets === 'object' && 'streamOf' in packets) return yield* packetsOfStream(engine, packets.streamOf)
  const ranges: readonly PacketRange[] = packets === 'all' ? [[1, last]] : packets
  const total = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0)
  let done = 0
  for (const [from, to] of ranges) {
    for (let number = from; number <= Math.min(to, last); number++) yield { number, share: done++ / total }
  }
}

/** The packets of the stream that `packet` belongs to, of those that are known now. */
function* packetsOfStream(engine: Engine, packet: number): Generator<Chosen> {
  const stream = streamOf(engine, packet)
  if (stream === null) throw new CaptureError(`Packet ${packet} belongs to no stream of TCP or UDP.`, Exit.Usage)
  const run = new FilterResults(engine, noNames).begin(compileFilter(stream.filter))
  const last = engine.index.length
  for (let at = 0; at < last; at = run.position) {
    run.slice(SLICE)
    for (let i = run.bits.next(at, run.position); i >= 0 && i < last; i = run.bits.next(i + 1, run.position)) {
      yield { number: i + 1, share: (i + 1) / last }
    }
    yield { number: 0, share: run.position / last }
  }
}
