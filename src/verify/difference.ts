/** Which line of which packet differs between two golden texts. */

/** Lines of one packet's text that are compared with each other; beyond it only the first difference is said. */
const MAX_LINES = 3000

interface Block {
  readonly heading: string
  readonly lines: readonly string[]
}

/** What differs, packet by packet: `-` what was expected, `+` what came out. */
export function difference(path: string, expected: string, actual: string): string[] {
  const want = blocks(expected)
  const have = blocks(actual)
  const out: string[] = []
  for (let i = 0; i < Math.max(want.length, have.length); i++) {
    const a = want[i]
    const b = have[i]
    if (a === undefined) out.push(`${path}: not expected\n  + ${b!.heading}`)
    else if (b === undefined) out.push(`${path}: missing\n  - ${a.heading}`)
    else if (a.heading !== b.heading || a.lines.join('\n') !== b.lines.join('\n')) {
      out.push(`${path} packet ${i + 1}:\n${lineDifference([a.heading, ...a.lines], [b.heading, ...b.lines])}`)
    }
  }
  return out
}

/** A text cut into packets at the lines that begin with `#`; a line that begins with `!` is a block of its own. */
function blocks(text: string): Block[] {
  const all: { heading: string; lines: string[] }[] = []
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || line.startsWith('!')) all.push({ heading: line, lines: [] })
    else if (line !== '') all.at(-1)?.lines.push(line)
  }
  return all
}

/** The shortest list of lines to take away and to add, by the longest common subsequence. */
function lineDifference(a: readonly string[], b: readonly string[]): string {
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const x = a.slice(head, a.length - tail)
  const y = b.slice(head, b.length - tail)
  if (x.length > MAX_LINES || y.length > MAX_LINES) return `  - ${x[0] ?? ''}\n  + ${y[0] ?? ''}\n  … and more`
  const width = y.length + 1
  const common = new Uint16Array((x.length + 1) * width)
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      common[i * width + j] =
        x[i] === y[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!)
    }
  }
  const out: string[] = []
  for (let i = 0, j = 0; i < x.length || j < y.length; ) {
    if (i < x.length && j < y.length && x[i] === y[j]) {
      i++
      j++
    } else if (j === y.length || (i < x.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      out.push(`  - ${x[i++]}`)
    } else out.push(`  + ${y[j++]}`)
  }
  return out.join('\n')
}
