/** A capture on the screen: there before the first packet, the packets as they come, and what can be done with it. */

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { describeLive } from '../support/live.js'
import { leaveScreen } from '../support/network.js'
import { framewise } from '../support/program.js'
import { PseudoTerminal } from '../support/pseudo-terminal.js'

const main = join(import.meta.dirname, '../../dist/src/main.js')
const ctrl = { e: '\x05', k: '\x0b', r: '\x12', u: '\x15' } as const

describeLive('live capture', (net) => {
  let screens: PseudoTerminal[] = []
  beforeEach(async () => {
    await net.ping()
  })
  afterEach(async () => {
    for (const screen of screens) screen.kill()
    await Promise.all(screens.map(({ exited }) => exited))
    screens = []
    // What a test that failed has left is not for the next one to find.
    for (const name of net.captures()) rmSync(join(net.captureFolder, name))
  })

  const folders = (): Record<string, string> => ({
    XDG_DATA_HOME: net.folder,
    XDG_RUNTIME_DIR: net.folder,
    XDG_STATE_HOME: net.folder,
    XDG_CONFIG_HOME: net.folder,
  })
  const watch = (...args: string[]): PseudoTerminal => {
    const command = ['ip', 'netns', 'exec', net.here, process.execPath, main, ...args]
    const screen = new PseudoTerminal(command, { columns: 100, rows: 30 }, folders())
    screens.push(screen)
    return screen
  }
  /** The number of the process that captures for it, from the note beside its spool. */
  const engineOf = (): number => {
    const notes = join(net.folder, 'framewise')
    const name = readdirSync(notes).find((one) => one.startsWith('engine-')) ?? ''
    return (JSON.parse(readFileSync(join(notes, name), 'utf8')) as { engine: { pid: number } }).engine.pid
  }
  const discard = async (screen: PseudoTerminal): Promise<void> => {
    await leaveScreen(screen)
    expect((await screen.exited).exitCode).toBe(0)
    expect(net.captures()).toEqual([])
  }

  test.each(['dumpcap', 'tcpdump'])('packets appear as %s captures them', async (engine) => {
    const screen = watch('-i', 'wire0', '-f', 'icmp', '--engine', engine)
    await screen.see('waiting for the first frame')
    expect(screen.lines()[0]).toContain(`● wire0 · icmp · ${engine} · 0 packets`)
    await net.ping('10.77.0.2', 1)
    await screen.see('Echo (ping) reply')
    await net.ping('10.77.0.2', 3)
    await screen.see('8 packets')
    await screen.see('frame 8 of 8 · following')
    await discard(screen)
  })

  test('from the start screen with a filter, to a new filter, saved and left', async () => {
    const screen = watch()
    await screen.see('10.77.0.1')
    await screen.see(/wire0 +up +Ethernet/)
    screen.send('f')
    screen.send('icmp and nonsense')
    await screen.see('syntax error')
    screen.send(`${ctrl.u}icmp`)
    await screen.see('✓')
    screen.send('\x1b')
    await screen.see('▸ Interfaces')
    for (let i = 0; i < 20 && !screen.marked(2 + i)[0]?.includes('wire0'); i++) screen.send(i === 0 ? '\x1b[H' : 'j')
    screen.send('\r')
    await screen.see('● wire0 · icmp')
    await net.ping('10.77.0.2', 2)
    await screen.see('4 packets')
    screen.send(ctrl.k)
    await screen.see('Capture filter')
    screen.send(`${ctrl.u}icmp6\r`)
    await screen.see('4 packets are not saved')
    screen.send('d')
    await screen.see('● wire0 · icmp6')
    await net.ping('fd77::2', 2, '-6')
    await screen.see('Echo (ping) reply')
    screen.send('q')
    await screen.see('not saved')
    screen.send('s')
    await screen.see('Save packets')
    const file = join(net.folder, 'kept.pcapng')
    screen.send(`${file}\r`)
    expect((await screen.exited).exitCode).toBe(0)
    expect(net.captures()).toEqual([])
    const { out } = framewise(['-r', file, '-T', 'fields', '-e', 'icmpv6.type', '-Y', 'icmpv6.type in {128, 129}'])
    expect(out.trim().split('\n')).toEqual(['128', '129', '128', '129'])
  })

  test('a paused list misses nothing, and a stopped capture stays on the screen', async () => {
    const screen = watch('-i', 'wire0', '-f', 'icmp')
    await screen.see('waiting for the first frame')
    await net.ping('10.77.0.2', 1)
    await screen.see('frame 2 of 2')
    screen.send('p')
    await screen.see('Paused')
    await net.ping('10.77.0.2', 5)
    await screen.see('12 packets')
    expect(screen.text()).not.toMatch(/^ +3 .* ICMP/m)
    screen.send('p')
    await screen.see('frame 12 of 12')
    screen.send(ctrl.e)
    await screen.see('Stopped: 12 packets, dropped 0')
    await screen.see('■ wire0')
    screen.send(ctrl.r)
    await screen.see('12 packets are not saved')
    screen.send('d')
    await screen.see('● wire0 · icmp · dumpcap · 0 packets')
    await discard(screen)
  })

  test('an engine that dies is a message, and what it captured is offered at the next start', async () => {
    const screen = watch('-i', 'wire0', '-f', 'icmp')
    await screen.see('waiting for the first frame')
    await net.ping('10.77.0.2', 2)
    await screen.see('4 packets')
    process.kill(engineOf(), 'SIGKILL')
    await screen.see('the capture is over: dumpcap was ended by SIGKILL')
    expect(screen.text()).toContain('Echo (ping) reply')
    screen.kill('SIGTERM')
    await screen.exited
    expect(net.captures()).toHaveLength(1)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const next = watch()
    await next.see('not saved')
    next.send('\x1b[Z')
    await next.see('▸ Files')
    next.send('s')
    await next.see('Save it to')
    const file = join(net.folder, 'rescued.pcapng')
    next.send(`${file}\r`)
    await next.see('Saved to')
    expect(net.captures()).toEqual([])
    expect(existsSync(file)).toBe(true)
    next.send('q')
    expect((await next.exited).exitCode).toBe(0)
    expect(framewise(['-r', file]).out.trim().split('\n')).toHaveLength(4)
  })

  test('--keep forgets the oldest frames and goes on counting', async () => {
    const screen = watch('-i', 'wire0', '-f', 'icmp', '--keep', 'frames:3')
    await screen.see('waiting for the first frame')
    await net.ping('10.77.0.2', 4)
    await screen.see('dropped 0? · 5 forgotten')
    screen.send('\x1b[H')
    await screen.see('frame 6 of 8')
    screen.send('1G')
    expect(await screen.see('it is forgotten')).toContain('(--keep)')
    await discard(screen)
  })
})
