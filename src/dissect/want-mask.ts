/** Which fields a recording writes down: a byte for each field. */
import { allFields, type Field } from './field.js'
import type { Registry } from './registry.js'

/** Why a field is in a want-mask: for itself, for its bits or aliases, or as a subtree that may hold something wanted. */
export const Want = { Self: 1, Inside: 2, Group: 4 } as const

/**
 * The mask that records these fields and nothing else. Subtrees of the same family (`tcp` in `tcp.flags.syn`) are walked,
 * since any may hold one of them, and whatever a wanted name lies below (`tcp.options` of `tcp.options.mss_val`).
 */
export function wantFields(wanted: Iterable<Field>): Uint8Array {
  const mask = new Uint8Array(allFields.length)
  const families = new Set<string>()
  const above = new Set<string>()
  for (const f of wanted) {
    mask[f.id]! |= Want.Self
    families.add(familyOf(f.name)).add(familyOf(f.owner))
    for (let dot = f.name.lastIndexOf('.'); dot > 0; dot = f.name.lastIndexOf('.', dot - 1))
      above.add(f.name.slice(0, dot))
  }
  const anywhere = families.has('_ws')
  for (const f of allFields) {
    const subtree = f.kind === 'none' || f.kind === 'protocol'
    if (subtree ? anywhere || families.has(familyOf(f.name || f.owner)) : above.has(f.name)) mask[f.id]! |= Want.Group
    if (holds(f, mask)) mask[f.id]! |= Want.Inside
  }
  return mask
}
/** What comes first in a field's name: whose it is. */
export const familyOf = (name: string): string => (name.startsWith('_ws.') ? '_ws' : name.split('.', 1)[0]!)

export const wantEverything = (): Uint8Array =>
  new Uint8Array(allFields.length).fill(Want.Self | Want.Inside | Want.Group)

/** Do packets say these fields by themselves? Then they can be recorded while the packets are tracked. */
export const arePlain = (registry: Registry, wanted: readonly Field[]): boolean =>
  wanted.every((f) => {
    const begins = (beginning: string): boolean => f.name.startsWith(beginning)
    const families = [familyOf(f.name), familyOf(f.owner)]
    return (
      !families.includes('_ws') &&
      registry.protocols.every(
        (p) =>
          !p ||
          (!p.late.some(begins) && (p.recall === null || !families.includes(familyOf(p.id)) || p.plain.some(begins))),
      )
    )
  })

const holds = (f: Field, mask: Uint8Array): boolean =>
  f.also.some((a) => mask[a.id]! & Want.Self) || f.parts.some((p) => mask[p.id]! & Want.Self || holds(p, mask))
