import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { PseudoTerminal, build } from '../support/pseudo-terminal.js'

let program = ''
const open: PseudoTerminal[] = []

beforeAll(() => {
  program = join(build(), 'test/support/fake-app.js')
}, 60_000)

afterEach(() => {
  for (const terminal of open.splice(0)) terminal.kill()
})

function start(columns: number, rows: number, args: string[] = [], env: Record<string, string> = {}): PseudoTerminal {
  const terminal = new PseudoTerminal([process.execPath, program, ...args], { columns, rows }, env)
  open.push(terminal)
  return terminal
}

const down = '\x1b[B'
const right = '\x1b[C'

describe('the screen at 80x24', () => {
  it('shows title, list, details and status, every line in its place', async () => {
    const terminal = start(80, 24)
    await terminal.see('Hypertext')
    const lines = terminal.lines()
    expect(lines[0]).toMatch(/^ sample\.pcapng · 1,204 packets · 12\.4 s · 3 problems +framewise 0\.1$/)
    expect(lines[1]).toMatch(/^ {4}No\. Time +Source +Destination +Proto +Info$/)
    expect(lines[2]).toMatch(/^▸ +1 0\.010 +192\.168\.1\.10 +93\.184\.216\.34 +DNS +Standard query.*┃$/)
    expect(lines[13]).toMatch(/^── Packet 1 ─+$/)
    expect(lines[14]).toBe(' ▸ Frame 1: 94 bytes on wire (752 bits), 94 bytes captured (752 bits)')
    expect(lines[16]).toMatch(/^!▸ Internet Protocol Version 4/)
    expect(lines[23]).toMatch(/^ frame · 94 bytes at 0–93 +\? help .*frame 1 of 1,204 · 0 %$/)
  })

  it('draws hostile text harmlessly and keeps the columns aligned', async () => {
    const terminal = start(80, 24)
    await terminal.see('Hypertext')
    expect(terminal.lines()[4]).toContain('evil \\x1b[31m\\x1b]0')
    for (const line of terminal.lines().slice(3, 13)) expect(line).toMatch(/[│┃]$/)
    expect(terminal.output).not.toContain('\x1b]0;title')
    expect(terminal.output).not.toContain('\u202e')
  })

  it('scrolls, and shows the details of the packet it comes to', async () => {
    const terminal = start(80, 24)
    await terminal.see('Hypertext')
    terminal.send(down.repeat(3))
    await terminal.see('Packet 4 ')
    terminal.send('\x1b[6~')
    await terminal.see('frame 14 of 1,204')
    terminal.send('G')
    await terminal.see('frame 1,204 of 1,204 · 100 %')
    terminal.send('\x1b[H')
    expect(await terminal.see('frame 1 of 1,204')).toContain('frame 1 of 1,204')
  })

  it('opens a field with its key and keeps it open in the next packet', async () => {
    const terminal = start(80, 24)
    await terminal.see('Hypertext')
    terminal.send(`\t${down}${right}`)
    await terminal.see('Source: 3c:22:fb:01:02:03')
    terminal.send(`${down}${down}`)
    await terminal.see('eth.src · 6 bytes at 6–11')
    terminal.send(`\x1b[Z${down}`)
    await terminal.see('Packet 2 ')
    expect(await terminal.see('Source: 3c:22:fb:01:02:03')).toContain('Source: 3c:22:fb:01:02:03')
  })

  it('goes to a packet that is asked for, and says what is wrong with a number', async () => {
    const terminal = start(80, 24)
    await terminal.see('Hypertext')
    terminal.send('g5000\r')
    await terminal.see('The last packet is 1,204.')
    terminal.send('\x1560\r')
    await terminal.see('frame 60 of 1,204')
    expect(terminal.text()).toMatch(/^▸ +60 /m)
    terminal.send('777G')
    await terminal.see('frame 777 of 1,204')
    terminal.send('[')
    await terminal.see('frame 60 of 1,204')
  })

  it('takes a paste into the prompt as text, and nowhere else as keys', async () => {
    const terminal = start(80, 24)
    await terminal.see('Hypertext')
    terminal.send('\x1b[200~q\x1b[201~g\x1b[200~123\n\x1b[201~')
    await terminal.see('Go to packet: 123')
    terminal.send('\r')
    expect(await terminal.see('frame 123 of 1,204')).toContain('frame 123 of 1,204')
  })

  it('shows the bytes in place of the tree, and the field under the cursor', async () => {
    const terminal = start(80, 24)
    await terminal.see('Hypertext')
    terminal.send('b')
    await terminal.see(/^ 0000 {2}01 08 0f 16 1d 24 2b 32 {2}39/m)
    terminal.send(`\t\t${down}${down}${right}${right}`)
    await terminal.see('tcp.srcport · 2 bytes at 34–35')
    terminal.send('>')
    expect(await terminal.see('48 54 54 50 2f 31 2e 31')).toContain('48 54 54 50 2f 31 2e 31')
  })

  it('marks packets and goes round them', async () => {
    const terminal = start(80, 24)
    await terminal.see('Hypertext')
    terminal.send(`m${down}${down}m`)
    await terminal.see(/^▸● +3 /m)
    terminal.send("'")
    expect(await terminal.see(/^▸● +1 /m)).toMatch(/^▸● +1 /m)
  })

  it('shows the keys on ?, and leaves them on Esc', async () => {
    const terminal = start(80, 24)
    await terminal.see('Hypertext')
    terminal.send('?')
    await terminal.see('go to a packet')
    terminal.send('\x1b')
    expect(await terminal.see('Hypertext')).toContain('Hypertext')
  })

  it('follows the mouse: wheel, click on a row, click on a tab', async () => {
    const terminal = start(80, 24)
    await terminal.see('Hypertext')
    terminal.send('\x1b[<65;10;5M')
    await terminal.see(/Info\n +4 0\.041/)
    expect(terminal.text()).toContain('frame 1 of')
    terminal.send('\x1b[<0;10;5M\x1b[<0;10;5m')
    await terminal.see('frame 6 of 1,204')
    terminal.send('\x1b[<0;3;16M\x1b[<0;3;16m')
    await terminal.see('Source: 3c:22:fb:01:02:03')
  })

  it('asks for new times when t is pressed', async () => {
    const terminal = start(200, 50)
    await terminal.see('Hypertext')
    terminal.send('t')
    await terminal.see('Time: time of day')
    expect(await terminal.see('2026-11-22 0.010301')).toContain('2026-11-22 0.010301')
  })
})

