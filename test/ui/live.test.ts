import { describe, expect, it } from 'vitest'
import type { Severity } from '../../src/session/session.js'
import type { LiveControl, LiveState } from '../../src/session/live-control.js'
import { Browser } from '../../src/ui/browser.js'
import { createTheme } from '../../src/ui/theme.js'
import { FakeSession } from '../support/fake-session.js'

/** A capture that only notes what is wanted of it. */
class FakeCapture implements LiveControl {
  readonly wanted: string[] = []
  readonly filters = { list: () => ['udp', 'icmp'], add: () => {} }
  now: LiveState = {
    devices: 'eth0',
    filter: 'tcp port 80',
    engine: 'tcpdump',
    reason: 'it was asked for.',
    running: true,
    dropped: { kernel: 0, interface: 0, engine: 0 },
    keep: '',
    spool: '/home/me/capture.pcapng',
  }
  notice: (text: string, severity: Severity) => void = () => {}
  /** Brings what the engine held. */
  ended: () => void = () => {}
  state = (): LiveState => this.now
  onChange = (): (() => void) => () => {}
  onNotice(listener: (text: string, severity: Severity) => void): () => void {
    this.notice = listener
    return () => {}
  }
  async stop(): Promise<void> {
    this.wanted.push('stop')
    this.now = { ...this.now, running: false }
    setTimeout(() => this.ended(), 5)
  }
  async restart(filter: string): Promise<string> {
    this.wanted.push(`restart ${filter}`)
    return this.wanted.includes('fail') ? 'eth0 is down.' : ''
  }
  async filterProblem(filter: string): Promise<string> {
    return filter.startsWith('wrong') ? "can't parse filter expression: syntax error" : ''
  }
  settle(): void {
    this.wanted.push('settle')
  }
}

class Watching {
  readonly session = new FakeSession({ packets: 100_000, arrived: 0 })
  readonly capture = new FakeCapture()
  readonly browser: Browser
  quits = 0

  constructor() {
    this.browser = new Browser({
      session: this.session,
      theme: createTheme('none'),
      program: 'framewise 0.1',
      time: 'r',
      live: this.capture,
      tail: 'always',
      problems: [],
      changed: () => {},
      quit: () => this.quits++,
      suspend: () => {},
      redraw: () => {},
    })
  }

  async press(...keys: string[]): Promise<string> {
    for (const key of keys) {
      this.browser.handle({ type: 'key', key })
      await this.see()
    }
    return this.see()
  }

  async type(text: string): Promise<string> {
    return this.press(...[...text].map((key) => (key === ' ' ? 'space' : key)))
  }

  async arrive(packets: number): Promise<string> {
    this.session.arrive(packets)
    return this.see()
  }

  async see(): Promise<string> {
    this.browser.draw(80, 24)
    await new Promise((resolve) => setTimeout(resolve, 2))
    return this.browser.draw(80, 24).lines().join('\n')
  }
}

const selected = (screen: string): number => Number(/^▸..\s*(\d+)/m.exec(screen)?.[1] ?? 0)

