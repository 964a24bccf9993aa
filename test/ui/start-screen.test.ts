import { afterEach, describe, expect, it } from 'vitest'
import type { StartSources } from '../../src/session/start-sources.js'
import { sparkline } from '../../src/ui/sparkline.js'
import { StartScreen } from '../../src/ui/start-screen.js'
import { createTheme } from '../../src/ui/theme.js'
import { TrafficMeter } from '../../src/ui/traffic-meter.js'

/** A machine with two interfaces, one file of before and one capture that a crash left. */
class Machine implements StartSources {
  readonly done: string[] = []
  readonly filters = { list: () => ['port 53'], add: () => {} }
  lost = [{ path: '/data/capture-1.pcapng', bytes: 12_345_678, modified: Date.UTC(2026, 10, 22, 12) }]
  why = ''
  problem = ''
  interfaces = async (): Promise<Awaited<ReturnType<StartSources['interfaces']>>> => [
    {
      name: 'eth0',
      description: '',
      addresses: ['192.168.1.10', 'fe80::3e22:fbff:fe01:203'],
      linkType: 'Ethernet',
      state: 'up',
    },
    { name: 'lo\x1b[31m', description: 'Loopback', addresses: [], linkType: 'Ethernet', state: 'down' },
  ]
  traffic = (): null => null
  obstacle = async (): Promise<string> => this.why
  filterProblem = async (filter: string, name: string): Promise<string> =>
    filter.startsWith('wrong') ? `${name}: can't parse filter expression` : ''
  recentFiles = (): string[] => ['/home/me/old.pcapng']
  leftovers = (): typeof this.lost => this.lost
  async capture(names: readonly string[], filter: string): Promise<string> {
    this.done.push(`capture ${names.join('+')} ${filter}`)
    return this.problem
  }
  async open(path: string): Promise<string> {
    this.done.push(`open ${path}`)
    return this.problem
  }
  saveLeftover(path: string, to: string): string {
    this.done.push(`save ${path} ${to}`)
    this.lost = []
    return ''
  }
  deleteLeftover(path: string): string {
    this.done.push(`delete ${path}`)
    this.lost = []
    return ''
  }
}

const screens: StartScreen[] = []
afterEach(() => {
  for (const screen of screens.splice(0)) screen.stop()
})

function begin(machine = new Machine()) {
  let quits = 0
  const nothing = (): void => {}
  const screen = new StartScreen(
    {
      theme: createTheme('none'),
      program: 'framewise 0.1',
      changed: nothing,
      quit: () => quits++,
      suspend: nothing,
      redraw: nothing,
      show: nothing,
      problems: [],
    },
    machine,
  )
  screens.push(screen)
  const see = async (width = 80, height = 24): Promise<string> => {
    await new Promise((resolve) => setTimeout(resolve, 2))
    return screen.draw(width, height).lines().join('\n')
  }
  const press = async (...keys: string[]): Promise<string> => {
    await see()
    for (const key of keys) {
      screen.handle({ type: 'key', key })
      await see()
    }
    return see()
  }
  const type = (text: string): Promise<string> => press(...[...text].map((key) => (key === ' ' ? 'space' : key)))
  return { machine, screen, see, press, type, quits: () => quits }
}

describe('the start screen', () => {
  it.each([
    [80, 24],
    [200, 50],
    [40, 10],
  ])('shows interfaces, the filter, files and what a crash left in %i by %i cells', async (width, height) => {
    const { see } = begin()
    await see(width, height)
    const text = await see(width, height)
    expect(text).toContain('eth0')
    expect(text).toContain('up')
    expect(text).toContain('Capture filter')
    expect(text).not.toContain('\x1b')
    if (height > 20) {
      expect(text).toContain('192.168.1.10')
      expect(text).toMatch(/! {1,2}\/data\/capture-1\.pcapng +not saved · 12\.3 MB/)
      expect(text).toContain('/home/me/old.pcapng')
    }
  })

  it('captures on the selected interface at Enter, or on all that were chosen', async () => {
    const { machine, press } = begin()
    await press('enter')
    await press('space', 'down', 'space', 'enter')
    expect(machine.done).toEqual(['capture eth0 ', 'capture eth0+lo\x1b[31m '])
  })

  it('compiles the filter while it is typed, and captures with it only when libpcap takes it', async () => {
    const { machine, press, type } = begin()
    await press('f')
    await type('wrong q')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await press()).toContain("eth0: can't parse filter expression")
    expect(await press('enter')).toContain('The capture filter cannot be used')
    await press('C-u')
    await type('port 80')
    await press('enter')
    await press('up', 'enter')
    expect(machine.done).toEqual(['capture eth0 port 80', 'capture eth0 port 53'])
  })

  it('stays, and says what stands in the way of a capture', async () => {
    const machine = new Machine()
    machine.problem = 'dumpcap may not capture on eth0.'
    const { press } = begin(machine)
    expect(await press('enter')).toContain('✗dumpcap may not capture on eth0.')
  })

  it('says at once when nothing can be captured here, with the command that mends it', async () => {
    const machine = new Machine()
    machine.why = 'dumpcap may not capture for you: sudo usermod -a -G wireshark me'
    const { press } = begin(machine)
    expect((await press()).split('\n').at(-1)).toMatch(/^!dumpcap may not capture for you: sudo usermod/)
  })

  it('opens files, saves what a crash left, and deletes it only after a question', async () => {
    const { machine, press, type } = begin()
    await press('tab', 'tab', 'enter', 'down', 'enter', 'up', 'd', 'c', 'd', 'd')
    machine.lost = [{ path: '/data/capture-2.pcapng', bytes: 1, modified: 0 }]
    const again = begin(machine)
    await again.press('S-tab', 's')
    await again.type('/home/me/kept.pcapng')
    expect(await again.press('enter')).toContain('Saved to /home/me/kept.pcapng')
    await press('o')
    await type('/tmp/x.pcap')
    await press('enter')
    expect(machine.done).toEqual([
      'open /data/capture-1.pcapng',
      'open /home/me/old.pcapng',
      'delete /data/capture-1.pcapng',
      'save /data/capture-2.pcapng /home/me/kept.pcapng',
      'open /tmp/x.pcap',
    ])
  })

  it('quits at q, but not in the filter', async () => {
    const { press, quits } = begin()
    await press('f', 'q')
    expect(quits()).toBe(0)
    await press('escape', 'q')
    expect(quits()).toBe(1)
  })
})

describe('traffic', () => {
  it('is drawn in eighths of the highest, the latest at the right', () => {
    expect(sparkline([1, 2, 4, 8], 6)).toBe('  ▁▂▄█')
    expect(sparkline([5, 5, 5], 2)).toBe('██')
    expect(sparkline([0, 0], 3)).toBe('   ')
    expect(sparkline([], 3)).toBe('   ')
  })

  it('is what the counters gained since the last look', () => {
    const meter = new TrafficMeter()
    meter.look({ packets: 100, bytes: 1000 }, 0)
    expect(meter.text).toBe('')
    meter.look({ packets: 110, bytes: 3000 }, 500)
    meter.look(null, 700)
    expect(meter.text).toBe('20 pkt/s 4.0 kB/s')
    // The interface went away and came back.
    meter.look({ packets: 0, bytes: 0 }, 1000)
    expect(meter.rates).toEqual([20, 0])
  })
})
