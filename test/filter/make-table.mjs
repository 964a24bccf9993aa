// Fills filters.tsv anew with what the tshark that is installed answers: node test/filter/make-table.mjs
// A line is a capture below fixtures/, a filter, how many packets pass and the first 12 digits of the SHA-1 of their
// numbers ("1,5,9"), or "refused". To add a filter, write its first two columns and run this.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const table = fileURLToPath(new URL('filters.tsv', import.meta.url))
const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))
const env = { ...process.env, TZ: 'UTC' }

/** @param {string} capture @param {string} filter */
function answer(capture, filter) {
  const args = ['-r', fixtures + capture, '-n', '-Y', filter, '-T', 'fields', '-e', 'frame.number']
  const { stdout, status } = spawnSync('tshark', args, { encoding: 'utf8', env, maxBuffer: 1 << 26 })
  const numbers = stdout.split('\n').filter((line) => line !== '')
  if (status !== 0 && numbers.length === 0) return 'refused\t'
  return `${numbers.length}\t${createHash('sha1').update(numbers.join(',')).digest('hex').slice(0, 12)}`
}

const lines = readFileSync(table, 'utf8').split('\n')
const out = lines.map((line) => {
  if (line === '' || line.startsWith('#')) return line
  const [capture, filter] = line.split('\t')
  return `${capture}\t${filter}\t${answer(capture, filter)}`
})
writeFileSync(table, out.join('\n'))
