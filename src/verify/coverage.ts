/** Which bytes of a packet no field covers, and which declared fields no fixture shows. */
import { allFields, type Field } from '../dissect/field.js'
import type { Protocol } from '../dissect/protocol.js'
import type { Recording } from '../dissect/recording.js'

/** Ranges of captured bytes that no field with a value covers, as offsets into the packet. */
export function uncovered(d: Recording, length: number): [number, number][] {
  const t = d.tape
  const covered = new Uint8Array(length)
  for (let i = 0; i < t.length; i++) {
    const kind = t.fieldAt(i).kind
    if (t.source[i] !== 0 || kind === 'none' || kind === 'protocol') continue
    covered.fill(1, t.start[i]! - d.frameStart, t.end[i]! - d.frameStart)
  }
  const ranges: [number, number][] = []
  for (let p = 0; p < length; ) {
    if (covered[p] === 1) p++
    else {
      const end = covered.indexOf(1, p)
      ranges.push([p, end < 0 ? length : end])
      p = end < 0 ? length : end
    }
  }
  return ranges
}

/** Counts which fields were seen, over any number of packets. */
export class FieldsSeen {
  private readonly seen = new Uint8Array(allFields.length)

  add(d: Recording): void {
    const t = d.tape
    for (let i = 0; i < t.length; i++) this.seen[t.field[i]!] = 1
  }
  /** Declared fields of these protocols that were never seen. */
  missing(owners: ReadonlySet<string>): Field[] {
    return allFields.filter((f) => f.name !== '' && owners.has(f.owner) && this.seen[f.id] === 0)
  }
  /**
   * Who a folder of fixtures is about: `ipv4` about `ip`, whose short name is IPv4; `dns` about `dns` and `mdns`. Only
   * protocols that were seen count.
   */
  owners(folder: string, protocols: readonly Protocol[]): Set<string> {
    const same = new Set(protocols.filter((p) => p.short.toLowerCase() === folder).map((p) => p.id))
    const seen = allFields.filter((f) => this.seen[f.id] === 1).map((f) => f.owner)
    return new Set(seen.filter((owner) => owner.includes(folder) || same.has(owner)))
  }
}
