/** Which layers can write something that is wanted: the others need not be walked through. */
import { allFields } from './field.js'
import type { Protocol, Table } from './protocol.js'
import type { Registry } from './registry.js'
import { familyOf, Want } from './want-mask.js'

export class WantedLayers {
  /** Families of the wanted fields, and for each stack of layers how many of them can write one of those. */
  private readonly families = new Set<string>()
  private readonly limits = new Map<number, number>()
  /** By table: may what it leads to write something wanted? */
  private readonly insides = new Map<Table, boolean>()
  /** Every layer may. */
  private every = true
  /** By protocol: is nothing that it carries wanted? */
  private readonly enough: Uint8Array

  /** `showing`: lines are going to be read, so every layer is wanted. */
  constructor(
    private readonly registry: Registry,
    private readonly showing: boolean,
  ) {
    this.enough = new Uint8Array(registry.protocols.length)
  }

  /** Begins anew with the fields of another mask. */
  set(mask: Uint8Array): void {
    this.limits.clear()
    this.insides.clear()
    this.families.clear()
    const wanted = allFields.filter((f) => f.name !== '' && mask[f.id]! & Want.Self)
    for (const f of wanted) this.families.add(familyOf(f.name)).add(familyOf(f.owner))
    const late = this.registry.protocols.flatMap((p) => p?.late ?? [])
    this.every =
      this.showing || this.families.has('_ws') || wanted.some((f) => late.some((begin) => f.name.startsWith(begin)))
    for (const [id, p] of this.registry.protocols.entries()) this.enough[id] = p && this.wantsNothingIn(p) ? 1 : 0
  }

  /** Is nothing wanted that this protocol carries? */
  isEnough(protocol: number): boolean {
    return this.enough[protocol] === 1
  }

  /** How many layers of a stack are to be walked through: those up to the last one that can write something wanted. */
  limitOf(layers: Uint16Array, stack: number): number {
    if (this.every || stack === 0) return Number.POSITIVE_INFINITY
    let limit = this.limits.get(stack)
    if (limit === undefined) {
      limit = layers.findLastIndex((layer) => this.mayWrite(layer)) + 1
      this.limits.set(stack, limit)
    }
    return limit
  }

  /** May what the table leads to write something wanted? */
  mayFollow(t: Table): boolean {
    let wanted = this.insides.get(t)
    if (wanted === undefined) {
      const { routes, data } = this.registry
      wanted = this.every || this.mayWrite(data) || routes[t.index]!.some((p) => this.mayWrite(p))
      this.insides.set(t, wanted)
    }
    return wanted
  }

  private wantsNothingIn(p: Protocol): boolean {
    if (this.every || p.carries === null) return false
    return this.registry.protocols.every(
      (inner, id) => !inner || !(inner.id === 'data' || p.carries!.some((t) => t in inner.under)) || !this.mayWrite(id),
    )
  }

  private mayWrite(layer: number): boolean {
    const p = this.registry.protocols[layer]
    return (
      p !== null &&
      p !== undefined &&
      (this.families.has(familyOf(p.id)) || p.writes.some((family) => this.families.has(family)))
    )
  }
}
