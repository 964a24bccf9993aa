/**
 * What an address says of itself: private, loopback, documentation, multicast, …
 *
 * Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), the IANA multicast address registries
 * (RFC 5771, RFC 4291 section 2.7).
 */

/** The meaning of the IPv4 address at `bytes[start…start+4)`, '' for an ordinary one. */
export const ipv4Meaning = (bytes: Uint8Array, start: number): string => meaningIn(ipv4Blocks, bytes, start)

/** The meaning of the IPv6 address at `bytes[start…start+16)`, '' for an ordinary one. */
export function ipv6Meaning(bytes: Uint8Array, start: number): string {
  const known = meaningIn(ipv6Blocks, bytes, start)
  if (known !== '' || bytes[start] !== 0xff) return known
  return `multicast, ${scopes[bytes[start + 1]! & 0x0f] ?? 'unassigned'} scope (RFC 4291)`
}

interface Block {
  readonly prefix: Uint8Array
  readonly bits: number
  readonly meaning: string
}

function meaningIn(blocks: readonly Block[], bytes: Uint8Array, start: number): string {
  for (const block of blocks) if (covers(block, bytes, start)) return block.meaning
  return ''
}

function covers({ prefix, bits }: Block, bytes: Uint8Array, start: number): boolean {
  const whole = bits >>> 3
  for (let i = 0; i < whole; i++) if (bytes[start + i] !== prefix[i]) return false
  const rest = 8 - (bits & 7)
  return rest === 8 || bytes[start + whole]! >>> rest === prefix[whole]! >>> rest
}

const scopes: Readonly<Record<number, string>> = {
  1: 'interface-local',
  2: 'link-local',
  3: 'realm-local',
  4: 'admin-local',
  5: 'site-local',
  8: 'organization-local',
  14: 'global',
}

/** `10.0.0.0/8 …` as a block. */
const block = (line: string): Block => {
  const [, address, bits, meaning] = /^(\S+)\/(\d+) (.*)$/.exec(line)!
  const prefix = address!.includes(':') ? ipv6Bytes(address!) : Uint8Array.from(address!.split('.'), Number)
  return { prefix, bits: Number(bits), meaning: meaning! }
}
function ipv6Bytes(address: string): Uint8Array {
  const words = (part: string | undefined): string[] => (part ? part.split(':') : [])
  const [head, tail] = address.split('::')
  const before = words(head)
  const after = words(tail)
  const all = [...before, ...new Array<string>(8 - before.length - after.length).fill('0'), ...after]
  return Uint8Array.from(all.flatMap((word) => [Number.parseInt(word, 16) >>> 8, Number.parseInt(word, 16) & 0xff]))
}

/** The narrowest block of an address stands first. */
const ipv4Blocks: readonly Block[] = [
  '0.0.0.0/32 this host on this network (RFC 1122)',
  '0.0.0.0/8 this network (RFC 791)',
  '10.0.0.0/8 private network (RFC 1918)',
  '100.64.0.0/10 shared address space of carrier-grade NAT (RFC 6598)',
  '127.0.0.0/8 loopback (RFC 1122)',
  '169.254.0.0/16 link-local (RFC 3927)',
  '172.16.0.0/12 private network (RFC 1918)',
  '192.0.0.0/29 IPv4 service continuity prefix (RFC 7335)',
  '192.0.0.8/32 IPv4 dummy address (RFC 7600)',
  '192.0.0.9/32 Port Control Protocol anycast (RFC 7723)',
  '192.0.0.10/32 TURN anycast (RFC 8155)',
  '192.0.0.170/31 NAT64 and DNS64 discovery (RFC 7050)',
  '192.0.0.0/24 IETF protocol assignments (RFC 6890)',
  '192.0.2.0/24 documentation (RFC 5737)',
  '192.31.196.0/24 AS112 (RFC 7535)',
  '192.52.193.0/24 Automatic Multicast Tunneling (RFC 7450)',
  '192.88.99.0/24 6to4 relay anycast, deprecated (RFC 7526)',
  '192.168.0.0/16 private network (RFC 1918)',
  '192.175.48.0/24 AS112 (RFC 7534)',
  '198.18.0.0/15 benchmarking (RFC 2544)',
  '198.51.100.0/24 documentation (RFC 5737)',
  '203.0.113.0/24 documentation (RFC 5737)',
  '224.0.0.1/32 multicast, all systems on this subnet (RFC 1112)',
  '224.0.0.2/32 multicast, all routers on this subnet (RFC 5771)',
  '224.0.0.5/32 multicast, OSPF routers (RFC 2328)',
  '224.0.0.6/32 multicast, OSPF designated routers (RFC 2328)',
  '224.0.0.9/32 multicast, RIPv2 routers (RFC 2453)',
  '224.0.0.10/32 multicast, EIGRP routers (RFC 7868)',
  '224.0.0.13/32 multicast, PIM routers (RFC 7761)',
  '224.0.0.18/32 multicast, VRRP (RFC 9568)',
  '224.0.0.22/32 multicast, IGMPv3 routers (RFC 3376)',
  '224.0.0.251/32 multicast, mDNS (RFC 6762)',
  '224.0.0.252/32 multicast, LLMNR (RFC 4795)',
  '224.0.0.0/24 multicast, local network control (RFC 5771)',
  '224.0.1.1/32 multicast, NTP (RFC 5905)',
  '224.0.1.0/24 multicast, internetwork control (RFC 5771)',
  '232.0.0.0/8 multicast, source-specific (RFC 4607)',
  '233.252.0.0/24 multicast, documentation (RFC 6676)',
  '233.0.0.0/8 multicast, GLOP (RFC 3180)',
  '234.0.0.0/8 multicast, unicast-prefix-based (RFC 6034)',
  '239.255.255.250/32 multicast, SSDP',
  '239.0.0.0/8 multicast, administratively scoped (RFC 2365)',
  '224.0.0.0/4 multicast (RFC 1112)',
  '255.255.255.255/32 limited broadcast (RFC 919)',
  '240.0.0.0/4 reserved (RFC 1112)',
].map(block)

