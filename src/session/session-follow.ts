/**
 * Follows a stream for the screen: finds its packets in slices, keeps where its bytes lie, and reads only the blocks that
 * are asked for.
 */
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Address } from '../dissect/dissection.js'
import { etherText, ipv4Text, ipv6Text } from '../dissect/address.js'
import type { Resolver } from '../dissect/value.js'
import { compileFilter } from '../filter/compile.js'
import { FilterResults, type FilterRun } from '../filter/run.js'
import { Blocks } from '../follow/blocks.js'
import { Follower } from '../follow/follower.js'
import { type Endpoint, Payloads, type Transport } from '../follow/payloads.js'
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

/** Milliseconds that one slice takes. */
const SLICE = 8
/** Packets between two looks at the clock. */
const STRIDE = 32

type Find = Extract<FollowRequest, { do: 'find' }>

export class SessionFollow {
  private stream: Stream | null = null
  /** Whatever was begun before this number changed is over. */
  private latest = 0

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
        return this.open(request.packet)
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
        return null
    }
  }

  /** Ends what is still at work. */
  close(): void {
    this.latest++
    this.stream = null
  }

  private open(packet: number): FollowState | null {
    this.close()
    if (!(packet > this.engine.index.forgotten && packet <= this.engine.index.length)) return null
    for (const transport of ['tcp', 'udp'] as const) {
      const payloads = new Payloads(this.engine.registry, transport)
      this.engine.show(payloads.dissection, packet - 1)
      let found = -1
      payloads.each(({ stream }) => {
        found = stream
      })
      if (found < 0) continue
      this.stream = new Stream(this.engine, this.names, transport, found)
      this.stream.slice(SLICE)
      void this.load(this.stream)
      break
    }
    return this.state()
  }

  private state(): FollowState | null {
    return this.stream?.state(this.isComplete()) ?? null
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
    let { offset } = from
    for (let at = stream.blocks.find(from.block, step, side); at >= 0; at = stream.blocks.find(at + step, step, side)) {
      if (at !== from.block) offset = step === 1 ? 0 : Number.POSITIVE_INFINITY
      const found = stream.findIn(at, wanted, offset, step, side)
      if (found >= 0) return { block: at, offset: found }
      await nextTurn()
      if (turn !== this.latest) return null
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

class Stream {
  readonly blocks: Blocks
  private readonly follower: Follower
  private readonly run: FilterRun
  private readonly filter: string
  /** Packets that were looked at, from the first on. */
  private position = 0
  private done = false

  constructor(
    private readonly engine: Engine,
    names: Resolver,
    private readonly transport: Transport,
    private readonly number: number,
  ) {
    this.filter = `${transport}.stream eq ${number}`
    this.follower = new Follower(engine.registry, transport)
    this.run = new FilterResults(engine, names).begin(compileFilter(this.filter))
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
      this.follower.take((d) => engine.show(d, next))
      if (n % STRIDE === 0 && performance.now() >= until) return false
    }
    this.position = run.position
    return (this.done = decided)
  }

  state(captureComplete: boolean): FollowState {
    const { client, server, chunks } = this.follower
    return {
      transport: this.transport,
      stream: this.number,
      ends: [endText(client), endText(server)],
      bytes: [...chunks.bytes],
      blocks: this.blocks.length,
      complete: this.done && captureComplete,
      filter: this.filter,
    }
  }

  /** Reads the block from `from` on that has something of `side`, and of it only that. */
  block(from: number, step: 1 | -1, side: FollowSide): FollowBlock | null {
    const block = this.blocks.find(Math.min(from, this.blocks.length - 1), step, side)
    if (block < 0) return null
    const { chunks } = this.follower
    const [first, end] = this.blocks.chunksOf(block)
    const pieces: FollowPiece[] = []
    const parts: Uint8Array[] = []
    let size = 0
    for (let i = first; i < end; i++) {
      const of = chunks.side(i) as 0 | 1
      if (side !== 'both' && of !== side) continue
      const packet = chunks.packet[i]!
      const missing = chunks.missing(i)
      const start = size
      if (missing === 0) {
        parts.push(chunks.read(this.engine, i).slice())
        size += chunks.size[i]!
      }
      pieces.push({ packet, side: of, time: this.timeOf(packet), start, end: size, missing })
    }
    const goesOn = first > 0 && chunks.side(first) === chunks.side(first - 1)
    return { block, pieces, bytes: Buffer.concat(parts), offsets: this.blocks.offsetsOf(block), goesOn }
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
    const bytes = fold(Buffer.concat([...this.bytesIn(block, side)]))
    // Where the next block goes on with the same words, they may end in it.
    const next = this.blocks.find(block + 1, 1, side)
    const more = next < 0 ? Buffer.alloc(0) : fold(firstOf(this.bytesIn(next, side)).subarray(0, wanted.length - 1))
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

const firstOf = (parts: Iterable<Uint8Array>): Uint8Array => {
  for (const part of parts) return part
  return new Uint8Array(0)
}

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
