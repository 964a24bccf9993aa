/** What the tests of live capture have in common: two hosts for a whole file of tests, and the engines there are here. */
import { afterAll, beforeAll, describe } from 'vitest'
import { hasCap } from './cap-module.js'
import { Network, noNetwork } from './network.js'

export const engines = ['dumpcap', 'tcpdump', ...(hasCap ? ['cap'] : [])]

/**
 * Describes what happens between two hosts, which know each other by the time the first of these tests runs; left out, with
 * the reason, where such hosts cannot be made.
 */
export function describeLive(name: string, tests: (net: Network) => void): void {
  describe.skipIf(noNetwork !== '')(`${name}${noNetwork === '' ? '' : ` (left out: ${noNetwork})`}`, () => {
    const net = new Network()
    beforeAll(async () => {
      await net.open().ping()
    })
    afterAll(async () => {
      await net.close()
    })
    tests(net)
  })
}
