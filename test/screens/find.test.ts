/** Finding packets, with keys that the settings changed: the program with a capture, in a terminal. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { PseudoTerminal } from '../support/pseudo-terminal.js'

const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url))
const open: PseudoTerminal[] = []
const folders: string[] = []

afterEach(() => {
  for (const terminal of open.splice(0)) terminal.kill()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function start(columns: number, rows: number, settings: object = {}): PseudoTerminal {
  const folder = mkdtempSync(join(tmpdir(), 'framewise-find-'))
  folders.push(folder)
  mkdirSync(join(folder, 'framewise'))
  writeFileSync(join(folder, 'framewise', 'config.json'), JSON.stringify(settings))
  const command = [process.execPath, main, 'fixtures/sample.pcapng']
  const terminal = new PseudoTerminal(command, { columns, rows }, { XDG_CONFIG_HOME: folder })
  open.push(terminal)
  return terminal
}

describe('finding a packet', () => {
  it('by a text of its row, and the one before, at 80x24', async () => {
    const terminal = start(80, 24)
    await terminal.see('frame 1 of 494')
    terminal.send('\x06get /')
    await terminal.see(/^ {2}text {2}display filter {2}hex {2}regex {2}in {2}list {2}tree {2}bytes/m)
    terminal.send('\r')
    expect(await terminal.see(/^▸ +19 .* HTTP +GET \/ HTTP/m)).not.toContain('in  list')
    terminal.send('n')
    await terminal.see(/^▸ +47 .* GET \/style/m)
    terminal.send('NN')
    await terminal.see('“get /”: went on from the last packet.')
  })

  it('by a line of its tree, and by bytes, at 200x50', async () => {
    const terminal = start(200, 50)
    await terminal.see('frame 1 of 494')
    terminal.send('\x06time to live: 63\x1b[Z\r')
    expect(await terminal.see(/^ ip\.ttl · 1 byte at 22/m)).toContain('Time to Live: 63')
    terminal.send('\x06\x15\t\t47 45 54 20\r')
    await terminal.see(/^ http\S* · \d+ bytes at \d+–\d+/m)
  })

  it('with other keys and a macro, as the settings say', async () => {
    const settings = { keys: { find: 'F3', findNext: 'F4', leap: 'x' }, macros: { from: 'udp.srcport == $1' } }
    const terminal = start(80, 24, settings)
    await terminal.see('keys.leap: there is no')
    terminal.send('\x1bOR\t$from(53) and dns.a\r')
    await terminal.see(/^▸ +12 .* DNS /m)
    terminal.send('\x1bOS')
    await terminal.see(/^▸ +(?!12 )\d+ .* DNS /m)
    terminal.send('?')
    expect(await terminal.see(/F3 +find a filter/)).not.toContain('Ctrl-F')
  })
})