describe('a live capture on the screen', () => {
  it('is up before the first frame and says what it listens to, with which filter, and what came', async () => {
    const watching = new Watching()
    const before = await watching.see()
    expect(before.split('\n')[0]).toBe(' ● eth0 · tcp port 80 · tcpdump · 0 packets · dropped 0')
    expect(before).toContain('waiting for the first frame')
    watching.capture.now = { ...watching.capture.now, dropped: { kernel: 3, interface: 1, engine: 0 } }
    const title = (await watching.arrive(1204)).split('\n')[0]
    expect(title).toContain('1,204 packets · dropped 3 kernel, 1 interface')
    watching.browser.stop()
  })

  it('follows the newest frame until the user moves, and again after End', async () => {
    const watching = new Watching()
    expect(selected(await watching.arrive(50))).toBe(50)
    expect(selected(await watching.arrive(500))).toBe(550)
    expect(selected(await watching.press('up'))).toBe(549)
    expect(selected(await watching.arrive(100))).toBe(549)
    expect(await watching.see()).toContain('End follows')
    expect(selected(await watching.press('end'))).toBe(650)
    expect(selected(await watching.arrive(7))).toBe(657)
    expect(await watching.see()).toContain('following')
    watching.browser.stop()
  })

  it('does not take the packet away whose details are being read', async () => {
    const watching = new Watching()
    await watching.arrive(50)
    await watching.press('tab')
    expect(await watching.arrive(50)).toContain('Packet 50')
    watching.browser.stop()
  })

  it('pauses the list, and shows afterwards what came meanwhile', async () => {
    const watching = new Watching()
    await watching.arrive(50)
    await watching.press('p', 'z')
    const paused = await watching.arrive(1000)
    expect(paused).toContain('1,050 packets')
    expect(paused).toContain('paused, 1,000 waiting')
    expect(selected(paused)).toBe(50)
    expect(selected(await watching.press('p'))).toBe(1050)
    expect(selected(await watching.arrive(10))).toBe(1060)
    watching.browser.stop()
  })

  it('asks before it drops what nobody has saved', async () => {
    const watching = new Watching()
    await watching.arrive(50)
    expect(await watching.press('q')).toContain('Quit? 50 packets are not saved')
    await watching.press('c')
    expect(watching.quits).toBe(0)
    await watching.press('q', 'd')
    expect([watching.quits, watching.capture.wanted]).toEqual([1, ['settle']])
    watching.browser.stop()
  })

  it('ends and saves first when that is wanted, what the engine still held too, and then quits', async () => {
    const watching = new Watching()
    watching.capture.ended = () => watching.session.end(2)
    await watching.arrive(50)
    await watching.press('q', 's')
    for (let i = 0; i < 100 && !(await watching.see()).includes('Save packets'); i++);
    expect(watching.session.status().packets).toBe(52)
    await watching.type('/tmp/x')
    await watching.press('enter')
    expect(watching.session.saves).toMatchObject([{ path: '/tmp/x', packets: 'all', format: 'pcapng', dropped: 0 }])
    expect([watching.quits, watching.capture.wanted]).toEqual([1, ['stop', 'settle']])
    watching.browser.stop()
  })

  it('quits without a question before the first frame, and on Ctrl-C at the second', async () => {
    const early = new Watching()
    await early.press('q')
    expect(early.quits).toBe(1)
    const late = new Watching()
    await late.arrive(1)
    await late.press('C-c', 'C-c')
    expect([late.quits, late.capture.wanted]).toEqual([1, []])
    early.browser.stop()
    late.browser.stop()
  })

  it('stops, and begins anew at the same key', async () => {
    const watching = new Watching()
    await watching.press('C-e')
    const stopped = await watching.see()
    expect(stopped).toContain('■ eth0')
    expect(stopped).toContain('Stopped: 0 packets, dropped 0.')
    await watching.press('C-e')
    expect(watching.capture.wanted).toEqual(['stop', 'restart tcp port 80'])
    watching.browser.stop()
  })

  it('begins anew with another filter, once libpcap has nothing against it', async () => {
    const watching = new Watching()
    await watching.press('C-k', 'C-u')
    await watching.type('wrong')
    expect(await watching.press('enter')).toContain("can't parse filter expression")
    await watching.press('C-u', 'up', 'enter')
    await watching.see()
    expect(watching.capture.wanted).toEqual(['restart udp'])
    watching.browser.stop()
  })

  it('says what stands in the way of beginning anew, and what happens to the capture', async () => {
    const watching = new Watching()
    watching.capture.wanted.push('fail')
    await watching.press('C-r')
    expect(await watching.see()).toContain('eth0 is down.')
    watching.capture.notice('the capture is over: tcpdump was ended by SIGKILL.', 3)
    expect(await watching.see()).toContain('✗the capture is over: tcpdump was ended by SIGKILL.')
    watching.browser.stop()
  })

  it('tells all it knows in a menu', async () => {
    const watching = new Watching()
    await watching.arrive(12)
    watching.capture.now = { ...watching.capture.now, dropped: { kernel: -1, interface: 5, engine: 0 } }
    const menu = await watching.press('L')
    expect(menu).toMatch(/Dropped by the kernel +known at the end/)
    expect(menu).toMatch(/Dropped by the interface +5/)
    expect(menu).toMatch(/Engine +tcpdump: it was asked for/)
    expect(await watching.press('p')).toContain('Paused')
    watching.browser.stop()
  })
})

describe('the dialog that saves', () => {
  it('saves marked packets or a range in another format, and asks before it replaces a file', async () => {
    const watching = new Watching()
    await watching.arrive(50)
    await watching.press('m', 'up', 'm', 'up', 'up', 'm', 'w')
    // Packets, then Format.
    await watching.press('up', 'up', 'right', 'right', 'down', 'right', 'down')
    const dialog = await watching.type('/exists')
    expect(dialog).toMatch(/Packets\s+marked, 3/)
    expect(dialog).toMatch(/Format\s+pcap, microseconds/)
    expect(await watching.press('enter')).toContain('There is such a file: Enter replaces it.')
    expect(await watching.press('enter')).toContain('saved to /exists')
    expect(watching.session.saves[1]).toMatchObject({
      format: 'pcap',
      replace: true,
      packets: [
        [47, 47],
        [49, 50],
      ],
    })
    watching.browser.stop()
  })

  it('saves the stream of the selected packet', async () => {
    const watching = new Watching()
    await watching.arrive(50)
    await watching.press('up', 'w', 'up', 'up', 'right', 'right', 'right', 'right', 'down', 'down')
    expect(await watching.type('/tmp/x')).toMatch(/Packets\s+stream of number 49/)
    await watching.press('enter')
    expect(watching.session.saves).toMatchObject([{ path: '/tmp/x', packets: { streamOf: 49 } }])
    watching.browser.stop()
  })

  it('says what is wrong and stays', async () => {
    const watching = new Watching()
    await watching.arrive(50)
    expect(await watching.press('w', 'enter')).toContain('To which file?')
    await watching.type('/tmp/')
    expect(await watching.press('enter')).toContain('this is a folder')
    expect(await watching.press('escape')).not.toContain('Save packets')
    watching.browser.stop()
  })
})
