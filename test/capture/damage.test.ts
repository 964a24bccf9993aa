/** What is said about files that are no captures or cannot be opened: which file, where, what, and what to do. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { CaptureError, damageMessage, Exit, printable, shellWord, systemError } from '../../src/capture/damage.js'
import { openCapture } from '../../src/capture/open.js'
import { pcapHeader, sectionHeader } from '../support/capture-builder.js'
import { temporaryFolder } from '../support/capture-reading.js'

const folder = temporaryFolder()
afterAll(folder.remove)

async function errorOf(path: string): Promise<CaptureError> {
  const error: unknown = await openCapture(path).catch((reason: unknown) => reason)
  if (error instanceof CaptureError) return error
  throw new Error('no CaptureError')
}

/** The sentence about a file of these bytes, its path shortened to FILE. */
async function messageFor(bytes: Uint8Array | string): Promise<string> {
  const path = folder.path('file')
  writeFileSync(path, bytes)
  return (await errorOf(path)).message.replaceAll(path, 'FILE')
}

/** Nothing is closed to root: what `run` does, it does as nobody. */
async function asSomebodyElse<T>(run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return await run()
  process.seteuid!(65_534)
  try {
    return await run()
  } finally {
    process.seteuid!(0)
  }
}

const latin1 = (value: string): Uint8Array => new Uint8Array(Buffer.from(value.padEnd(40, '\xf7'), 'latin1'))

