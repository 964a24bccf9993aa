/**
 * Understands which packet is meant: `60`, `1,204`, `+10`, `-10`.
 */

import type { Status } from '../session/session.js'
import { formatCount } from './status-line.js'

/** The packet that `answer` means, seen from packet `from`; or what is wrong with it, as a sentence. */
export function resolvePacket(answer: string, from: number, status: Status): number | string {
  const match = /^([+-]?)([\d,]{1,15})$/.exec(answer.replace(/\s/g, ''))
  const number = Number((match?.[2] ?? '').replaceAll(',', ''))
  if (!match || !/\d/.test(match[2] ?? '')) return 'A number, please: 60, +10 or -10.'
  const packet = match[1] === '+' ? from + number : match[1] === '-' ? from - number : number
  if (packet >= 1 && packet <= status.packets) return packet
  if (packet < 1) return 'The first packet is 1.'
  return `The last packet${status.complete ? '' : ' so far'} is ${formatCount(status.packets)}.`
}