const ipv6Blocks: readonly Block[] = [
  '::/128 unspecified (RFC 4291)',
  '::1/128 loopback (RFC 4291)',
  '::ffff:0:0/96 IPv4-mapped (RFC 4291)',
  '::/96 IPv4-compatible, deprecated (RFC 4291)',
  '64:ff9b::/96 IPv4/IPv6 translation (RFC 6052)',
  '64:ff9b:1::/48 IPv4/IPv6 translation, local use (RFC 8215)',
  '100::/64 discard-only (RFC 6666)',
  '100:0:0:1::/64 dummy prefix (RFC 9780)',
  '2001::/32 Teredo (RFC 4380)',
  '2001:1::1/128 Port Control Protocol anycast (RFC 7723)',
  '2001:1::2/128 TURN anycast (RFC 8155)',
  '2001:1::3/128 DNS-SD Service Registration anycast (RFC 9665)',
  '2001:2::/48 benchmarking (RFC 5180)',
  '2001:3::/32 Automatic Multicast Tunneling (RFC 7450)',
  '2001:4:112::/48 AS112 (RFC 7535)',
  '2001:10::/28 ORCHID, deprecated (RFC 4843)',
  '2001:20::/28 ORCHIDv2 (RFC 7343)',
  '2001:30::/28 Drone Remote ID (RFC 9374)',
  '2001::/23 IETF protocol assignments (RFC 2928)',
  '2001:db8::/32 documentation (RFC 3849)',
  '2002::/16 6to4 (RFC 3056)',
  '2620:4f:8000::/48 AS112 (RFC 7534)',
  '3fff::/20 documentation (RFC 9637)',
  '5f00::/16 segment routing identifiers (RFC 9602)',
  'fc00::/7 unique local (RFC 4193)',
  'fe80::/10 link-local (RFC 4291)',
  'fec0::/10 site-local, deprecated (RFC 3879)',
  'ff01::1/128 multicast, all nodes of this interface (RFC 4291)',
  'ff01::2/128 multicast, all routers of this interface (RFC 4291)',
  'ff02::1/128 multicast, all nodes on this link (RFC 4291)',
  'ff02::2/128 multicast, all routers on this link (RFC 4291)',
  'ff02::5/128 multicast, OSPF routers (RFC 5340)',
  'ff02::6/128 multicast, OSPF designated routers (RFC 5340)',
  'ff02::9/128 multicast, RIPng routers (RFC 2080)',
  'ff02::a/128 multicast, EIGRP routers (RFC 7868)',
  'ff02::c/128 multicast, SSDP',
  'ff02::d/128 multicast, PIM routers (RFC 7761)',
  'ff02::12/128 multicast, VRRP (RFC 9568)',
  'ff02::16/128 multicast, MLDv2 routers (RFC 3810)',
  'ff02::1a/128 multicast, RPL nodes (RFC 6550)',
  'ff02::fb/128 multicast, mDNS (RFC 6762)',
  'ff02::1:2/128 multicast, DHCP servers and relay agents (RFC 8415)',
  'ff02::1:3/128 multicast, LLMNR (RFC 4795)',
  'ff02::1:ff00:0/104 multicast, solicited node (RFC 4291)',
  'ff05::2/128 multicast, all routers of this site (RFC 4291)',
  'ff05::1:3/128 multicast, DHCP servers (RFC 8415)',
].map(block)
