/** The Info column of DNS messages: what is asked and what is answered. */
import type { TextBuffer } from '../src/dissect/index.js'
import { writeGist } from './dns-gist.js'
import { costs, nameSize, tooCostly, writeName } from './dns-names.js'
import { opcodeNames, rcodeNames, typeName } from './shared/dns-types.js'

/** Texts longer than this are nobody's to read. */
const MAX_TEXT = 4096

/** How an Info text begins: `Standard query response 0x1a2b No such name`. */
export function writeTitle(line: TextBuffer, id: number, flags: number): void {
  const opcode = (flags >>> 11) & 15
  const rcode = flags & 15
  const response = (flags & 0x8000) !== 0
  line.text(opcodeNames[opcode] ?? `Unknown operation (${opcode})`)
  line.text(response ? ' response 0x' : ' 0x')
  line.hex(id, 4)
  if (!response || rcode === 0) return
  line.text(' ')
  line.text(rcodeNames[rcode] ?? `Unknown error (${rcode})`)
}

/**
 * The rest: ` A example.com A 192.0.2.1`, as far as the message in `bytes[base…end)` can be read, and `records` records at
 * most.
 */
export function writeContent(
  line: TextBuffer,
  bytes: Uint8Array,
  base: number,
  end: number,
  records: number,
  multicast: boolean,
): void {
  if (end - base < 12) return
  const word = (p: number): number => (bytes[p]! << 8) | bytes[p + 1]!
  const enough = line.written + MAX_TEXT
  let p = base + 12
  let spent = 0
  for (let i = word(base + 4); i > 0 && line.written < enough; i--) {
    const size = nameSize(bytes, p, end, base)
    spent = costs(spent)
    if (size < 0 || p + size + 4 > end || tooCostly(spent)) return
    const unicast = word(p + size + 2) & 0x8000
    line.text(' ')
    line.text(typeName(word(p + size)))
    line.text(' ')
    writeName(line, bytes, p, end, base)
    if (multicast) line.text(unicast ? ', "QU" question' : ', "QM" question')
    p += size + 4
  }
  for (let i = records; i > 0 && line.written < enough; i--) {
    const size = nameSize(bytes, p, end, base)
    spent = costs(spent)
    if (size < 0 || p + size + 10 > end || tooCostly(spent)) return
    const type = word(p + size)
    const flush = multicast && word(p + size + 2) & 0x8000
    const start = p + size + 10
    const dataSize = word(start - 2)
    line.text(' ')
    line.text(typeName(type))
    if (flush) line.text(', cache flush')
    if (start + dataSize > end) return
    writeGist(line, { bytes, type, start, size: dataSize, base, end, owner: p })
    p = start + dataSize
  }
}
