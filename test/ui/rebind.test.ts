import { afterEach, describe, expect, it } from 'vitest'
import { helpLines } from '../../src/ui/help.js'
import { actionOf, bindings, hints, keyLabel } from '../../src/ui/keys.js'
import { applyKeys } from '../../src/ui/rebind.js'

const set = applyKeys
afterEach(() => applyKeys({}))

describe('keys of the settings', () => {
  it('take the place of the usual ones, and are taken from the actions that had them', () => {
    expect(set({ goTo: ['t', 'Ctrl-G'] })).toEqual([])
    expect(actionOf('t', 'list')).toBe('goTo')
    expect(actionOf('C-g', 'tree')).toBe('goTo')
    expect(actionOf('g', 'list')).toBeUndefined()
    expect(hints()).toContainEqual({ key: 't', text: 'go to' })
    expect(hints().map((hint) => hint.text)).not.toContain('time')
    expect(helpLines()).toContainEqual(expect.objectContaining({ keys: 't Ctrl-G' }))
    expect(helpLines().map((line) => line.text)).not.toContain('next way to write the time')
  })

  it('may be exchanged', () => {
    expect(set({ zoom: ['b'], bytes: ['z'] })).toEqual([])
    expect([actionOf('b', 'list'), actionOf('z', 'list')]).toEqual(['zoom', 'bytes'])
  })

  it('count in the pane that their action belongs to', () => {
    expect(set({ open: ['O'] })).toEqual([])
    expect(actionOf('O', 'tree')).toBe('open')
    expect(actionOf('O', 'list')).toBeUndefined()
    expect(actionOf('right', 'list')).toBe('sidewaysRight')
    expect(actionOf('right', 'tree')).toBeUndefined()
  })

  it('may be taken away', () => {
    expect(set({ zoom: [], suspend: [], quit: ['x'] })).toEqual([])
    expect(actionOf('z', 'list')).toBeUndefined()
    expect(['q', 'x', 'C-c', 'C-z'].map((key) => actionOf(key, 'list'))).toEqual([undefined, 'quit', 'quit', 'suspend'])
  })

  it('are called in many ways, and as the screen calls them', () => {
    const names = [
      'ctrl-f',
      'C-x',
      'PgUp',
      '↓',
      'Escape',
      'Shift-Tab',
      'shift-a',
      'Alt-x',
      'F12',
      'é',
      'Space',
      '-',
      'Ctrl-Left',
    ]
    expect(set({ redraw: names })).toEqual([])
    const keys = ['C-f', 'C-x', 'pageup', 'down', 'escape', 'S-tab', 'A', 'M-x', 'f12', 'é', 'space', '-', 'C-left']
    for (const key of keys) expect(actionOf(key, 'list'), key).toBe('redraw')
    for (const { keys: usual } of bindings) {
      expect(set({ redraw: usual.filter((key) => key !== 'C-c' && key !== 'C-z').map(keyLabel) })).toEqual([])
    }
  })

  it('that make no sense are said, and change nothing', () => {
    const problems = set({
      leap: ['x'],
      zoom: ['Ctrl-%', '5', 'Ctrl-C', 'nokey', 'Ctrl-I'],
      bytes: ['Y'],
      time: ['Y', 't'],
    })
    expect(problems).toEqual([
      'keys.leap: there is no such action; docs/config.md names them all.',
      'keys.zoom: Ctrl-%: no key is called so.',
      'keys.zoom: 5: digits are the beginning of a number of packets.',
      'keys.zoom: Ctrl-C: Ctrl-C always quits.',
      'keys.zoom: nokey: no key is called so.',
      'keys.zoom: Ctrl-I: terminals cannot tell it from Tab.',
      'keys.time: Y is given to bytes already.',
    ])
    expect(actionOf('z', 'list')).toBe('zoom')
    expect(actionOf('Y', 'list')).toBe('bytes')
    expect(actionOf('t', 'list')).toBe('time')
  })
})