describe('a file that is no capture', () => {
  test.each([
    ['xz', '\xfd7zXZ\0', /found xz data \(fd 37 7a .*Try: xz -dc FILE \| framewise -r -$/],
    ['zstd', '\x28\xb5\x2f\xfd', /Zstandard data .*zstd -dc FILE/],
    ['lz4', '\x04\x22\x4d\x18', /LZ4 data .*lz4 -dc FILE/],
    ['bzip2', 'BZh9', /bzip2 data .*bzip2 -dc FILE/],
    ['zip', 'PK\x03\x04', /a zip archive .*unzip -p FILE/],
    ['7-Zip', '7z\xbc\xaf\x27\x1c', /a 7-Zip archive .*7z x -so FILE/],
    ['tar', `${'a'.repeat(257)}ustar`, /a tar archive .*tar -xOf FILE/],
    ['snoop', 'snoop\0\0\0', /a snoop capture .*editcap -F pcapng FILE converted.pcapng/],
    ['btsnoop', 'btsnoop\0', /a btsnoop capture .*editcap/],
    ['Network Monitor', 'GMBU', /Network Monitor capture .*editcap/],
    ['Sniffer', 'TRSNIFF data    \x1a', /a Sniffer capture .*editcap/],
    ['iptrace', 'iptrace 2.0', /an iptrace capture .*editcap/],
    ['Ixia', '\xac\x01\0\x1c', /Ixia capture .*editcap/],
    ['Observer', 'ObserverPktBuffer', /an Observer capture .*editcap/],
    ['ERF', '\0\0\0\0\x80\x51\x53\x65\x02\x04\0\x48\0\0\0\x38', /an ERF capture, it seems .*editcap/],
    ['unknown', '\0\0\0\0', /found the bytes 00 00 00 00 f7 f7 f7 f7. See what it is with: file FILE/],
  ])('but %s data names the tool that helps', async (_, start, expected) => {
    const message = await messageFor(latin1(start))
    expect(message).toMatch(/^FILE: expected a pcap or pcapng file at byte 0, found /)
    expect(message).toMatch(expected)
  })

  test.each([
    ['hello, world\n', /found text .*text2pcap FILE/],
    ['# SSL\nCLIENT_RANDOM 00 11\n', /found a TLS key log .*Name the capture that belongs to it/],
    ['', /found nothing: the file is empty/],
    ['ab', /expected a pcap or pcapng file header at byte 0, found the end of the file after 2 bytes/],
    [
      pcapHeader().subarray(0, 20),
      /expected a pcap file header of 24 bytes at byte 0, found the end .* after 20 bytes/,
    ],
    [sectionHeader().subarray(0, 10), /expected a pcapng section header block at byte 0, found the end .* 10 bytes/],
    [sectionHeader().subarray(0, 20), /expected a pcapng section header block of 28 bytes at byte 0, found the end/],
  ])('%# says what it is', async (bytes, expected) => {
    expect(await messageFor(bytes)).toMatch(expected)
  })
})

describe('a gzip file with something else in it', () => {
  test.each([
    ['text', 'hello, world\n', /found text .*dump: gzip -dc FILE \| text2pcap - converted\.pcapng$/],
    ['a key log', 'CLIENT_RANDOM 00 11\n', /found a TLS key log .*Name the capture that belongs to it\.$/],
    ['xz', latin1('\xfd7zXZ\0'), /found xz data .*Try: gzip -dc FILE \| xz -dc - \| framewise -r -$/],
    ['tar', latin1(`${'a'.repeat(257)}ustar`), /a tar archive .*: gzip -dc FILE \| tar -xOf - \| framewise -r -$/],
    ['zip', latin1('PK\x03\x04'), /a zip archive .*gzip -dc FILE > inside\.zip; unzip -p inside\.zip \|/],
    ['gzip', gzipSync('x'), /found gzip data .*It is compressed twice\. Try: gzip -dc FILE \| framewise -r -$/],
    ['snoop', latin1('snoop\0\0\0'), /a snoop capture .*: gzip -dc FILE \| editcap -F pcapng - converted\.pcapng$/],
    ['the unknown', latin1('\0\0\0\0'), /: gzip -dc FILE \| file -\. .*: gzip -dc FILE \| editcap -F pcapng - conv/],
    ['nothing', '', /expected a capture in this gzip file, found nothing: what is compressed is empty/],
  ])('says so of %s', async (_, bytes, expected) => {
    const message = await messageFor(gzipSync(bytes))
    expect(message).toMatch(/^FILE: expected a (pcap or pcapng file|capture) in this gzip file, found /)
    expect(message).toMatch(expected)
  })
})

describe('a path that cannot be opened', () => {
  test('names the folder that may not be entered', async () => {
    chmodSync(folder.path('.'), 0o755)
    const closed = folder.path('closed')
    mkdirSync(`${closed}/inner`, { recursive: true })
    writeFileSync(`${closed}/inner/a.pcap`, '')
    chmodSync(closed, 0o600)
    const error = await asSomebodyElse(() => errorOf(`${closed}/inner/a.pcap`))
    chmodSync(closed, 0o700)
    expect(error.message.replaceAll(closed, 'CLOSED')).toBe(
      'CLOSED/inner/a.pcap: you may not enter the folder CLOSED on the way to it. Try: sudo cat CLOSED/inner/a.pcap | framewise -r -',
    )
  })

  test('is answered with the nearest name there is', async () => {
    mkdirSync(folder.path('names'))
    for (const name of ['capture-monday.pcap', 'capture-tuesday.pcap', 'notes.txt']) {
      writeFileSync(folder.path(`names/${name}`), '')
    }
    const error = await errorOf(folder.path('names/capture-munday.pcap'))
    expect(error.message).toContain('there is no such file. Did you mean ')
    expect(error.message).toMatch(/names\/capture-monday\.pcap\?$/)
    expect(error.exit).toBe(Exit.File)
    expect((await errorOf(folder.path('names/zebra'))).message).toMatch(/zebra: there is no such file\.$/)
    expect((await errorOf(folder.path('nowhere/zebra'))).message).toMatch(/there is no such file\.$/)
  })

  test('may be a folder, or lead through a file', async () => {
    expect((await errorOf(folder.path('.'))).message).toMatch(/this is a folder/)
    writeFileSync(folder.path('plain'), 'x')
    expect((await errorOf(folder.path('plain/inside'))).message).toMatch(/a part of this path is not a folder/)
  })

  test.each([
    ['EACCES', /you may not read this file. Try: sudo chmod a\+r a.pcap/],
    ['EMFILE', /ulimit -n/],
    ['ENXIO', /socket or device/],
    ['EIO', /the system could not read it: broken/],
  ])('for %s has a sentence of its own', (code, expected) => {
    expect(systemError('a.pcap', Object.assign(new Error('broken'), { code })).message).toMatch(expected)
  })
})

describe('the sentence about damage', () => {
  const damage = { offset: 140, packet: 3, expected: 'a packet', found: 'nothing' }

  test('names file, byte, packet, both sides and the remedy', () => {
    expect(damageMessage('a b.pcap', damage)).toBe(
      'a b.pcap: damaged at byte 140, packet 3: expected a packet, found nothing. The 2 packets before it were read. ' +
        "To keep only these: editcap 'a b.pcap' repaired.pcapng",
    )
    expect(damageMessage('-', { ...damage, packet: 2 })).toMatch(/^standard input: .*The packet before it was read.$/)
    expect(damageMessage('x', { ...damage, packet: 1 })).toMatch(/No packet precedes it.$/)
  })

  test('cannot carry control characters of a name to the terminal', () => {
    expect(printable('a\x1b[31mb\u009b')).toBe('a\\x1b[31mb\\x9b')
    expect(shellWord("it's\n")).toBe("'it'\\''s\\x0a'")
  })
})
