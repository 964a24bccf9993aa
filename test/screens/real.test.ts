/** The program as it is installed, with a capture, in a terminal: what a person does in the first minute. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { fixture } from '../support/program.js'
import { PseudoTerminal } from '../support/pseudo-terminal.js'

const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url))
/** As one would type it; terminals are opened in the project's folder. */
const sample = 'fixtures/sample.pcapng'
const open: PseudoTerminal[] = []
const folders: string[] = []

afterEach(() => {
  for (const terminal of open.splice(0)) terminal.kill()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function start(
  columns: number,
  rows: number,
  command: readonly string[] = [process.execPath, main, sample],
): PseudoTerminal {
  const terminal = new PseudoTerminal(command, { columns, rows })
  open.push(terminal)
  return terminal
}

const down = '\x1b[B'
const right = '\x1b[C'
const pageDown = '\x1b[6~'
const tab = '\t'

/** The picture that has its details as well: they come a moment after the list. */
async function opened(terminal: PseudoTerminal): Promise<string> {
  await terminal.see('frame 1 of 494')
  await terminal.see(/^▸ +1 +0\.000/m)
  return await terminal.see(/^ ▸ Address Resolution Protocol \(request\)/m)
}

/** The last of what the program wrote may come after its end. */
async function expectRestored(terminal: PseudoTerminal): Promise<void> {
  await expect.poll(() => terminal.screen).toBe('normal')
  expect(terminal.modes).toEqual({ mouse: 'none', paste: false })
  expect(terminal.output.lastIndexOf('\x1b[?25h')).toBeGreaterThan(terminal.output.lastIndexOf('\x1b[?25l'))
}

describe('the sample at 80x24', () => {
  it('is open with its first packet selected', async () => {
    const terminal = start(80, 24)
    await opened(terminal)
    const lines = terminal.lines()
    expect(lines[0]).toMatch(/^ fixtures\/sample\.pcapng · 494 packets · 5\.5 s( · \d+ problems)? +framewise \d/)
    expect(lines[1]).toMatch(/^ {4}No\. Time +Source +Destination +Proto +(Length +)?Info$/)
    expect(lines[2]).toMatch(/^▸ +1 0\.000 +\S+ +(Broadcast|ff:ff:ff:ff:ff:ff) +ARP +Who has 192\.168\.10\.1/)
    expect(lines[5]).toMatch(/^ +4 0\.000 +192\.168\.10\.1 +192\.168\.10\.2 +ICMP +Echo \(ping\) reply/)
    expect(terminal.marked(2)[0]).toContain('Who has 192.168.10.1')
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('scrolls by rows and pages and to the end, with the details of the packet it comes to', async () => {
    const terminal = start(80, 24)
    await opened(terminal)
    terminal.send(down.repeat(9))
    await terminal.see(/^▸ +10 0\.718 .* DNS +Standard query 0x/m)
    await terminal.see(/^ ▸ Domain Name System \(query\)/m)
    terminal.send(pageDown)
    await terminal.see('frame 20 of 494')
    terminal.send(down)
    await terminal.see(/^ ▸ Hypertext Transfer Protocol/m)
    terminal.send('G')
    expect(await terminal.see('frame 494 of 494 · 100 %')).toMatch(/^▸ +494 /m)
  })

  it('goes to a packet that is asked for and back', async () => {
    const terminal = start(80, 24)
    await opened(terminal)
    terminal.send('g12\r')
    await terminal.see(/^▸ +12 .*DNS .*Standard query resp/m)
    await terminal.see(/^ ▸ Domain Name System \(response\)/m)
    terminal.send('g495\r')
    await terminal.see('The last packet is 494.')
    terminal.send('\x1b')
    await terminal.see('frame 12 of 494')
    terminal.send('[')
    expect(await terminal.see('frame 1 of 494')).toMatch(/^▸ +1 /m)
  })
})

describe('the sample at 200x50', () => {
  it('shows the bytes of the field under the cursor marked, in hexadecimal and as text', async () => {
    const terminal = start(200, 50)
    await opened(terminal)
    terminal.send(`${tab}${down}${right}`)
    await terminal.see(/^ {3}▸ Source: \S+ \(00:00:5e:00:53:01\)/m)
    terminal.send(`${down}${down}`)
    await terminal.see('eth.src · 6 bytes at 6–11')
    const line = terminal.lines().findIndex((one) => one.includes('│ 0000  ff ff ff ff ff ff 00 00'))
    expect(terminal.marked(line)).toEqual(['00 00  5e 00 53 01', '..^.S.'])
    terminal.send(down)
    await terminal.see('eth.type · 2 bytes at 12–13')
    expect(terminal.marked(line)).toEqual(['08 06', '..'])
  })

  it('shows a reply and its request, the bits of a field, and the tree of HTTP', async () => {
    const terminal = start(200, 50)
    await opened(terminal)
    terminal.send('g19\r')
    await terminal.see(/^▸ +19 .*HTTP +333 +GET \/ HTTP\/1\.1/m)
    await terminal.see(/^ ▸ Transmission Control Protocol, Src Port: 38612, Dst Port: 80/m)
    terminal.send(`${tab}${down.repeat(4)}${right}`)
    expect(await terminal.see(/^ {4,}Host: www\.example\.com\\r\\n/m)).toContain('▾ Hypertext Transfer Protocol')
  })

  it('fits itself to a terminal that becomes small and large again', async () => {
    const terminal = start(200, 50)
    await opened(terminal)
    terminal.resize(60, 12)
    await terminal.see(/^ +Source +Destination +Proto +Info$/m)
    for (const line of terminal.lines()) expect(line.length).toBeLessThanOrEqual(60)
    terminal.resize(120, 40)
    await terminal.see(/^ ▸ Address Resolution Protocol \(request\)/m)
    await terminal.see(/494 packets .*framewise \d/)
    expect(await terminal.see('frame 1 of 494')).toMatch(/^▸ +1 /m)
  })
})

describe('the end', () => {
  it('comes on q with exit code 0 and the terminal as it was', async () => {
    const terminal = start(80, 24)
    await opened(terminal)
    expect(terminal.screen).toBe('alternate')
    terminal.send('q')
    expect(await terminal.exited).toMatchObject({ exitCode: 0 })
    await expectRestored(terminal)
  })

  it('comes on SIGTERM with exit code 143 and the terminal as it was', async () => {
    const terminal = start(80, 24)
    await opened(terminal)
    process.kill(terminal.pid, 'SIGTERM')
    expect(await terminal.exited).toMatchObject({ exitCode: 143 })
    await expectRestored(terminal)
  })
})

describe('what cannot be read', () => {
  const copyOf = (bytes: Uint8Array, name: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'framewise-real-'))
    folders.push(folder)
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return path
  }

  it('a file that is cut shows what is whole and says where it ends', async () => {
    const path = copyOf(readFileSync(fixture('sample.pcapng')).subarray(0, 20_000), 'cut.pcapng')
    const terminal = start(120, 30, [process.execPath, main, path])
    await terminal.see(/cut\.pcapng.* · 69 packets/)
    expect(await terminal.see(/damaged at byte [\d,]+/)).toMatch(/^▸ +1 /m)
    terminal.send('q')
    await terminal.exited
    await expectRestored(terminal)
  })

  it('a file that is no capture is named on the ordinary screen with exit code 2', async () => {
    const path = copyOf(Buffer.from('this is no capture file, whatever its name says'), 'no.pcap')
    const terminal = start(120, 30, [process.execPath, main, path])
    expect(await terminal.exited).toMatchObject({ exitCode: 2 })
    expect(terminal.screen).toBe('normal')
    expect(await terminal.see('no.pcap')).toMatch(/^framewise: .*no\.pcap/m)
  })
})

describe('a capture through standard input', () => {
  it('is shown while the keys come from the terminal', async () => {
    const shell = `cat "${sample}" | "${process.execPath}" "${main}" -r -; echo "code $?"`
    const terminal = start(100, 30, ['/bin/sh', '-c', shell])
    await opened(terminal)
    terminal.send('g100\r')
    await terminal.see('frame 100 of 494')
    terminal.send('q')
    expect(await terminal.exited).toMatchObject({ exitCode: 0 })
    await expectRestored(terminal)
    expect(await terminal.see('code 0')).toContain('code 0')
  })
})
