import { expect, it } from 'vitest'
import type { Dissection } from '../../src/dissect/index.js'
import { TlsSessions } from '../../src/track/tls-sessions.js'

const at = (number: number): Dissection => ({ conversation: 0, packet: { number } }) as unknown as Dissection

it('a layer is recalled as it was met, also beside one of its packet that changed the state', () => {
  const sessions = new TlsSessions()
  const { state } = sessions
  const layers: readonly (readonly [packet: number, place: number, version: number])[] = [
    [1, 10, 0],
    [1, 20, 0x0303],
    [1, 30, 0x0303],
    [2, 10, 0x0303],
    [2, 20, 0x0304],
    [2, 30, 0x0304],
  ]
  const met = layers.map(([packet, place, version]) => {
    sessions.begin(at(packet), place, true)
    const before = state.version
    state.version = version
    sessions.keep(at(packet), place)
    return before
  })
  const recalled = layers.map(([packet, place]) => {
    sessions.begin(at(packet), place, false)
    return state.version
  })
  expect(recalled).toEqual(met)
  expect(met).toEqual([0, 0, 0x0303, 0x0303, 0x0303, 0x0304])
})
