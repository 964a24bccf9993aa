/** Addresses of hosts that a filter may name: nothing is asked of the network. */
import { parseIpv4, parseIpv6 } from '../filter/addresses.js'
import { readHosts } from '../names/hosts.js'
import type { CaptureNames } from '../names/resolver.js'

/** Addresses of a host by the hosts file and the names that the capture brings along. */
export function addressesOf(name: string, captureNames: CaptureNames): Uint8Array[] {
  const texts = new Set(readHosts().addressesOf(name))
  for (const [address, names] of captureNames) if (names.includes(name)) texts.add(address)
  return [...texts].flatMap((text) => parseIpv4(text) ?? parseIpv6(text) ?? [])
}
