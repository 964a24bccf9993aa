/** Which columns answer which tests, and what layer stacks say of all others. */
import type { Field } from '../dissect/field.js'
import { familyOf } from '../dissect/want-mask.js'
import type { Registry } from '../dissect/registry.js'
import { type Column, type Packets, StackColumn, Verdict } from './column.js'
import { conversationColumn } from './conversation-columns.js'
import { frameColumn } from './frame-columns.js'
import { type Judged, judged } from './judge.js'
import { type Source, sourcesOf, type Test } from './plan.js'
import { severityColumn } from './severity-column.js'

/** The column of a test that is not made of others. */
export function columnOf(test: Test, packets: Packets): Column {
  const one = judged(test)
  const own =
    one === null
      ? null
      : (frameColumn(one, packets) ??
        severityColumn(one, packets) ??
        protocolColumn(one, packets) ??
        conversationColumn(one, packets))
  return own ?? possibilityColumn(test, packets)
}

/** No for packets none of whose layers can write what the test needs, else Maybe. */
function possibilityColumn(test: Test, packets: Packets): Column {
  const needed = sourcesOf(test).slice(0, test.kind === 'compare' ? 2 : 1)
  const ask = (layers: Uint16Array): Verdict => {
    const families = familiesOf(layers, packets.registry)
    return needed.every((s) => mayHave(s, families)) ? Verdict.Maybe : Verdict.No
  }
  return new StackColumn(packets, ask, false)
}

/** Families of the fields that these layers can write. */
function familiesOf(layers: Uint16Array, registry: Registry): ReadonlySet<string> {
  const families = new Set(['_ws', 'pkt_comment'])
  for (const layer of layers) {
    const p = registry.protocols[layer]
    if (p == null) continue
    families.add(familyOf(p.id))
    for (const family of p.writes) families.add(family)
  }
  return families
}

const mayWrite = (f: Field, families: ReadonlySet<string>): boolean =>
  families.has(familyOf(f.name)) || families.has(familyOf(f.owner))

/** May it have a value, with fields of these families only? */
function mayHave(s: Source, families: ReadonlySet<string>): boolean {
  switch (s.kind) {
    case 'field':
      return s.fields.some((f) => mayWrite(f, families))
    case 'slice':
    case 'negative':
      return mayHave(s.of, families)
    case 'arithmetic':
      return mayHave(s.left, families) && mayHave(s.right, families)
    case 'call':
      return s.args.some((arg) => mayHave(arg, families))
    default:
      return true
  }
}

/** Is there a layer of this protocol? Stacks know, but of packets that end early not whether anything of it was there. */
function protocolColumn({ field, judge }: Judged, packets: Packets): Column | null {
  const protocol = packets.registry.protocolIndex(field.name)
  if (judge !== null || field.type.sort !== 'protocol' || protocol === 0) return null
  const there = packets.registry.protocols[protocol]!.silent ? Verdict.Maybe : Verdict.Yes
  return new StackColumn(packets, (layers) => (layers.includes(protocol) ? there : Verdict.No), true)
}
