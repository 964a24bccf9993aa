/** `framewise verify` as a program: what it prints and its exit codes. */
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { outsideDissector } from '../support/outside-dissector.js'
import { fixture, framewise, hasTshark } from '../support/program.js'

const dist = fileURLToPath(new URL('../../dist', import.meta.url))
const folders: string[] = []
let folder = ''
let capture = ''
let golden = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewise-verify-'))
  folders.push(folder)
  capture = join(folder, 'echo.pcap')
  golden = join(folder, 'echo.txt')
  copyFileSync(fixture('udp/echo.pcap'), capture)
})
afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true })
})

const verify = (...args: string[]) => framewise(['verify', ...args])

describe('golden texts', () => {
  test('a capture without one is a difference, until --update writes it', () => {
    const before = verify('--quick', folder)
    expect(before).toMatchObject({ code: 1, err: '' })
    expect(before.out).toContain(`there is no golden text ${golden}`)
    expect(existsSync(golden)).toBe(false)

    const written = verify('--quick', '--update', folder)
    expect(written.code).toBe(0)
    expect(written.out).toContain('golden text written')
    expect(readFileSync(golden, 'utf8')).toMatch(/^# 1 {2}UDP {2}\d+ → 7007 Len=5\n/)

    const after = verify('--quick', folder)
    expect(after).toMatchObject({ code: 0, err: '' })
    expect(after.out).toMatch(/1 fixtures, 8 packets, 0 dissections: all as expected\n$/)
  })

  test('a field that differs is named with its packet, what was expected and what came out', () => {
    verify('--quick', '--update', capture)
    const text = readFileSync(golden, 'utf8')
    writeFileSync(golden, text.replace('udp.dstport = 7007', 'udp.dstport = 7008'))
    const { code, out } = verify('--quick', capture)
    expect(code).toBe(1)
    expect(out).toContain(
      `${capture} packet 1:\n  -   36+2       udp.dstport = 7008\n  +   36+2       udp.dstport = 7007\n`,
    )
    expect(out).toMatch(/: 1 differences\n$/)
  })

  test('the end of a damaged capture is part of it', () => {
    const cut = join(folder, 'cut.pcap')
    writeFileSync(cut, readFileSync(capture).subarray(0, 190))
    expect(verify('--quick', '--update', cut).code).toBe(0)
    expect(readFileSync(join(folder, 'cut.txt'), 'utf8')).toMatch(/\n! cut\.pcap: damaged at byte \d+/)
    expect(verify('--quick', cut).code).toBe(0)
  })

  test('a file that is no capture has a golden text that says so', () => {
    const not = join(folder, 'not.pcap')
    writeFileSync(not, 'this is no capture at all, but it is long enough')
    expect(verify('--quick', '--update', not).code).toBe(0)
    expect(readFileSync(join(folder, 'not.txt'), 'utf8')).toMatch(/^! not\.pcap: /)
  })
})

describe('what is said besides', () => {
  test('every packet is cut and changed, and nothing fails', () => {
    verify('--quick', '--update', capture)
    const { code, out } = verify(capture)
    expect(code).toBe(0)
    expect(Number(/(\d+) dissections/.exec(out)?.[1])).toBeGreaterThan(1000)
  })

  test('bytes that no field covers and fields that no fixture shows are listed', () => {
    const { out } = verify('--quick', fixture('pppoe'))
    expect(out).toMatch(/pppoe\/\w+\.pcap packet \d+: \d+\.\.\d+ \d+ bytes? that no field covers/)
    expect(out).toMatch(/\d+ declared fields that no fixture shows: pppoe/)
  })

  test('help says how it is used', () => {
    expect(verify('--help')).toMatchObject({ code: 0, err: '' })
    expect(verify('--help').out).toMatch(/^usage: framewise verify \[PATH …\]/)
  })
})

describe('what cannot be done', () => {
  test('a path that is not there', () => {
    const { code, err } = verify(join(folder, 'nowhere'))
    expect(code).toBe(2)
    expect(err).toMatch(/^framewise: .*nowhere: there is no such fixture\n$/)
  })

  test('an option that there is not', () => {
    const { code, err } = verify('--golden')
    expect(code).toBe(1)
    expect(err).toContain('usage: framewise verify')
  })

  test('an oracle that there is not', () => {
    expect(verify('--oracle', 'delphi')).toMatchObject({ code: 1 })
    expect(verify('--oracle', 'delphi').err).toContain('the only oracle is tshark')
  })

  test('a dissector that cannot be loaded, or is none', () => {
    const file = join(folder, 'none.js')
    writeFileSync(file, 'export const nothing = 1\n')
    expect(verify('--dissector', join(folder, 'nowhere.js'), capture).err).toContain('could not be loaded')
    const none = verify('--dissector', file, capture)
    expect(none.err).toContain('exports no protocol')
    expect(none.code).toBe(2)
  })
})

describe('a dissector from outside', () => {
  test('takes its place in the registry wherever its module lies, and all properties are checked for it', () => {
    const file = join(folder, 'echoed.mjs')
    writeFileSync(file, outsideDissector('Words'))
    const { code, out } = verify('--update', '--dissector', file, capture)
    expect(code).toBe(0)
    expect(out).toContain('golden text written')
    const text = readFileSync(golden, 'utf8')
    expect(text).toContain('# 1  ECHOED  5 bytes of words\n')
    expect(text).toMatch(/\n {2}42\+5 {5}echoed\n {2}42\+5 {7}echoed\.words = "/)
    expect(verify('--quick', capture).code).toBe(1)
  })

  test('that reads where there is nothing fails', () => {
    const file = join(folder, 'bad.mjs')
    writeFileSync(
      file,
      outsideDissector('Words').replace('d.take(f.words, d.left)', 'd.textAt(f.words, d.pos, d.end + 1, "")'),
    )
    const { code, out } = verify('--update', '--dissector', file, capture)
    expect(code).toBe(1)
    expect(out).toContain('echoed.words leaves the packet')
  })
})

describe.runIf(hasTshark)('with tshark as oracle', () => {
  test('fields that both know are compared', () => {
    const { code, out } = verify('--quick', '--update', '--oracle', 'tshark', fixture('udp/checksums.pcap'))
    expect(out).not.toContain('tshark says')
    expect(code).toBe(0)
  })

  test('a field with another value is named with both', () => {
    const file = join(folder, 'wrong.mjs')
    const index = JSON.stringify(join(dist, 'src/dissect/index.js'))
    writeFileSync(
      file,
      `import { fields, protocol, protocolField, uint8 } from ${index}
const f = fields('echo', { self: protocolField('Echo'), data: uint8('Data') })
export const echo = protocol({
  name: 'Echo', short: 'ECHO', spec: 'RFC 862', self: f.self, under: { 'udp.port': 7007 },
  summary: () => ({}),
  dissect(d) { d.u8(f.data) },
})
`,
    )
    const { code, out } = verify('--quick', '--update', '--dissector', file, '--oracle', 'tshark', capture)
    expect(code).toBe(1)
    expect(out).toMatch(/packet 1: echo\.data is "\d+", tshark says ""/)
  })
})

describe('--watch', () => {
  test('runs once, and once more after a save, until it is interrupted', async () => {
    verify('--quick', '--update', capture)
    const main = join(dist, 'src/main.js')
    const watching = spawn(process.execPath, [main, 'verify', '--quick', '--watch', folder])
    let out = ''
    watching.stdout.on('data', (some: Buffer) => (out += some.toString()))
    const ended = new Promise<number | null>((resolve) => watching.once('exit', resolve))
    const see = async (wanted: string): Promise<void> => {
      const end = Date.now() + 30_000
      while (!out.includes(wanted)) {
        if (Date.now() > end) throw new Error(`never said ${wanted}: ${out}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    try {
      await see('watching; Ctrl-C ends')
      expect(out).toContain('all as expected')
      out = ''
      copyFileSync(fixture('udp/lengths.pcap'), capture)
      await see('watching; Ctrl-C ends')
      expect(out).toContain(`${capture} packet 1:`)
      expect(out).toMatch(/\d+ differences\n/)
      watching.kill('SIGINT')
      expect(await ended).toBe(0)
    } finally {
      watching.kill('SIGKILL')
    }
  }, 90_000)
})
