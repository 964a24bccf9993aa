/** What the settings change on the command line; the built program runs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixture, framewise, type Ran } from '../support/program.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewise-settings-'))
  mkdirSync(join(folder, 'framewise'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const run = (...args: string[]): Ran => framewise(args, undefined, { XDG_CONFIG_HOME: folder })
const configure = (text: string): void => writeFileSync(join(folder, 'framewise', 'config.json'), text)
const capture = fixture('dns/lookups.pcap')

describe('the settings', { timeout: 60_000 }, () => {
  it('bring macros to display filters', () => {
    configure('{"macros": {"from": "udp.srcport == $1"}}')
    const { out } = run('-r', capture, '-Y', '$from(53) and dns.flags.response == 1', '-Tfields', '-eudp.srcport')
    expect(new Set(out.trim().split('\n'))).toEqual(new Set(['53']))
    expect(run('-r', capture, '-Y', '$to(53)').err).toContain('there is no macro to; expected one of')
  })

  it('set preferences, which -o overrides', () => {
    const args = ['-r', capture, '-c1', '-Tfields', '-eudp.checksum.status']
    configure('{"preferences": {"udp.check_checksum": true}}')
    const checked = run(...args).out
    expect(checked).not.toBe(run(...args, '-o', 'udp.check_checksum:FALSE').out)
    expect(checked).toBe(framewise([...args, '-o', 'udp.check_checksum:TRUE']).out)
  })

  it('that make no sense are said, and the program goes on', () => {
    configure('{"macros": {"from": 7')
    const { out, err, code } = run('-r', capture, '-c1')
    expect(err).toMatch(/^framewise: .*config\.json:1:22: , or } is expected here\. Its settings are left out\.\n$/)
    expect(out).toContain('DNS')
    expect(code).toBe(0)
  })

  it('keep filters under names', () => {
    expect(run('filters', 'save', 'name service', 'dns or mdns')).toEqual({ out: '', err: '', code: 0 })
    expect(run('filters').out).toContain('  name service  dns or mdns\n')
    expect(run('filters', 'save', 'bad', 'dsn').err).toContain('did you mean dns?')
    expect(run('filters', 'remove', 'name servce').err).toContain('Did you mean name service?')
    expect(run('filters', 'remove', 'name service').code).toBe(0)
    expect(run('filters').out).not.toContain('name service')
    expect(run('filters', 'rename').code).toBe(1)
  })
})
