/** What `-z follow,…` says it left out. */
import { expect, test } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import type { Recording } from '../../src/dissect/recording.js'
import { Registry } from '../../src/dissect/registry.js'
import { Chunks } from '../../src/follow/chunks.js'
import { Places } from '../../src/follow/places.js'
import { limitsText } from '../../src/session/limits.js'
import { FollowStatistic } from '../../src/stats/follow-statistic.js'

const source = {
  registry: new Registry(protocols),
  show: (_d: Recording, _i: number): void => {},
  bytesOf: () => null,
  index: { secondsOf: () => 0, nanosecondsOf: () => 0 },
}

test('pieces beyond the room for them are counted, and earlier ones stay', () => {
  const chunks = new Chunks(new Places(), 2)
  for (let packet = 1; packet <= 5; packet++) chunks.add(packet, 0, 0, 0, 10)
  expect([chunks.length, chunks.refused, chunks.bytes[0]]).toEqual([2, 3, 20])
})

test('which stream they were of is said', () => {
  const options = { protocol: 'tcp', mode: 'ascii', filter: 'tcp.stream eq 3', from: 1, to: 9 } as const
  const statistic = new FollowStatistic(source, options)
  expect(limitsText(statistic.limits())).toBe('follow,tcp: later pieces of tcp.stream eq 3 left out (0)')
})
