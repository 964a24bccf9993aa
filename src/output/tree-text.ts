/** `-V` and `-O`: the whole dissection of a packet, four spaces a level. */
import type { Recording } from '../dissect/recording.js'
import { NodeFlag } from '../dissect/tape.js'
import { type BytesOf, lineText } from '../dissect/value.js'
import { bytesOf } from './bytes-of.js'
import { writeBytes } from './hex-dump.js'
import type { OutputBuffer } from './output-buffer.js'

const INDENT = 4

export interface TreeOptions {
  /** Ids of the protocols whose layers are shown in full, null for all of them. */
  readonly only: ReadonlySet<string> | null
  /** Whether bytes that no dissector knows are dumped where they stand: not when the whole packet will be. */
  readonly dumpData: boolean
}

/** Writes the lines of the packet that `d` has just dissected. */
export function writeTree(out: OutputBuffer, d: Recording, options: TreeOptions): void {
  const t = d.tape
  const sourceBytes: BytesOf = (source) => bytesOf(d, source)
  /** Nodes deeper than this are left out: they are inside something hidden or folded. */
  let skipBelow = Number.POSITIVE_INFINITY
  for (let i = 0; i < t.length; i++) {
    const depth = t.depth[i]!
    if (depth > skipBelow) continue
    skipBelow = Number.POSITIVE_INFINITY
    if (t.flags[i]! & NodeFlag.Hidden) {
      // An alias stands between a number and its bits, which are the number's.
      if ((t.flags[i]! & NodeFlag.Alias) === 0) skipBelow = depth
      continue
    }
    out.spaces(depth * INDENT)
    out.line(lineText(t, i, sourceBytes, d.names))
    out.byte(LINE_FEED)
    const f = t.fieldAt(i)
    if (depth === 0 && options.only !== null && !options.only.has(f.name)) {
      skipBelow = 0
      continue
    }
    if (options.dumpData && f.kind === 'protocol' && f.name === 'data') {
      out.byte(LINE_FEED)
      writeBytes(out, sourceBytes(t.source[i]!), t.start[i]!, t.end[i]!)
    }
  }
}

const LINE_FEED = 0x0a
