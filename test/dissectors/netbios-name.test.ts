import { expect, test } from 'vitest'
import { nameAndPurpose, netbiosName, spelledName } from '../../dissectors/shared/netbios-name.js'

const padded = (name: string, purpose: number): Uint8Array =>
  Uint8Array.from([...Buffer.from(name.padEnd(15), 'latin1'), purpose])

test('a name loses its padding, and its last byte says what it is for', () => {
  expect(nameAndPurpose(netbiosName(padded('HOST', 0x20), 0))).toBe('HOST<20> (Server service)')
  expect(nameAndPurpose(netbiosName(padded('A B', 0x42), 0))).toBe('A B<42> (Unknown)')
})

test('bytes that are no letters are shown by their numbers', () => {
  expect(netbiosName(padded('\x01\x02__MSBROWSE__\x02', 1), 0).text).toBe('<01><02>__MSBROWSE__<02><01>')
})

test('a spelled name keeps its scope', () => {
  const letters = 'EIEPFDFECACACACACACACACACACACACA'
  expect(spelledName(`${letters}.example.com`)).toEqual({ text: 'HOST<20>.example.com', purpose: 'Server service' })
})

test('what is not spelled in pairs of letters is no name', () => {
  expect(spelledName('abc').text).toBe(
    'Illegal NetBIOS name (1st character not between A and Z in first-level encoding)',
  )
  expect(spelledName('Aa').text).toBe(
    'Illegal NetBIOS name (2nd character not between A and Z in first-level encoding)',
  )
  expect(spelledName('ABC').text).toBe('Illegal NetBIOS name (odd number of bytes)')
  expect(spelledName('ABCD').text).toBe('Illegal NetBIOS name (2 bytes long)')
})
