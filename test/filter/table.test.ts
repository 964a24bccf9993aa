/** Every line of filters.tsv: the packets that pass are those that tshark 4.0.17 lets pass, by either way. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compileFilter } from '../../src/filter/compile.js'
import { FilterError } from '../../src/filter/filter-error.js'
import { byColumns, byDissecting, packetsOf } from './support.js'

const lines = readFileSync(new URL('filters.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t') as [capture: string, filter: string, count: string, hash: string])

const captures = [...new Set(lines.map(([capture]) => capture))]
const digest = (numbers: readonly number[]): string =>
  `${numbers.length} ${createHash('sha1').update(numbers.join(',')).digest('hex').slice(0, 12)}`

test.each(captures)('filters over %s let the packets pass that tshark lets pass', async (capture) => {
  const engine = await packetsOf(capture)
  const wrong: string[] = []
  for (const [, filter, count, hash] of lines.filter(
    ([name, , expected]) => name === capture && expected !== 'refused',
  )) {
    const compiled = compileFilter(filter)
    const dissected = byDissecting(engine, compiled)
    const found = byColumns(engine, compiled)
    if (digest(dissected) !== `${count} ${hash}`) wrong.push(`${filter}: ${dissected.length}, tshark ${count}`)
    if (digest(found) !== digest(dissected))
      wrong.push(`${filter}: columns say ${found.length}, dissection ${dissected.length}`)
  }
  expect(wrong).toEqual([])
})

test.each(lines.filter(([, , count]) => count === 'refused').map(([, filter]) => filter))('%s is refused', (filter) => {
  expect(() => compileFilter(filter)).toThrow(FilterError)
})
