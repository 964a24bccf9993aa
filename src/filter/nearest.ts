/** How far two words are apart, to find out what somebody meant to type. */

/** Letters to insert, remove, change or swap with their neighbour to get from `a` to `b`. */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let least = Math.min(change, row[j]! + 1, next[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1)
      next.push(least)
    }
    before = row
    row = next
  }
  return row[b.length]!
}

/** The one or two of `known` that look most like `word`; none when nothing comes near. */
export function nearestOf(word: string, known: Iterable<string>): string[] {
  // A single letter is as far from any other as can be.
  const limit = Math.min(word.length - 1, Math.max(1, Math.floor(word.length / 3)))
  const near: { name: string; distance: number }[] = []
  for (const name of known) {
    if (Math.abs(name.length - word.length) > limit) continue
    const distance = editDistance(word.toLowerCase(), name.toLowerCase())
    if (distance <= limit) near.push({ name, distance })
  }
  near.sort((a, b) => a.distance - b.distance || a.name.length - b.name.length)
  return near
    .filter((one) => one.distance === near[0]!.distance)
    .slice(0, 2)
    .map(({ name }) => name)
}
