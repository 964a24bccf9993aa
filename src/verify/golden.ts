/**
 * The golden text of a capture: every packet's whole tree as lines that a reviewer can read.
 *
 *     # 2  DNS  Standard query response 0xe27a A www.example.com A 192.0.2.1
 *       34+8    udp "User Datagram Protocol, Src Port: 53, Dst Port: 41650"
 *       34+2      udp.srcport = 53
 *
 * Offset and length, the filter name, the value as a filter spells it. Generated fields stand in brackets, hidden ones
 * behind `~`, bytes of another source behind its number (`1:0+4`).
 */
import type { Field } from '../dissect/field.js'
import type { Recording } from '../dissect/recording.js'
import { NodeFlag } from '../dissect/tape.js'
import { type BytesOf, nameOf, valueText } from '../dissect/value.js'

/** Bytes of a value that are spelled out. */
const SHOWN = 32

/** The lines of the packet that `d` has just dissected, its heading first. */
export function goldenLines(d: Recording): string[] {
  const t = d.tape
  const bytesOf: BytesOf = (source) => (source === 0 ? d.frameBytes : d.sources[source - 1]!.bytes)
  const lines = [`# ${d.packet.number}  ${d.protocolText()}  ${printable(d.infoText())}`.trimEnd()]
  for (let i = 0; i < t.length; i++) {
    if (t.flags[i]! & NodeFlag.Alias) continue
    lines.push(`${place(d, i)} ${'  '.repeat(t.depth[i]!)}${mark(t.flags[i]!, nodeText(d, i, bytesOf))}`)
  }
  return lines
}

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
      return text.length > SHOWN * 2 ? `${text.slice(0, SHOWN * 2)}… (${text.length / 2} bytes)` : text === '' ? '""' : text
    default: {
      const name = nameOf(f, value)
      return name === '' ? text : `${text} (${name})`
    }
  }
}

/** Control characters of packet bytes as escapes: a golden text is a text file. */
// biome-ignore lint: control characters are what is being looked for
const printable = (s: string): string => s.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
