/** `-2`: the capture is read to its end before anything is printed, and `-R` leaves packets out of it altogether. */
import type { OpenCapture } from '../capture/open.js'
import { type CaptureReader, Next, newRecord, type PacketRecord } from '../capture/source.js'
import { Dissection } from '../dissect/dissection.js'
import type { Recording } from '../dissect/recording.js'
import { Engine } from '../session/engine.js'
import type { Shown } from './printers.js'

/**
 * Reads and tracks packets until the capture ends or, as tshark counts, `count` were read (0 for all) and the last one is
 * left in: `met` is called after each and says whether it is.
 */
export async function readAll(engine: Engine, count: number, met: () => boolean = () => true): Promise<void> {
  for (let isIn = true; count === 0 || engine.index.length < count || !isIn; ) {
    const next = engine.step()
    if (next === Next.Packet) isIn = met()
    else if (next === Next.End) return
    else await engine.capture.changed()
  }
}

/** The packets of an engine that was read to its end, shown one after the other with all that is known by now. */
export class Replay implements Shown {
  readonly first: Dissection
  readonly record: PacketRecord = newRecord()
  private at = -1

  constructor(private readonly engine: Engine) {
    this.first = new Dissection(engine.registry)
  }

  get registry(): Engine['registry'] {
    return this.engine.registry
  }
  get capture(): OpenCapture {
    return this.engine.capture
  }

  /** Goes to packet `i`, counted from 0. */
  go(i: number): void {
    this.at = i
    this.record.interface = this.engine.index.page(i).interface[this.engine.index.row(i)]!
    this.engine.show(this.first, i)
  }

  again(d: Recording): void {
    this.engine.show(d, this.at)
  }
}

/** An engine that knows only those packets (counted from 0) of another, numbered anew. */
export function engineOf(all: Engine, kept: readonly number[]): Engine {
  const { capture } = all
  const next = replayer(all, kept)
  const { format, nanosecond, interfaces, sections, names, secrets, position } = capture.reader
  const comments = commentsOf(capture.reader, kept)
  const reader = { format, nanosecond, interfaces, sections, names, secrets, position, damage: null, comments, next }
  const replayed: OpenCapture = {
    path: capture.path,
    reader,
    growing: () => false,
    changed: () => Promise.resolve(),
    size: () => capture.size(),
    readBytes: (offset, length) => capture.readBytes(offset, length),
    problem: () => null,
    close: () => {},
  }
  const engine = new Engine(replayed, all.registry)
  engine.first.names = all.first.names
  return engine
}

function replayer(all: Engine, kept: readonly number[]): (record: PacketRecord) => Next {
  let at = 0
  return (record) => {
    const i = kept[at++]
    if (i === undefined) return Next.End
    all.read(i, record)
    return Next.Packet
  }
}

function commentsOf(reader: CaptureReader, kept: readonly number[]): ReadonlyMap<number, readonly string[]> {
  const comments = new Map<number, readonly string[]>()
  if (reader.comments.size === 0) return comments
  for (const [to, from] of kept.entries()) {
    const found = reader.comments.get(from)
    if (found !== undefined) comments.set(to, found)
  }
  return comments
}
