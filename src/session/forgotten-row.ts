/** The row of a packet that is known no more. */
import type { Row } from './session.js'

export function forgottenRow(number: number): Row {
  const info = '(forgotten: only the latest packets are kept)'
  return { number, time: '', source: '', destination: '', protocol: '', length: 0, info, layer: '', severity: 0 }
}
