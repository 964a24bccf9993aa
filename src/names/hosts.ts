/**
 * Names of addresses: what /etc/hosts says, and what the capture itself carries (name resolution blocks of pcapng).
 * Nothing is ever asked of the network.
 */

import { closeSync, openSync, readSync } from 'node:fs'
import { isIP } from 'node:net'

/** How many addresses may have names: a capture must not fill the memory with them. */
export const mostHosts = 1_000_000

export class HostNames {
  private readonly names = new Map<string, string>()

  /** Addresses with a name. */
  get size(): number {
    return this.names.size
  }

  /**
   * Names an address given as text. The first name stays; what is not an address, an empty name and everything after
   * `mostHosts` is left out.
   */
  add(address: string, name: string): void {
    const key = canonical(address)
    if (key === '' || name === '' || this.names.size >= mostHosts || this.names.has(key)) return
    this.names.set(key, name)
  }

  /** Takes the lines of a hosts file: address, name, further names; `#` begins a comment. */
  addHosts(text: string): void {
    for (const line of text.split('\n')) {
      const [address, name] = line.replace(/#.*/, '').trim().split(/\s+/)
      if (address !== undefined && name !== undefined) this.add(address, name)
    }
  }

  /** The addresses that have this name. */
  addressesOf(name: string): string[] {
    return [...this.names].flatMap(([address, one]) => (one === name ? [address] : []))
  }

  /** The name of an address as this program writes addresses (RFC 5952 for IPv6), '' if it has none. */
  hostName(addressText: string): string {
    return this.names.get(addressText) ?? ''
  }
}

/** The names of a hosts file; none where it cannot be read. Of a file above 32 MiB only the beginning counts. */
export const readHosts = (path = '/etc/hosts'): HostNames => {
  const hosts = new HostNames()
  try {
    const fd = openSync(path, 'r')
    try {
      hosts.addHosts(readStart(fd))
    } finally {
      closeSync(fd)
    }
  } catch {
    return hosts
  }
  return hosts
}

const readStart = (fd: number): string => {
  const chunk = new Uint8Array(65_536)
  const decoder = new TextDecoder()
  let text = ''
  for (let total = 0; total < 32 << 20; ) {
    const count = readSync(fd, chunk)
    if (count === 0) break
    text += decoder.decode(chunk.subarray(0, count), { stream: true })
    total += count
  }
  return text
}

/** IPv4 as it is, IPv6 in the form of RFC 5952, '' for anything else. */
const canonical = (address: string): string => {
  const kind = isIP(address)
  if (kind !== 6) return kind === 4 ? address : ''
  if (address.includes('%')) return ''
  const mapped = /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address)
  return mapped ? address.toLowerCase() : new URL(`http://[${address}]`).hostname.slice(1, -1)
}
