/** The Info column of DNS messages: what is asked and what is answered. */
import { gistInfo } from './dns-gist.js'
import { costs, nameSize, nameText, tooCostly } from './dns-names.js'
import { opcodeNames, rcodeNames, typeName } from './shared/dns-types.js'

/** Texts longer than this are nobody's to read. */
const MAX_TEXT = 4096

/** How an Info text begins: `Standard query response 0x1a2b No such name`. */
export function titleText(id: number, flags: number): string {
  const opcode = (flags >>> 11) & 15
  const rcode = flags & 15
  const what = opcodeNames[opcode] ?? `Unknown operation (${opcode})`
  const number = `0x${id.toString(16).padStart(4, '0')}`
  if (!(flags & 0x8000)) return `${what} ${number}`
  return `${what} response ${number}${rcode === 0 ? '' : ` ${rcodeNames[rcode] ?? `Unknown error (${rcode})`}`}`
}

/** The rest: ` A example.com A 192.0.2.1`, as far as the message in `bytes[base…end)` can be read. */
export function contentText(bytes: Uint8Array, base: number, end: number, multicast: boolean): string {
  if (end - base < 12) return ''
  const word = (p: number): number => (bytes[p]! << 8) | bytes[p + 1]!
  const records = word(base + 6) + word(base + 8) + word(base + 10)
  let out = ''
  let p = base + 12
  let spent = 0
  for (let i = word(base + 4); i > 0 && out.length < MAX_TEXT; i--) {
    const size = nameSize(bytes, p, end, base)
    spent = costs(spent)
    if (size < 0 || p + size + 4 > end || tooCostly(spent)) return out
    const unicast = word(p + size + 2) & 0x8000
    out += ` ${typeName(word(p + size))} ${nameText(bytes, p, end, base)}`
    if (multicast) out += unicast ? ', "QU" question' : ', "QM" question'
    p += size + 4
  }
  for (let i = records; i > 0 && out.length < MAX_TEXT; i--) {
    const size = nameSize(bytes, p, end, base)
    spent = costs(spent)
    if (size < 0 || p + size + 10 > end || tooCostly(spent)) return out
    const owner = nameText(bytes, p, end, base)
    const type = word(p + size)
    const flush = multicast && word(p + size + 2) & 0x8000
    const start = p + size + 10
    const dataSize = word(start - 2)
    out += ` ${typeName(type)}${flush ? ', cache flush' : ''}`
    if (start + dataSize > end) return out
    out += gistInfo({ bytes, type, start, size: dataSize, base, end, owner })
    p = start + dataSize
  }
  return out
}
