import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fieldsText } from '../src/tools/docs.js'

describe('the generated docs', () => {
  it('are what the declarations say: npm run docs makes them', () => {
    expect(readFileSync(new URL('../docs/fields.md', import.meta.url), 'utf8')).toBe(fieldsText())
  })
})
