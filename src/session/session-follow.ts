/**
 * Follows a stream for the screen: finds its packets in slices, keeps where its bytes lie, and reads only the blocks that
 * are asked for.
 */
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Address } from '../dissect/dissection.js'
import { etherText, ipv4Text, ipv6Text } from '../dissect/address.js'
import type { Recording } from '../dissect/recording.js'
import type { Resolver } from '../dissect/value.js'
import { compileFilter } from '../filter/compile.js'
import { FilterResults, type FilterRun } from '../filter/run.js'
import { Blocks } from '../follow/blocks.js'
import { Follower } from '../follow/follower.js'
import type { Endpoint } from '../follow/payloads.js'
import type { ChunkPlace, Spot } from '../follow/spot.js'
import type { Engine } from './engine.js'
import type {
  FollowAnswers,
  FollowBlock,
  FollowPiece,
  FollowPlace,
  FollowRequest,
  FollowSide,
  FollowState,
} from './follow-requests.js'
import { type PacketStream, streamOf } from './stream-of.js'

/** Milliseconds that one slice takes. */
const SLICE = 8
/** Packets between two looks at the clock. */
const STRIDE = 32
/** Milliseconds in which the packet that leads to a stream is looked for before the stream is shown without it. */
const PATIENCE = 150

const BEGINNING: ChunkPlace = { chunk: 0, offset: 0 }

/** So far into a block is looked for the end of a line that began before it. */
const LONGEST_LINE = 4096
const LINE_FEED = 0x0a

type Find = Extract<FollowRequest, { do: 'find' }>

export class SessionFollow {
  private stream: Stream | null = null
  /** Whatever was begun before this number changed is over. */
  private latest = 0
  /** How far a search is, null for none. */
  private searched: number | null = null

  constructor(
    private readonly engine: Engine,
    private readonly names: Resolver,
    /** Whether the capture was read to its end. */
    private readonly isComplete: () => boolean,
  ) {}

  /** Answers a request. Rejects with a sentence. */
  async answer(request: FollowRequest): Promise<FollowAnswers[FollowRequest['do']]> {
    switch (request.do) {
      case 'open':
        return await this.open(request.packet)
      case 'state':
        return this.state()
      case 'block':
        return this.stream?.block(request.block, request.step, request.side) ?? null
      case 'find':
        return await this.find(request)
      case 'save':
        return await this.save(request.side, request.path)
      case 'cancel':
        this.latest++
        this.searched = null
        return null
    }
  }

  /** Ends what is still at work. */
  close(): void {
    this.latest++
    this.stream = null
  }

  private async open(packet: number): Promise<FollowState | null> {
    this.close()
    const followed = streamOf(this.engine, packet)
    if (followed === null) return null
    const stream = new Stream(this.engine, this.names, followed, packet)
    this.stream = stream
    stream.slice(SLICE)
    void this.load(stream)
    const until = performance.now() + PATIENCE
    while (this.stream === stream && stream.place() === null && performance.now() < until) await nextTurn()
    return stream.state(this.isComplete(), null)
  }

  private state(): FollowState | null {
    return this.stream?.state(this.isComplete(), this.searched) ?? null
  }

  /** Goes on for as long as this stream is followed and the capture grows. */
  private async load(stream: Stream): Promise<void> {
    while (this.stream === stream) {
      const done = stream.slice(SLICE)
      if (done && this.isComplete()) return
      await (done ? pause() : nextTurn())
    }
  }

  private async find({ bytes, from, step, side }: Find): Promise<FollowPlace | null> {
    const turn = ++this.latest
    const { stream } = this
    if (stream === null || bytes.length === 0) return null
    const wanted = fold(bytes)
    try {
      return await this.search(stream, wanted, { from, step, side }, () => turn === this.latest)
    } finally {
      if (turn === this.latest) this.searched = null
    }
  }

  /** Searches block by block for as long as `isWanted` says so. */
  private async search(
    stream: Stream,
    wanted: Buffer,
    { from, step, side }: Omit<Find, 'do' | 'bytes'>,
    isWanted: () => boolean,
  ): Promise<FollowPlace | null> {
    let { offset } = from
    for (let at = stream.blocks.find(from.block, step, side); at >= 0; at = stream.blocks.find(at + step, step, side)) {
      if (at !== from.block) offset = step === 1 ? 0 : Number.POSITIVE_INFINITY
      const found = stream.findIn(at, wanted, offset, step, side)
      if (found >= 0) return { block: at, offset: found }
      const all = step === 1 ? stream.blocks.length - from.block : from.block + 1
      this.searched = (Math.abs(at - from.block) + 1) / all
      await nextTurn()
      if (!isWanted()) return null
    }
    return null
  }

