import { describe, expect, it } from 'vitest'
import { helpLines } from '../../src/ui/help.js'
import { actionOf, bindings, hints, keyLabel } from '../../src/ui/keys.js'

describe('the table of keys', () => {
  it('gives no key two meanings in one pane', () => {
    for (const pane of [undefined, 'list', 'tree', 'bytes'] as const) {
      const keys = bindings.filter((binding) => binding.pane === pane).flatMap((binding) => binding.keys)
      expect(keys).toHaveLength(new Set(keys).size)
    }
  })

  it('stands whole in the help', () => {
    const lines = helpLines()
    for (const { keys, help } of bindings) {
      expect(lines).toContainEqual({ keys: keys.map(keyLabel).join(' '), text: help })
    }
  })

  it('gives hints for keys that are there', () => {
    expect(hints().map((hint) => hint.key)).toEqual(['?', '/', 'Tab', 'g', 'Ctrl-F', 'f', 'b', 'z', 't', 'q'])
  })

  it('knows what a key does in each pane', () => {
    expect(actionOf('left', 'list')).toBe('sidewaysLeft')
    expect(actionOf('left', 'tree')).toBe('close')
    expect(actionOf('left', 'bytes')).toBe('previousByte')
    expect(actionOf('q', 'bytes')).toBe('quit')
    expect(actionOf('F', 'list')).toBeUndefined()
  })
})
