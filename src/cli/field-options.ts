/** `-E name=value`: how `-T fields` prints. */
import { defaultFieldOptions, type FieldOptions } from '../output/field-printer.js'
import { suggestion, UsageError } from './usage-error.js'

const yesOrNo: Readonly<Record<string, boolean>> = { y: true, n: false }
const quotes: Readonly<Record<string, string>> = { d: '"', s: "'", n: '' }
const named: Readonly<Record<string, string>> = { '/t': '\t', '/s': ' ' }

/** What the values of a name mean, and what to say when it is none of them. */
const rules: Readonly<Record<keyof FieldOptions, { read: (value: string) => unknown; values: string }>> = {
  bom: { read: (value) => yesOrNo[value], values: 'y or n' },
  header: { read: (value) => yesOrNo[value], values: 'y or n' },
  separator: { read: character, values: '/t, /s or one character' },
  occurrence: { read: (value) => (/^[afl]$/.test(value) ? value : undefined), values: 'a, f or l' },
  aggregator: { read: character, values: '/s or one character' },
  quote: { read: (value) => quotes[value], values: 'd, s or n' },
}

function character(value: string): string | undefined {
  return named[value] ?? [...value][0]
}

/** Understands all `-E` of a command line; the last of a name counts. Throws `UsageError`. */
export function parseFieldOptions(texts: readonly string[]): FieldOptions {
  const options: Record<string, unknown> = { ...defaultFieldOptions }
  for (const text of texts) {
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof FieldOptions] : undefined
    if (!rule) {
      const known = Object.keys(rules)
      throw new UsageError(`-E ${name} is not known: it can be ${known.join(', ')}.${suggestion(name, known)}`)
    }
    const value = equals < 0 ? undefined : rule.read(text.slice(equals + 1))
    if (value === undefined) throw new UsageError(`-E ${name}= takes ${rule.values}.`)
    options[name] = value
  }
  return options as unknown as FieldOptions
}