  private async save(side: FollowSide, path: string): Promise<number> {
    const turn = ++this.latest
    const { stream } = this
    if (stream === null) throw new Error('no stream is followed')
    const file = create(path)
    let written = 0
    let kept = false
    try {
      for (let block = 0; block < stream.blocks.length; block++) {
        for (const bytes of stream.bytesIn(block, side)) {
          for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
          written += bytes.length
        }
        await nextTurn()
        if (turn !== this.latest) throw new Error('saving was given up')
      }
      kept = true
    } finally {
      closeSync(file)
      if (!kept) unlinkSync(path)
    }
    return written
  }
}

/** Part of a chunk. */
interface ChunkPart {
  /** Its number. */
  readonly i: number
  readonly from: number
  readonly to: number
}

class Stream {
  readonly blocks: Blocks
  private readonly follower: Follower
  private readonly run: FilterRun
  /** Packets that were looked at, from the first on. */
  private position = 0
  private done = false
  /** Where the packet is that led here, once it was met. */
  private spot: Spot | null = null

  constructor(
    private readonly engine: Engine,
    names: Resolver,
    private readonly followed: PacketStream,
    /** The packet that led here, counted from 1. */
    private readonly packet: number,
  ) {
    this.follower = new Follower(engine.registry, followed.transport)
    this.run = new FilterResults(engine, names).begin(compileFilter(followed.filter))
    this.blocks = new Blocks(this.follower.chunks)
  }

  /** Goes on for about so many milliseconds. Returns whether all packets that are known were looked at. */
  slice(milliseconds: number): boolean {
    const until = performance.now() + milliseconds
    const { run, engine } = this
    this.done = false
    const decided = run.slice(milliseconds / 2)
    for (let n = 1; ; n++) {
      const next = run.bits.next(this.position, run.position)
      if (next < 0) break
      this.position = next + 1
      if (next < engine.index.forgotten) continue
      const show = (d: Recording) => engine.show(d, next)
      if (next === this.packet - 1) this.spot = this.follower.takeAndFind(show)
      else this.follower.take(show)
      if (n % STRIDE === 0 && performance.now() >= until) return false
    }
    this.position = run.position
    return (this.done = decided)
  }

  state(captureComplete: boolean, searched: number | null): FollowState {
    const { client, server, chunks } = this.follower
    return {
      transport: this.followed.transport,
      stream: this.followed.number,
      ends: [endText(client), endText(server)],
      bytes: [...chunks.bytes],
      blocks: this.blocks.length,
      place: this.place(),
      refused: chunks.refused,
      complete: this.done && captureComplete,
      searched,
      filter: this.followed.filter,
    }
  }

  /** Where the packet is that led here; null while it is looked for. */
  place(): FollowPlace | null {
    const { spot, done } = this
    const found = spot?.place() ?? (done ? (spot?.stood() ?? BEGINNING) : null)
    return found === null ? null : this.placeOf(found)
  }

  /** Where a byte of a chunk is in what `content` gives of both sides. */
  private placeOf({ chunk, offset }: ChunkPlace): FollowPlace {
    if (this.blocks.length === 0) return { block: 0, offset: 0 }
    const block = this.blocks.blockOf(chunk)
    const at = this.sizeOf(block, chunk) + offset
    const head = this.headOf(block, 'both')
    if (at >= head) return { block, offset: at - head }
    // The end of a line stands where the line begins.
    return { block: block - 1, offset: this.sizeOf(block - 1) - this.headOf(block - 1, 'both') + at }
  }

  /** How many bytes a block has, or its chunks before `end`. */
  private sizeOf(block: number, end = Number.POSITIVE_INFINITY): number {
    const { chunks } = this.follower
    const [first, behind] = this.blocks.chunksOf(block)
    let size = 0
    for (let i = first; i < Math.min(behind, end); i++) if (!chunks.isGap(i)) size += chunks.size[i]!
    return size
  }

  /** Reads the block from `from` on that has something of `side`, and of it only that. */
  block(from: number, step: 1 | -1, side: FollowSide): FollowBlock | null {
    const block = this.blocks.find(Math.min(from, this.blocks.length - 1), step, side)
    return block < 0 ? null : this.content(block, side)
  }

  /** A block without the end of a line that began before it, and with that of its last line. */
  private content(block: number, side: FollowSide): FollowBlock {
    const { chunks } = this.follower
    const next = this.blocks.find(block + 1, 1, side)
    const head = this.headOf(block, side)
    const own = this.chunksOf(block, side, head, Number.POSITIVE_INFINITY)
    const tail = next < 0 ? 0 : this.headOf(next, side)
    const pieces: FollowPiece[] = []
    const parts: Uint8Array[] = []
    let size = 0
    for (const { i, from, to } of [...own, ...(tail === 0 ? [] : this.chunksOf(next, side, 0, tail))]) {
      const of = chunks.side(i) as 0 | 1
      const packet = chunks.packet[i]!
      const missing = chunks.missing(i)
      const start = size
      if (missing === 0) {
        parts.push(chunks.read(this.engine, i).slice(from, to))
        size += to - from
      }
      pieces.push({ packet, side: of, time: this.timeOf(packet), start, end: size, missing })
    }
    const start = own[0]?.i ?? 0
    const before = this.blocks.find(block - 1, -1, side)
    const goesOn = before >= 0 && (side !== 'both' || chunks.side(start) === chunks.side(start - 1))
    const offsets: [number, number] = [...this.blocks.offsetsOf(block)]
    offsets[side === 'both' ? (chunks.side(this.blocks.chunksOf(block)[0]) as 0 | 1) : side] += head
    return { block, pieces, bytes: Buffer.concat(parts), offsets, goesOn }
  }

