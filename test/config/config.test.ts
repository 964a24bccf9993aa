import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import '../../dissectors/index.js'
import { type LoadedConfig, loadConfig } from '../../src/config/config.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewise-config-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const load = (text: string): LoadedConfig => {
  const path = join(folder, 'config.json')
  writeFileSync(path, text)
  const { config, problems } = loadConfig(path)
  return { config, problems: problems.map((one) => one.replace(path, 'FILE')) }
}

describe('the settings', () => {
  it('are read from one file', () => {
    const { config, problems } = load(`{
      "macros": { "host": "ip.addr == $1" },
      "filters": { "name service": "dns or mdns" },
      "preferences": { "tcp.check_checksum": true },
      "columns": { "No.": "%m", "Client": "%Cus:tcp.state.client" },
      "keys": { "goTo": "Ctrl-P", "quit": ["q", "F10"] }
    }`)
    expect(problems).toEqual([])
    expect(config).toEqual({
      macros: { host: 'ip.addr == $1' },
      filters: { 'name service': 'dns or mdns' },
      preferences: [['tcp.check_checksum', true]],
      columns: [
        { title: 'No.', format: '%m' },
        { title: 'Client', format: '%Cus:tcp.state.client' },
      ],
      keys: { goTo: ['Ctrl-P'], quit: ['q', 'F10'] },
    })
  })

  it('are the usual ones without a file', () => {
    const { config, problems } = loadConfig(join(folder, 'nowhere', 'config.json'))
    expect(problems).toEqual([])
    expect(config).toEqual({ macros: {}, filters: {}, preferences: [], columns: null, keys: {} })
    expect(loadConfig('')).toEqual({ config, problems })
  })

  it('take columns as pairs too, and leave out those that show nothing known', () => {
    const { config, problems } = load('{"columns": [["No.", "%m"], ["1", "%zz"], ["2", 7], ["3", "%Cus:tcp.srcprot"]]}')
    expect(config.columns).toEqual([{ title: 'No.', format: '%m' }])
    expect(problems.map((one) => one.slice(0, 50))).toEqual([
      'FILE: columns.1: no column shows %zz: there are %m',
      'FILE: columns.2: a format in quotes is expected he',
      'FILE: columns.3: %Cus:tcp.srcprot: there is no fie',
    ])
    expect(load('{"columns": ["%m"]}').problems).toEqual(['FILE: columns: an object is expected here: { "name": … }.'])
  })

  it('are the usual ones where the file cannot be read', () => {
    mkdirSync(join(folder, 'a-folder'))
    const [problem] = loadConfig(join(folder, 'a-folder')).problems
    expect(problem).toMatch(/a-folder: it cannot be read: it is no file\. Its settings are left out\.$/)
  })

  it('lose what makes no sense in them, and nothing else', () => {
    const { config, problems } = load(`{
      "macro": {},
      "macros": { "a b": "tcp", "two": 2, "__proto__": "udp" },
      "filters": ["tcp"],
      "preferences": { "tcp.check_cheksum": true, "tcp.check_checksum": "yes", "ip.check_checksum": true },
      "keys": { "zoom": 5, "bytes": "x" }
    }`)
    expect(problems).toEqual([
      'FILE: macro: there is no such setting; there are macros, filters, preferences, columns, keys. Did you mean macros?',
      'FILE: macros."a b": a name consists of letters, digits, underscores, hyphens and dots.',
      'FILE: macros.two: a filter in quotes is expected here.',
      'FILE: filters: an object is expected here: { "name": … }.',
      'FILE: preferences.tcp.check_cheksum: there is no such preference. Did you mean tcp.check_checksum?',
      'FILE: preferences.tcp.check_checksum: it is true or false.',
      'FILE: keys.zoom: a key in quotes or a list of such is expected here: "Ctrl-F" or ["Ctrl-F", "F3"].',
    ])
    expect(config.preferences).toEqual([['ip.check_checksum', true]])
    expect(config.keys).toEqual({ bytes: ['x'] })
    expect(Object.getPrototypeOf(config.macros)).toBe(Object.prototype)
  })

  it.each([
    ['{\n  "filters": {\n    "a": "tcp",\n  }\n}', 'FILE:3:15: the comma before } is one too many.'],
    ['{ // mine\n}', 'FILE:1:3: JSON has no comments.'],
    ['{ filters: {} }', 'FILE:1:3: a name in double quotes is expected here.'],
    ['{ "filters": { "a" "b" } }', 'FILE:1:20: : is expected here.'],
    ['{ "filters": { "a": "b" "c" } }', 'FILE:1:25: , or } is expected here.'],
    ['{ "filters": {', 'FILE:1:15: a name in double quotes is expected here.'],
    ['{ "filters": \n"tcp\n" }', 'FILE:2:1: this text has no end in its line, or an escape that JSON does not know.'],
    ['', 'FILE:1:1: a value is expected here.'],
    ['{} {}', 'FILE:1:4: the end is expected here.'],
    ['[01]', 'FILE:1:3: , or ] is expected here.'],
    ['['.repeat(200_000), 'FILE:1:1: it is nested too deep.'],
  ])('say where %j is no JSON', (text, problem) => {
    const { problems } = load(text)
    expect(problems).toEqual([`${problem} Its settings are left out.`])
  })
})