describe('the screen at 200x50', () => {
  it('shows tree and bytes side by side, with tabs for the sources', async () => {
    const terminal = start(200, 50)
    await terminal.see('Hypertext')
    const lines = terminal.lines()
    expect(lines[1]).toMatch(/^ {4}No\. {2}Time +Source +Destination +Proto +Length {2}Info$/)
    const rule = lines.find((line) => line.includes('┬')) ?? ''
    expect(rule).toMatch(/^── Packet 1 ─+┬── Frame \(94 bytes\) ─ Reassembled TCP \(464 bytes\) ─+$/)
    expect(rule).toHaveLength(200)
    expect(terminal.text()).toContain('│ 0000  01 08 0f 16 1d 24 2b 32  39 40 47 4e 55 5c 63 6a  .....$+29@GNU\\cj')
    expect(lines[49]).toMatch(/^ \? help {3}\/ filter {3}Tab next pane {3}g go to/)
  })
})

describe('a changing terminal', () => {
  it('is followed down to two columns and back', async () => {
    const terminal = start(200, 50)
    await terminal.see('Hypertext')
    for (const [columns, rows] of [
      [80, 24],
      [20, 5],
      [2, 1],
      [1, 1],
      [3, 2],
      [40, 10],
    ] as const) {
      terminal.resize(columns, rows)
      await new Promise((resolve) => setTimeout(resolve, 60))
      terminal.send(down)
    }
    terminal.resize(120, 40)
    await terminal.see(/^ sample\.pcapng · 1,204 packets.*framewise 0\.1$/m)
    expect(await terminal.see('frame 7 of 1,204')).toContain('frame 7 of 1,204')
  })

  it('is readable without colour: no colour codes are sent', async () => {
    const terminal = start(80, 24, [], { NO_COLOR: '1' })
    await terminal.see('Hypertext')
    expect(terminal.output).not.toMatch(/\x1b\[[\d;]*(?:3[0-7]|4[0-7]|9[0-7]|[34]8;5)[\d;]*m/)
    expect(terminal.output).toContain('\x1b[7m')
  })

  it('shows packets as they arrive without moving the selection', async () => {
    const terminal = start(80, 24, ['5000', '100'])
    await terminal.see(/packets so far|5,000 packets/)
    terminal.send('9G')
    await terminal.see('5,000 packets')
    expect(await terminal.see('frame 9 of 5,000')).toContain('frame 9 of 5,000')
  })
})

describe('Ctrl-Z', () => {
  it('gives the terminal back, and takes it again when nobody stops the program', async () => {
    const terminal = start(80, 24)
    await terminal.see('Hypertext')
    const before = terminal.output.length
    terminal.send('\x1a')
    await terminal.see(/^\s*$/)
    expect(terminal.screen).toBe('normal')
    await terminal.see('Hypertext')
    expect(terminal.screen).toBe('alternate')
    expect(terminal.output.slice(before)).toContain('\x1b[?1006l')
    terminal.send('j')
    await terminal.see('frame 2 of')
  })

  it('comes back with its screen after fg', async () => {
    const terminal = new PseudoTerminal(['bash', '--norc', '-i'], { columns: 80, rows: 24 })
    open.push(terminal)
    terminal.send(`PS1='ready> '; clear; ${process.execPath} ${program}\r`)
    await terminal.see('Hypertext')
    terminal.send('\x1a')
    await terminal.see('Stopped')
    terminal.send('fg\r')
    await terminal.see('Hypertext')
    terminal.send('jq')
    expect(await terminal.see(/ready>\s*$/)).not.toContain('Hypertext')
    terminal.send('exit\r')
  })
})

describe('the end', () => {
  const restored = (terminal: PseudoTerminal): void => {
    expect(terminal.screen).toBe('normal')
    expect(terminal.modes).toEqual({ mouse: 'none', paste: false })
    expect(terminal.output.lastIndexOf('\x1b[?25h')).toBeGreaterThan(terminal.output.lastIndexOf('\x1b[?25l'))
  }

  it.each([
    ['q', 0],
    ['\x03', 0],
  ])('comes on %j with the terminal restored', async (key, code) => {
    const terminal = start(80, 24)
    await terminal.see('Hypertext')
    expect(terminal.screen).toBe('alternate')
    terminal.send(key)
    expect((await terminal.exited).exitCode).toBe(code)
    restored(terminal)
  })

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ])('comes on %s with code %i', async (signal, code) => {
    const terminal = start(80, 24)
    await terminal.see('Hypertext')
    process.kill(terminal.pid, signal)
    expect((await terminal.exited).exitCode).toBe(code)
    restored(terminal)
  })

  it.each([
    ['crash', 'a timer \\x1b[31mbroke'],
    ['reject', 'a promise broke'],
  ])('comes after a %s with the reason on the normal screen and code 1', async (failing, reason) => {
    const terminal = start(80, 24, ['1204', '1204', failing])
    await terminal.see('Hypertext')
    terminal.send('t')
    expect((await terminal.exited).exitCode).toBe(1)
    restored(terminal)
    expect(terminal.text()).toContain('unexpected error')
    expect(terminal.text()).toContain(reason)
  })
})
