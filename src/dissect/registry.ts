/**
 * A registry joins protocols to their parents. It belongs to a session, so that Decode As and plug-ins do not leak into
 * another. Fails when it is made, not in the middle of a capture.
 */
import { allPreferences, type Preference } from './preference.js'
import { allTables, type Protocol, type Table } from './protocol.js'

export class Registry {
  /** By index; 0 is nobody. */
  readonly protocols: readonly (Protocol | null)[]
  /** For each table, which protocol index a number leads to. */
  readonly routes: readonly Uint16Array[]
  /** For each table, the index of the layer that it names itself, 0 for none. */
  readonly tableLayer: Uint16Array
  /** By protocol: the index of a layer that has its name and no line, 0 where nobody goes over from it to another. */
  readonly nameOnly: Uint16Array
  /** Name of each layer by index: protocols first, then what tables are named as. */
  readonly layerNames: readonly string[]
  /** Values of the preferences by their index; booleans as 0 and 1. */
  readonly preferences: number[]
  private readonly indexOf = new Map<string, number>()
  /** For each table, who may be asked to guess when no number leads anywhere. */
  readonly guesses: readonly (readonly number[])[]
  /** The protocol that takes what nobody else knows. */
  readonly data: number

  /** `protocols` in any order; ids must be unique and one must be called `data`. */
  constructor(protocols: readonly Protocol[]) {
    const names = ['']
    this.protocols = [null, ...protocols]
    for (const p of protocols) {
      if (this.indexOf.has(p.id)) throw new Error(`two protocols are called ${p.id}`)
      this.indexOf.set(p.id, names.length)
      names.push(p.id)
    }
    this.routes = allTables.map((t) => new Uint16Array(t.size))
    this.tableLayer = new Uint16Array(allTables.length)
    for (const t of allTables) {
      if (t.as === '') continue
      const at = names.indexOf(t.as)
      this.tableLayer[t.index] = at >= 0 ? at : names.push(t.as) - 1
    }
    this.nameOnly = Uint16Array.from(this.protocols, (p) =>
      p !== null && (p.upgrade !== null || p.yields !== null) ? names.push(p.id) - 1 : 0,
    )
    this.layerNames = names
    this.preferences = allPreferences.map((p) => Number(p.fallback))
    for (const p of protocols) {
      for (const [name, keys] of Object.entries(p.under)) {
        for (const key of [keys].flat()) this.route(name, key, p)
      }
    }
    this.guesses = allTables.map((t) =>
      protocols.flatMap((p, i) => (p.guess !== null && t.name in p.under ? [i + 1] : [])),
    )
    this.data = this.protocolIndex('data')
    if (this.data === 0) throw new Error('no protocol is called data')
  }

  /** Index of the protocol with this id, 0 when there is none. */
  protocolIndex(id: string): number {
    return this.indexOf.get(id) ?? 0
  }

  /** Makes `key` in the table called `name` lead to `p`. Throws when it leads elsewhere already, unless `replace`. */
  route(name: string, key: number, p: Protocol, replace = false): void {
    const t = allTables.find((one) => one.name === name)
    if (!t) throw new Error(`${p.id} asks to follow "${name}", which no protocol offers`)
    const to = this.routes[t.index]!
    if (!(key >= 0 && key < to.length)) throw new Error(`${p.id} asks for ${name} ${key}, which is beyond ${to.length}`)
    const there = to[key]!
    if (there !== 0 && !replace)
      throw new Error(`${name} ${key} leads to both ${this.protocols[there]!.id} and ${p.id}`)
    to[key] = this.protocolIndex(p.id)
  }

  /** Where `key` of `t` leads, 0 for nowhere. */
  lookup(t: Table, key: number): number {
    return this.routes[t.index]![key] ?? 0
  }

  /** Sets a preference. Throws when the value is not of its kind. */
  prefer(p: Preference, value: boolean | number): void {
    if (typeof value !== typeof p.fallback) throw new Error(`${p.name} takes a ${typeof p.fallback}`)
    this.preferences[p.index] = Number(value)
  }
}
