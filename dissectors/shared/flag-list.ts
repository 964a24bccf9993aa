/** What the line of a number says of the bits inside it. */
import type { Field } from '../../src/dissect/index.js'

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
