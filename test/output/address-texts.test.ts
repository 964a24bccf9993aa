/** The Source and Destination columns: each address in its width, whoever it falls together with. */

import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Address, type Dissection, NOWHERE } from '../../src/dissect/dissection.js'
import { noNames, type Resolver } from '../../src/dissect/value.js'
import { AddressTexts } from '../../src/output/address-texts.js'
import { OutputBuffer } from '../../src/output/output-buffer.js'

type Ends = Pick<Dissection, 'addressKind' | 'addressBytes'>

/** What is printed of an address as source and as destination, once when it is new and once when it is known. */
function columns(texts: AddressTexts, ends: Ends, at: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'framewise-addresses-'))
  const path = join(folder, 'out')
  const fd = openSync(path, 'w')
  try {
    const out = new OutputBuffer(fd)
    for (const toTheRight of [true, false, true, false]) {
      texts.write(out, ends as Dissection, at, toTheRight)
      out.endLine()
    }
    out.flush()
    return readFileSync(path, 'utf8').split('\n').slice(0, 4)
  } finally {
    closeSync(fd)
    rmSync(folder, { recursive: true })
  }
}

const twice = (source: string, destination: string): string[] => [source, destination, source, destination]
const ipv4 = (...parts: number[]): Ends => ({ addressKind: Address.IPv4, addressBytes: Uint8Array.from(parts) })
const called = (name: string): Resolver => ({ ...noNames, ip: () => name })

test('short addresses are padded, long ones stand as they are', () => {
  const texts = new AddressTexts(noNames, true)
  expect(columns(texts, ipv4(10, 0, 0, 1), 0)).toEqual(twice('    10.0.0.1', '10.0.0.1    '))
  expect(columns(texts, ipv4(192, 168, 100, 200), 0)).toEqual(twice('192.168.100.200', '192.168.100.200'))
  const long = {
    addressKind: Address.IPv6,
    addressBytes: Uint8Array.from({ length: 20 }, (_, i) => 0x11 * (i % 15) + 0x11),
  }
  expect(columns(texts, long, 2)).toEqual(
    twice(texts.text(long as unknown as Dissection, 2), texts.text(long as unknown as Dissection, 2)),
  )
  expect(texts.text(long as unknown as Dissection, 2)).toBe('3344:5566:7788:99aa:bbcc:ddee:ff11:2233')
})

test('an end that no layer names is nothing but its width', () => {
  const texts = new AddressTexts(noNames, true)
  expect(columns(texts, ipv4(1, 2, 3, 4), NOWHERE)).toEqual(twice(' '.repeat(12), ' '.repeat(12)))
  expect(columns(texts, { addressKind: Address.None, addressBytes: new Uint8Array(4) }, 0)).toEqual(
    twice(' '.repeat(12), ' '.repeat(12)),
  )
})

test('names stand for addresses: widths count bytes, and control characters are escaped', () => {
  const named = (name: string): string[] => columns(new AddressTexts(called(name), true), ipv4(1, 2, 3, 4), 0)
  expect(named('router')).toEqual(twice('      router', 'router      '))
  expect(named('zürich')).toEqual(twice('     zürich', 'zürich     '))
  expect(named('a\u001b[2Jb')).toEqual(twice('      a\\033[2Jb', 'a\\033[2Jb      '))
  for (const size of [11, 12, 13, 43, 44, 45, 300]) {
    const name = 'n'.repeat(size)
    expect(named(name)).toEqual(twice(name.padStart(12), name.padEnd(12)))
  }
})

test('more addresses than are kept are each called by their own text', () => {
  const texts = new AddressTexts(noNames, true)
  const addressBytes = new Uint8Array(4)
  const ends = { addressKind: Address.IPv4, addressBytes } as unknown as Dissection
  for (let i = 0; i < 60_000; i++) {
    addressBytes.set([10, i >>> 16, (i >>> 8) & 255, i & 255])
    if (texts.text(ends, 0) !== addressBytes.join('.')) expect(texts.text(ends, 0)).toBe(addressBytes.join('.'))
  }
  const ether = { addressKind: Address.Ether, addressBytes: Uint8Array.of(10, 0, 0, 1, 0, 0) } as unknown as Dissection
  addressBytes.set([10, 0, 0, 1])
  expect([texts.text(ends, 0), texts.text(ether, 0)]).toEqual(['10.0.0.1', '0a:00:00:01:00:00'])
})

test('names that may still be found are asked for each time', () => {
  let name = ''
  const texts = new AddressTexts({ ...noNames, ip: () => name }, false)
  const ends = ipv4(9, 9, 9, 9) as Dissection
  expect(texts.text(ends, 0)).toBe('9.9.9.9')
  name = 'nine'
  expect(texts.text(ends, 0)).toBe('nine')
})
