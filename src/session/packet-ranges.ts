/** Packets as people write them: `1-100, 205, 300-`. */

/** First and last packet, counted from 1. */
export type PacketRange = readonly [first: number, last: number]

/**
 * The ranges that `text` means in a capture of `count` packets, in order and without overlaps; or what is wrong with it,
 * as a sentence.
 */
export function packetRanges(text: string, count: number): PacketRange[] | string {
  const ranges: [number, number][] = []
  for (const part of text.split(/[\s,;]+/).filter((one) => one !== '')) {
    const [whole, from = '', dash = '', to = ''] = /^(\d{0,12})(-?)(\d{0,12})$/.exec(part) ?? []
    if (whole === undefined || whole === '-') return `"${part}" is no packet and no range such as 10-20.`
    const first = from === '' ? 1 : Number(from)
    const last = dash === '' ? first : to === '' ? count : Number(to)
    if (first < 1 || last < first) return `"${part}" counts backwards or from 0.`
    if (first > count) return `"${part}" begins behind the last packet, which is ${count}.`
    ranges.push([first, Math.min(last, count)])
  }
  if (ranges.length === 0) return 'Which packets? For instance 1-100, 205.'
  const joined: [number, number][] = []
  for (const [first, last] of ranges.sort((a, b) => a[0] - b[0])) {
    const before = joined.at(-1)
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else joined.push([first, last])
  }
  return joined
}
