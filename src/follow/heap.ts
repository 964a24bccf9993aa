/** Whole numbers of which the least comes first, by an order of one's own. */
export class Heap {
  private readonly items: number[] = []

  /** `before` says whether its first argument comes before the second. */
  constructor(private readonly before: (a: number, b: number) => boolean) {}

  get size(): number {
    return this.items.length
  }

  /** The least, undefined when there is none. */
  get top(): number | undefined {
    return this.items[0]
  }

  push(item: number): void {
    const { items } = this
    let at = items.length
    while (at > 0) {
      const parent = (at - 1) >>> 1
      if (!this.before(item, items[parent]!)) break
      items[at] = items[parent]!
      at = parent
    }
    items[at] = item
  }

  /** Takes the least away; undefined when there is none. */
  pop(): number | undefined {
    const { items } = this
    const top = items[0]
    const last = items.pop()
    if (last === undefined || items.length === 0) return top
    let at = 0
    for (let child = 1; child < items.length; child = at * 2 + 1) {
      if (child + 1 < items.length && this.before(items[child + 1]!, items[child]!)) child++
      if (!this.before(items[child]!, last)) break
      items[at] = items[child]!
      at = child
    }
    items[at] = last
    return top
  }
}
