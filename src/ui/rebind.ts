/**
 * Other keys for actions, as the settings name them. A key that is given to an action is taken from the one that had it.
 */

import type { Binding } from './keys.js'
import { bindings, keyLabel, labels, useBindings } from './keys.js'

/** Keys by the name of their action; as a person writes them: `Ctrl-F`, `F3`, `x`. */
export type KeySettings = Readonly<Record<string, readonly string[]>>

export interface Rebound {
  readonly bindings: readonly Binding[]
  /** What makes no sense, which changes nothing; whole sentences. */
  readonly problems: readonly string[]
}

/** Makes these the keys from now on. Returns what makes no sense in them. */
export function applyKeys(settings: KeySettings): readonly string[] {
  const { bindings: changed, problems } = rebound(bindings, settings)
  useBindings(changed)
  return problems
}

/** The table `usual` with what `settings` change in it. */
export function rebound(usual: readonly Binding[], settings: KeySettings): Rebound {
  const problems: string[] = []
  const given = new Map<string, readonly string[]>()
  for (const [action, names] of Object.entries(settings)) {
    if (!usual.some((binding) => binding.action === action)) {
      problems.push(`keys.${action}: there is no such action; docs/config.md names them all.`)
      continue
    }
    const keys = names.flatMap((name) => {
      const key = keyNamed(name)
      const problem = key === undefined ? 'no key is called so' : refusal(key)
      if (problem) problems.push(`keys.${action}: ${name}: ${problem}.`)
      return key === undefined || problem ? [] : [key]
    })
    // Where all of it is wrong, the action keeps its keys; an empty list takes them away.
    if (keys.length > 0 || names.length === 0) given.set(action, keys)
  }
  return { bindings: usual.map((binding) => bound(binding, usual, given, problems)), problems }
}

function bound(
  binding: Binding,
  all: readonly Binding[],
  given: ReadonlyMap<string, readonly string[]>,
  problems: string[],
): Binding {
  const own = given.get(binding.action)
  const rivals = all.filter((each) => each.pane === binding.pane && each.action !== binding.action)
  if (own === undefined) {
    const taken = new Set(rivals.flatMap((rival) => given.get(rival.action) ?? []))
    return { ...binding, keys: binding.keys.filter((key) => !taken.has(key)) }
  }
  const earlier = rivals.filter((rival) => isBefore(rival.action, binding.action, given))
  const keys = own.filter((key) => {
    const holder = earlier.find((rival) => given.get(rival.action)?.includes(key))
    if (holder) problems.push(`keys.${binding.action}: ${keyLabel(key)} is given to ${holder.action} already.`)
    return !holder
  })
  return { ...binding, keys: [...keys, ...binding.keys.filter((key) => fixed.has(key))] }
}

const isBefore = (a: string, b: string, given: ReadonlyMap<string, readonly string[]>): boolean => {
  const order = [...given.keys()]
  return given.has(a) && order.indexOf(a) < order.indexOf(b)
}

/** Keys that do what they do whatever else happens. */
const fixed: ReadonlyMap<string, string> = new Map([
  ['C-c', 'Ctrl-C always quits'],
  ['C-z', 'Ctrl-Z always goes to the shell'],
])
/** What terminals send for these is what they send for another key. */
const same: Readonly<Record<string, string>> = { 'C-i': 'tab', 'C-m': 'enter', 'C-j': 'enter', 'C-h': 'backspace' }

function refusal(key: string): string {
  if (/^[0-9]$/.test(key)) return 'digits are the beginning of a number of packets'
  const other = same[key]
  return other === undefined ? (fixed.get(key) ?? '') : `terminals cannot tell it from ${keyLabel(other)}`
}

/** The key that a person calls `Ctrl-F`, `PgUp`, `Shift-Tab`, `é`, under the name that `input.ts` has for it. */
function keyNamed(name: string): string | undefined {
  const parts = /^((?:(?:ctrl|alt|shift|C|M|S)-)*)(.+)$/isu.exec(name.trim())
  if (!parts) return name === ' ' ? 'space' : undefined
  const held = new Set(
    (parts[1] ?? '')
      .toLowerCase()
      .split('-')
      .map((part) => modifiers[part] ?? ''),
  )
  const key = baseKey(parts[2] ?? '', held)
  if (key === undefined) return undefined
  return `${held.has('C') ? 'C-' : ''}${held.has('M') ? 'M-' : ''}${held.has('S') && key.length > 1 ? 'S-' : ''}${key}`
}

const modifiers: Readonly<Record<string, string>> = { ctrl: 'C', c: 'C', alt: 'M', m: 'M', shift: 'S', s: 'S' }

/** Keys by what people call them, in small letters: as the screen does, and otherwise. */
const named: ReadonlyMap<string, string> = new Map([
  ...Object.entries(labels).flatMap(([key, label]) => [[key, key] as const, [label.toLowerCase(), key] as const]),
  ...['backspace', 'delete', 'insert'].map((key) => [key, key] as const),
  ...Array.from({ length: 12 }, (_, i) => [`f${i + 1}`, `f${i + 1}`] as const),
  ['escape', 'escape'],
  ['return', 'enter'],
  ['del', 'delete'],
  ['ins', 'insert'],
])

function baseKey(text: string, held: ReadonlySet<string>): string | undefined {
  const known = named.get(text.toLowerCase())
  if (known !== undefined || [...text].length !== 1) return known
  if (held.has('C')) return /[a-z/]/i.test(text) ? text.toLowerCase() : undefined
  return held.has('S') ? text.toUpperCase() : text
}
