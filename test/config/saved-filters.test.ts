import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/config.js'
import { removeFilter, saveFilter } from '../../src/config/saved-filters.js'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewise-filters-'))
  path = join(folder, 'framewise', 'config.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('saved filters', () => {
  it('are there the next time, replaced and removed', () => {
    saveFilter('web', 'http', path)
    saveFilter('mail & news', 'smtp', path)
    saveFilter('web', 'http or tls', path)
    expect(loadConfig(path).config.filters).toEqual({ web: 'http or tls', 'mail & news': 'smtp' })
    expect(removeFilter('web', path)).toBe(true)
    expect(removeFilter('web', path)).toBe(false)
    expect(removeFilter('constructor', path)).toBe(false)
    expect(loadConfig(path).config.filters).toEqual({ 'mail & news': 'smtp' })
  })

  it('leave everything else in the file as it is, understood or not', () => {
    const file = join(folder, 'mine.json')
    writeFileSync(file, '{"keys": {"zoom": "x"}, "later": [1], "filters": {"old": "tcp"}}')
    symlinkSync(file, join(folder, 'link.json'))
    saveFilter('new', 'udp', join(folder, 'link.json'))
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      keys: { zoom: 'x' },
      later: [1],
      filters: { old: 'tcp', new: 'udp' },
    })
  })

  it('are not written over a file that is not understood', () => {
    for (const text of ['{"filters": {', '{"filters": []}', '[]']) {
      const file = join(folder, 'broken.json')
      writeFileSync(file, text)
      expect(() => saveFilter('new', 'udp', file)).toThrow(/broken\.json(:1:14)?: /)
      expect(readFileSync(file, 'utf8')).toBe(text)
    }
  })

  it('have names that can be seen', () => {
    for (const name of ['', ' ', 'a\nb', '\u202e']) expect(() => saveFilter(name, 'tcp', path)).toThrow('name')
  })
})
