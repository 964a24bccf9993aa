import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { history } from '../../src/config/history.js'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewise-history-'))
  path = join(folder, 'framewise', 'history.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the history', () => {
  it('is there the next time, newest first, each text once', () => {
    const filters = history('display', path)
    expect(filters.list()).toEqual([])
    for (const text of ['tcp', 'udp', 'tcp', '  ']) filters.add(text)
    expect(filters.list()).toEqual(['tcp', 'udp'])
    expect(history('display', path).list()).toEqual(['tcp', 'udp'])
    expect(history('capture', path).list()).toEqual([])
  })

  it('lies in a file that only its owner reads, with nothing left beside it', () => {
    history('files', path).add('/captures/a.pcap')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'framewise')).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(folder, 'framewise'))).toEqual(['history.json'])
  })

  it('keeps what two programs add in turn', () => {
    const one = history('display', path)
    const other = history('display', path)
    history('files', path).add('a.pcap')
    one.add('arp')
    other.add('dns')
    one.add('icmp')
    expect(history('display', path).list()).toEqual(['icmp', 'dns', 'arp'])
    expect(history('files', path).list()).toEqual(['a.pcap'])
  })

  it('is bounded', () => {
    const filters = history('display', path)
    filters.add('x'.repeat(10_000))
    expect(filters.list()).toEqual([])
    writeFileSync(
      join(folder, 'many.json'),
      JSON.stringify({ display: Array.from({ length: 5000 }, (_, i) => `f${i}`) }),
    )
    expect(history('display', join(folder, 'many.json')).list()).toHaveLength(200)
  })

  it('begins anew where the file makes no sense', () => {
    const broken = join(folder, 'broken.json')
    writeFileSync(broken, '{"display": [1, "tcp", null], "files": 7')
    const filters = history('display', broken)
    expect(filters.list()).toEqual([])
    filters.add('udp')
    expect(JSON.parse(readFileSync(broken, 'utf8'))).toEqual({ display: ['udp'], capture: [], files: [] })
    writeFileSync(broken, '{"display": [1, "tcp", null], "files": 7}')
    expect(history('display', broken).list()).toEqual(['tcp'])
    expect(history('files', broken).list()).toEqual([])
  })

  it('lives in memory where nothing can be written', () => {
    const filters = history('display', join('/dev/null', 'history.json'))
    filters.add('tcp')
    expect(filters.list()).toEqual(['tcp'])
    const homeless = history('display', '')
    homeless.add('tcp')
    expect(homeless.list()).toEqual(['tcp'])
  })
})
