/** What the line of a number says of the bits inside it. */
import type { Dissection, Field } from '../../src/dissect/index.js'

/** `, Home Agent, Prf: High`: the flags that are set and the numbers that have names; '' for none. */
export function flagList(parts: readonly Field[], value: number): string {
  let out = ''
  for (const part of parts) {
    const bits = (value & part.mask) >>> part.shift
    if (part.kind === 'bool') {
      if (bits !== 0) out += `, ${part.label}`
    } else if (part.names !== null) {
      const name = typeof part.names === 'function' ? part.names(bits) : part.names[bits]
      out += `, ${part.label}: ${name || `Unknown (${bits})`}`
    }
  }
  return out
}

/**
 * Writes the parts of `value`, the number of `size` bytes that was read last, below its line, and behind it what they say:
 * `said` instead of `flagList` where that is given.
 */
export function showParts(d: Dissection, parts: readonly Field[], value: number, size: number, said?: string): void {
  if (!d.recording) return
  const at = d.pos - size
  if (d.showing) d.append(said ?? flagList(parts, value))
  d.enter()
  for (const part of parts) d.at(part as Field<'uint'>, at, d.pos, value)
  d.leave()
}
