/**
 * The golden text of a capture: every packet's whole tree as lines that a reviewer can read.
 *
 *     # 2  DNS  Standard query response 0xe27a A www.example.com A 192.0.2.1
 *       34+8    udp "User Datagram Protocol, Src Port: 53, Dst Port: 41650"
 *       34+2      udp.srcport = 53
 *
 * Offset and length, the filter name, the value as a filter spells it. Generated fields stand in brackets, hidden ones
 * behind `~`, bytes of another source behind its number (`1:0+4`). A layer that is in every line what it was in an earlier
 * packet of the capture is written as its first line and `(as in 2)`.
 */
import type { Field } from '../dissect/field.js'
import type { Recording } from '../dissect/recording.js'
import { NodeFlag } from '../dissect/tape.js'
import { type BytesOf, nameOf, valueText } from '../dissect/value.js'

/** Bytes of a value that are spelled out. */
const SHOWN = 32

/** Writes the packets of one capture, in order. */
export class GoldenText {
  text = ''
  /** The text of each layer so far, and in which packet it stands. */
  private readonly layers = new Map<string, number>()

  /** Adds the packet that `d` has just dissected. */
  add(d: Recording): void {
    this.text += `${heading(d)}\n`
    let lines: string[] = []
    for (const [depth, line] of nodeLines(d)) {
      if (depth === 0) {
        this.addLayer(lines, d.packet.number)
        lines = []
      }
      lines.push(line)
    }
    this.addLayer(lines, d.packet.number)
  }
  /** Says how reading the capture ended, or why there is not more of it. */
  end(message: string): void {
    this.text += `! ${printable(message)}\n`
  }

  private addLayer(lines: readonly string[], packet: number): void {
    if (lines.length === 0) return
    const text = lines.join('\n')
    const earlier = this.layers.get(text)
    if (earlier === undefined) this.layers.set(text, packet)
    this.text +=
      earlier === undefined || lines.length < WORTH_FOLDING ? `${text}\n` : `${lines[0]} (as in ${earlier})\n`
  }
}

/** The lines of the packet that `d` has just dissected, its heading first. */
export const goldenLines = (d: Recording): string[] => [heading(d), ...nodeLines(d).map(([, line]) => line)]

const heading = (d: Recording): string =>
  `# ${d.packet.number}  ${d.protocolText()}  ${printable(d.infoText())}`.trimEnd()

/** The line of each node, with its depth. */
function nodeLines(d: Recording): (readonly [number, string])[] {
  const t = d.tape
  const bytesOf: BytesOf = (source) => (source === 0 ? d.frameBytes : d.sources[source - 1]!.bytes)
  const lines: (readonly [number, string])[] = []
  for (let i = 0; i < t.length; i++) {
    if (t.flags[i]! & NodeFlag.Alias) continue
    const depth = t.depth[i]!
    lines.push([depth, `${place(d, i)} ${'  '.repeat(depth)}${mark(t.flags[i]!, nodeText(d, i, bytesOf))}`])
  }
  return lines
}

/** Layers of fewer lines are written again. */
const WORTH_FOLDING = 3

/** Where a node lies: `34+2`, or blanks when it is in no byte. */
function place(d: Recording, i: number): string {
  const t = d.tape
  const start = t.start[i]! - (t.source[i] === 0 ? d.frameStart : 0)
  const length = t.end[i]! - t.start[i]!
  const source = t.source[i] === 0 ? '' : `${t.source[i]}:`
  return `  ${length > 0 ? `${source}${start}+${length}` : ''}`.padEnd(10)
}

const mark = (flags: number, text: string): string => {
  const hidden = flags & NodeFlag.Hidden ? '~' : ''
  return flags & NodeFlag.Generated ? `${hidden}[${text}]` : hidden + text
}

function nodeText(d: Recording, i: number, bytesOf: BytesOf): string {
  const t = d.tape
  const f = t.fieldAt(i)
  const caption = t.flags[i]! & NodeFlag.Caption ? ` "${printable(t.captions[i]!)}"` : ''
  if (f.kind === 'none' || f.kind === 'protocol') {
    const suffix = t.flags[i]! & NodeFlag.Suffix ? ` "… ${printable(t.suffixes[i]!)}"` : ''
    const name = f.severity > 0 ? `! ${f.name}` : f.name
    return `${name === '' ? (caption === '' ? `"${f.label}"` : '') : name}${caption}${suffix}`.trimStart()
  }
  return `${f.name} = ${spelled(f, t.value[i]!, valueText(t, i, bytesOf))}`
}

/** The value as a filter spells it, with its name behind it where it has one. */
function spelled(f: Field, value: number, text: string): string {
  switch (f.kind) {
    case 'bool':
      return value === 0 ? 'false' : 'true'
    case 'string':
    case 'abstime':
      return `"${printable(text).replaceAll('"', '\\"')}"`
    case 'bytes':
      return text.length > SHOWN * 2
        ? `${text.slice(0, SHOWN * 2)}… (${text.length / 2} bytes)`
        : text === ''
          ? '""'
          : text
    default: {
      const name = nameOf(f, value)
      return name === '' ? text : `${text} (${name})`
    }
  }
}

/** Control characters of packet bytes as escapes: a golden text is a text file. */
// biome-ignore lint: control characters are what is being looked for
const printable = (s: string): string =>
  s.replace(
    /[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
