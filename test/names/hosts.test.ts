import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HostNames, readHosts } from '../../src/names/hosts.js'

const of = (text: string): HostNames => {
  const hosts = new HostNames()
  hosts.addHosts(text)
  return hosts
}

test('the first name of a line is the one shown', () => {
  expect(of('192.0.2.1 router.test gateway\n').hostName('192.0.2.1')).toBe('router.test')
})

test('the first line that names an address wins', () => {
  expect(of('192.0.2.1 one.test\n192.0.2.1 two.test').hostName('192.0.2.1')).toBe('one.test')
})

test('an IPv6 address is found however it was written', () => {
  const hosts = of('2001:DB8:0:0:0:0:0:1 six.test\n::FFFF:192.0.2.9 mapped.test\n')
  expect(hosts.hostName('2001:db8::1')).toBe('six.test')
  expect(hosts.hostName('::ffff:192.0.2.9')).toBe('mapped.test')
})

test('comments, empty lines and what is no address are passed over', () => {
  const hosts = of('# 192.0.2.1 a\n\n  \t\n192.0.2.2 b # c\nnonsense d\n192.0.2.3\nfe80::1%eth0 e\r\n192.0.2.4 f\r\n')
  expect(hosts.hostName('192.0.2.1')).toBe('')
  expect(hosts.hostName('192.0.2.2')).toBe('b')
  expect(hosts.hostName('192.0.2.4')).toBe('f')
  expect(hosts.size).toBe(2)
})

test('a capture can add names, and cannot replace those of the machine', () => {
  const hosts = of('192.0.2.1 mine.test')
  hosts.add('192.0.2.1', 'theirs.test')
  hosts.add('192.0.2.2', 'theirs.test')
  hosts.add('not an address', 'x')
  hosts.add('192.0.2.3', '')
  expect(hosts.hostName('192.0.2.1')).toBe('mine.test')
  expect(hosts.hostName('192.0.2.2')).toBe('theirs.test')
  expect(hosts.size).toBe(2)
})

test('a hosts file is read, and one that is not there names nobody', () => {
  const folder = mkdtempSync(join(tmpdir(), 'framewise-'))
  try {
    writeFileSync(join(folder, 'hosts'), '192.0.2.1 a.test\n')
    expect(readHosts(join(folder, 'hosts')).hostName('192.0.2.1')).toBe('a.test')
    expect(readHosts(join(folder, 'nothing')).size).toBe(0)
    expect(readHosts(folder).size).toBe(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
