/** Display filters as a person uses them: the program with a capture, in a terminal. */
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { PseudoTerminal } from '../support/pseudo-terminal.js'

const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url))
const sample = 'fixtures/sample.pcapng'
const open: PseudoTerminal[] = []

afterEach(() => {
  for (const terminal of open.splice(0)) terminal.kill()
})

function start(columns: number, rows: number, ...args: readonly string[]): PseudoTerminal {
  const terminal = new PseudoTerminal([process.execPath, main, ...args], { columns, rows })
  open.push(terminal)
  return terminal
}

describe('a display filter', () => {
  it('is typed with the help of completion, corrected, applied and cleared, at 80x24', async () => {
    const terminal = start(80, 24, sample)
    await terminal.see('frame 1 of 494')
    terminal.send('/tcp.srcprt == 80')
    await terminal.see(/^✗\/ tcp\.srcprt == 80/m)
    await terminal.see(/^ +\^~+$/m)
    terminal.send('\x15tcp.srcp')
    await terminal.see(/^.{2}│tcp\.srcport +Source Port/m)
    terminal.send('\t == 80\r')
    await terminal.see(/^ \/ tcp\.srcport == 80 +matches \d+ of 494 in \d+ ms$/m)
    await terminal.see(/^▸ +17 .* 80 → \d+ \[SYN, ACK/m)
    terminal.send('\x1f')
    await terminal.see('frame 17 of 494')
    await expect.poll(() => terminal.lines()[1]).toMatch(/^ +No\. /)
    await terminal.see(/^ +18 /m)
  })

  it('is made of a selected field, and of a conversation, at 200x50', async () => {
    const terminal = start(200, 50, sample)
    await terminal.see('frame 1 of 494')
    terminal.send('10Gc')
    await terminal.see(
      /UDP +\(ip\.addr eq 192\.168\.10\.2 and ip\.addr eq 192\.168\.10\.1\) and \(udp\.port eq \d+ and/,
    )
    terminal.send('\r')
    await terminal.see(/^ \/ \(ip\.addr eq .* matches 4 of 494 in \d+ ms$/m)
    terminal.send('\t\x1b[B\x1b[Ba')
    await terminal.see(/▸s Selected +ip /)
    terminal.send('n')
    expect(await terminal.see(/^ \/ !\(ip\) +matches \d+ of 494/m)).toContain('Packet ')
  })

  it('of the command line is at work from the start, and is refused before there is a screen', async () => {
    const terminal = start(120, 40, sample, '-Y', 'icmp')
    await terminal.see(/^ \/ icmp +matches \d+ of 494 in/m)
    expect(await terminal.see(/^▸ +3 /m)).not.toMatch(/ ARP {2}/)
    const refused = start(80, 24, sample, '-Y', 'icmp.typ == 8')
    const { exitCode } = await refused.exited
    expect(exitCode).toBe(2)
    expect(refused.output).not.toContain('\x1b[?1049h')
    expect(refused.text()).toMatch(/framewise: icmp\.typ is neither a field nor a protocol; did you mean icmp\.type/)
    expect(refused.text()).toMatch(/^ {4}icmp\.typ == 8$/m)
  })
})