  /** How many of a block's first bytes end a line that began in the block before it. */
  private headOf(block: number, side: FollowSide): number {
    const { chunks } = this.follower
    const before = this.blocks.find(block - 1, -1, side)
    if (before < 0) return 0
    const last = this.chunksOf(before, side, 0, Number.POSITIVE_INFINITY).at(-1)!.i
    const run: Uint8Array[] = []
    let size = 0
    const own = this.chunksOf(block, side, 0, LONGEST_LINE)
    for (const { i, from, to } of own) {
      if (chunks.side(i) !== chunks.side(last) || chunks.isGap(i)) break
      run.push(chunks.read(this.engine, i).slice(from, to))
      size += to - from
    }
    if (size === 0 || chunks.isGap(last) || chunks.read(this.engine, last).at(-1) === LINE_FEED) return 0
    const head = Buffer.concat(run).indexOf(LINE_FEED) + 1
    // A block keeps something of its own.
    return this.chunksOf(block, side, head, Number.POSITIVE_INFINITY).length === 0 ? 0 : head
  }

  /** Which chunks of a block are of `side`, and of each the part that lies in `from…to` of their bytes. */
  private chunksOf(block: number, side: FollowSide, from: number, to: number): ChunkPart[] {
    const { chunks } = this.follower
    const [first, end] = this.blocks.chunksOf(block)
    const parts: ChunkPart[] = []
    let at = 0
    for (let i = first; i < end && at < to; i++) {
      if (side !== 'both' && chunks.side(i) !== side) continue
      const size = chunks.isGap(i) ? 0 : chunks.size[i]!
      const isIn = chunks.isGap(i) ? at >= from : at + size > from
      if (isIn) parts.push({ i, from: Math.max(0, from - at), to: Math.min(size, to - at) })
      at += size
    }
    return parts
  }

  /** What the chunks of a block hold of a side, one after the other. */
  *bytesIn(block: number, side: FollowSide): Generator<Uint8Array> {
    const { chunks } = this.follower
    const [first, end] = this.blocks.chunksOf(block)
    for (let i = first; i < end; i++) {
      if ((side === 'both' || chunks.side(i) === side) && !chunks.isGap(i)) yield chunks.read(this.engine, i)
    }
  }

  /** Where in a block `wanted` begins that is nearest to `from`: the first behind it or the last before it; -1. */
  findIn(block: number, wanted: Buffer, from: number, step: 1 | -1, side: FollowSide): number {
    const bytes = fold(this.content(block, side).bytes)
    // Where the next block goes on with the same words, they may end in it.
    const next = this.blocks.find(block + 1, 1, side)
    const more = next < 0 ? Buffer.alloc(0) : fold(this.content(next, side).bytes.subarray(0, wanted.length - 1))
    const all = Buffer.concat([bytes, more])
    if (step === 1) return from > bytes.length ? -1 : all.indexOf(wanted, from)
    return from < 0 ? -1 : all.lastIndexOf(wanted, Math.min(from, all.length))
  }

  private timeOf(packet: number): number {
    const { index } = this.engine
    const seconds = index.secondsOf(packet) - index.secondsOf(index.forgotten + 1)
    return seconds + (index.nanosecondsOf(packet) - index.nanosecondsOf(index.forgotten + 1)) / 1e9
  }
}

/** How long to wait for more packets, in milliseconds. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100).unref())

/** Letters of ASCII in lower case. */
function fold(bytes: Uint8Array): Buffer {
  const folded = Buffer.allocUnsafe(bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    folded[i] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
  }
  return folded
}

function endText(end: Endpoint | null): string {
  if (end === null) return ''
  if (end.address.length === 0) return `port ${end.port}`
  if (end.kind === Address.IPv6) return `[${ipv6Text(end.address, 0)}]:${end.port}`
  return `${end.kind === Address.IPv4 ? ipv4Text(end.address, 0) : etherText(end.address, 0)}:${end.port}`
}

/** A new file: what is there, the capture above all, is not written over. */
function create(path: string): number {
  try {
    return openSync(path, 'wx')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'EEXIST' ? 'it is there already; choose another name' : (error as Error).message
    throw new Error(`${path}: ${why}`, { cause: error })
  }
}
