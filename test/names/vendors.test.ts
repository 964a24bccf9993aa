import { expect, test } from 'vitest'
import { shortVendor, vendorLongOf, vendorOf } from '../../src/names/vendors.js'

const mac = (text: string): Uint8Array => Buffer.from(text.replaceAll(':', ''), 'hex')

test.each([
  ['00:00:0c:01:02:03', 'Cisco', 'Cisco Systems, Inc'],
  ['00:1b:21:01:02:03', 'IntelCor', 'Intel Corporate'],
  ['3c:22:fb:01:02:03', 'Apple', 'Apple, Inc.'],
  ['00:00:00:01:02:03', 'Xerox', 'XEROX CORPORATION'],
])('%s is by %s', (address, short, long) => {
  expect(vendorOf(mac(address), 0)).toBe(short)
  expect(vendorLongOf(mac(address), 0)).toBe(long)
})

test('a prefix of 28 or 36 bits counts before the 24 bits it lies in', () => {
  // 00:55:da and 00:1b:c5 belong to the IEEE itself, which hands out 28 and 36 bit pieces of them.
  expect(vendorLongOf(mac('00:55:da:01:23:45'), 0)).not.toBe(vendorLongOf(mac('00:55:da:a1:23:45'), 0))
  expect(vendorLongOf(mac('00:1b:c5:00:01:23'), 0)).not.toBe(vendorLongOf(mac('00:1b:c5:00:11:23'), 0))
})

test('the last half byte of the prefix decides, what comes after it does not', () => {
  expect(vendorLongOf(mac('00:55:da:0f:ff:ff'), 0)).toBe(vendorLongOf(mac('00:55:da:00:00:00'), 0))
  expect(vendorLongOf(mac('00:1b:c5:00:0f:ff'), 0)).toBe(vendorLongOf(mac('00:1b:c5:00:00:00'), 0))
})

test('an address is read where it stands in the packet', () => {
  expect(vendorOf(mac('ffffffffffff3c22fb010203'), 6)).toBe('Apple')
})

test('a locally administered address is nobody’s', () => {
  expect(vendorOf(mac('02:00:00:00:00:01'), 0)).toBe('')
  expect(vendorLongOf(mac('02:00:00:00:00:01'), 0)).toBe('')
})

test.each([
  ['Hewlett Packard', 'HewlettP'],
  ['D-Link Corporation', 'D-Link'],
  ['zte corporation', 'zte'],
  ['XEROX CORPORATION', 'Xerox'],
  ['HUAWEI TECHNOLOGIES CO.,LTD', 'HuaweiTe'],
  ['SMITEC S.p.A.', 'SMITEC'],
  ['Triax A/S', 'Triax'],
  ['Akuvox (Xiamen) Networks Co., Ltd.', 'AkuvoxXi'],
  ['Bihl + Wiedemann GmbH', 'BihlWied'],
  ['The Company', 'TheCompa'],
  ['', ''],
])('%j is shortened to %j', (long, short) => {
  expect(shortVendor(long)).toBe(short)
})
