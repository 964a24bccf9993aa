/** A capture on the screen: there before the first packet, and the packets as they come. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Network, noNetwork } from '../support/network.js'
import { PseudoTerminal } from '../support/pseudo-terminal.js'

const main = join(import.meta.dirname, '../../dist/src/main.js')

describe.skipIf(noNetwork !== '')(`live capture${noNetwork === '' ? '' : ` (left out: ${noNetwork})`}`, () => {
  let net: Network
  beforeAll(async () => {
    net = new Network()
    await net.ping()
  })
  afterAll(async () => {
    await net?.close()
  })

  test.each(['dumpcap', 'tcpdump'])('packets appear as %s captures them', async (engine) => {
    const command = [
      'ip',
      'netns',
      'exec',
      net.here,
      process.execPath,
      main,
      '-i',
      'wire0',
      '-f',
      'icmp',
      '--engine',
      engine,
    ]
    const data = { XDG_DATA_HOME: net.folder, XDG_RUNTIME_DIR: net.folder }
    const screen = new PseudoTerminal(command, { columns: 100, rows: 30 }, data)
    try {
      await screen.see('? help')
      expect(screen.text()).not.toContain('Echo (ping)')
      await net.ping('10.77.0.2', 1)
      await screen.see('Echo (ping) reply')
      await net.ping('10.77.0.2', 3)
      await screen.see('8 packets so far')
      screen.send('q')
      expect((await screen.exited).exitCode).toBe(0)
      expect(readdirSync(join(net.folder, 'framewise/captures'))).toEqual([])
    } finally {
      screen.kill()
    }
  })
})
