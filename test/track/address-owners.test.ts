import { beforeEach, expect, test } from 'vitest'
import { AddressOwners } from '../../src/track/address-owners.js'

const ADDRESS = 0xc0000201
let owners: AddressOwners

beforeEach(() => {
  owners = new AddressOwners()
})

const mac = (last: number): Uint8Array => Uint8Array.of(0x02, 0, 0, 0, 0, last)
const claim = (packet: number, station: number, ip = ADDRESS): number => owners.claim(ip, mac(station), 0, packet)

test('a station may say as often as it likes that an address is its own', () => {
  expect([claim(1, 1), claim(2, 1), claim(3, 1, ADDRESS + 1)]).toEqual([0, 0, 0])
})

test('a second station makes a claim, which names the first one and where it was seen last', () => {
  claim(1, 1)
  claim(4, 1)
  const made = claim(5, 2)
  expect(made).toBe(1)
  expect(owners.packetOf(made)).toBe(4)
  expect(owners.macOf(made)).toEqual(mac(1))
})

test('the first station stays the owner', () => {
  claim(1, 1)
  claim(2, 2)
  claim(3, 1)
  const again = claim(4, 2)
  expect(again).toBe(2)
  expect(owners.packetOf(1)).toBe(1)
  expect(owners.packetOf(again)).toBe(3)
})

test('addresses beyond the bound are counted, and those before it are still known', () => {
  for (let n = 0; n < 65_540; n++) claim(n + 1, 1, n)
  expect(owners.limits()).toContainEqual(['IP addresses whose owner is not remembered', 4])
  expect(claim(70_000, 2, 65_535)).toBe(1)
  expect(claim(70_001, 2, 65_536)).toBe(0)
})
