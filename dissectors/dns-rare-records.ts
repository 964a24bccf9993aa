/** Records that are seldom met: experiments, addresses of other networks, what was given up. */
import {
  bool,
  bytes,
  type Dissection,
  ether,
  eui64,
  fields,
  ipv4,
  ipv4Text,
  ipv6,
  ipv6Text,
  text,
  uint8,
  uint16,
  uint32,
} from '../src/dissect/index.js'
import { peekName, takeName } from './dns-names.js'
import { asciiText, countedText, oneName, preferredName, type RecordReader, takeRest, takeText } from './dns-records.js'
import { addressFamilyNames } from './shared/dns-types.js'
import { ipProtocolName } from './shared/ip-protocols.js'

const f = fields('dns', {
  md: text('Mail Destination'),
  mf: text('Mail Forwarder'),
  mb: text('MailBox Domaine'),
  mg: text('Mail Group member'),
  mr: text('Mail Rename domaine'),
  null: bytes('Null (data)'),
  wks: {
    address: ipv4('Address'),
    protocol: uint8('Protocol', { names: ipProtocolName }),
    bits: uint8('Bits', { base: 'hex' }),
  },
  minfo: { r: text('Responsible Mailbox'), e: text('Error Mailbox') },
  rp: { mailbox: text('Mailbox'), txt_rr: text('TXT RR') },
  afsdb: { subtype: uint16('Subtype'), hostname: text('Hostname') },
  x25: { length: uint8('Length'), psdn_address: asciiText('PSDN-Address') },
  idsn: {
    length: uint8('Length'),
    address: asciiText('ISDN Address'),
    sa: { length: uint8('Length'), address: asciiText('Sub Address') },
  },
  rt: { subtype: uint16('Preference'), intermediate_host: text('Intermediate Hostname') },
  nsap: { rdata: bytes('NSAP Data') },
  nsap_ptr: { owner: text('Owner') },
  px: { preference: uint16('Preference'), map822: text('MAP822'), map400: text('MAPX400') },
  gpos: {
    longitude_length: uint8('Longitude length'),
    longitude: asciiText('Longitude'),
    latitude_length: uint8('Latitude length'),
    latitude: asciiText('Latitude'),
    altitude_length: uint8('Altitude length'),
    altitude: asciiText('Altitude'),
  },
  loc: {
    version: uint8('Version'),
    size: uint8('Size', { base: 'custom', show: metres }),
    horizontal_precision: uint8('Horizontal Precision', { base: 'custom', show: metres }),
    vertical_precision: uint8('Vertical Precision', { base: 'custom', show: metres }),
    latitude: uint32('Latitude', { base: 'custom', show: (v) => angle(v, 'NS') }),
    longitude: uint32('Longitude', { base: 'custom', show: (v) => angle(v, 'EW') }),
    altitude: uint32('Altitude', { base: 'custom', show: (v) => `${v} (${sixDigits((v - 10_000_000) / 100)} m)` }),
    unknown_data: bytes('Unknown data'),
  },
  a6: {
    prefix_len: uint8('Prefix len'),
    address_suffix: ipv6('Address Suffix', { spell: (b, start, end) => ipv6Text(atEnd(b, start, end), 0) }),
    prefix_name: text('Prefix name'),
  },
  apl: {
    address_family: uint16('Address Family', { names: addressFamilyNames }),
    coded_prefix: uint8('Prefix Length'),
    negation: bool('Negation Flag', 8, { mask: 0x80, truth: ['Yes (!)', 'No (0)'] }),
    afdlength: uint8('Address Length', { mask: 0x7f }),
    afdpart: {
      ipv4: ipv4('Address', { spell: (b, start, end) => ipv4Text(atStart(b, start, end, 4), 0) }),
      ipv6: ipv6('Address', { spell: (b, start, end) => ipv6Text(atStart(b, start, end, 16), 0) }),
      data: bytes('Address'),
    },
  },
  ipseckey: {
    gateway_precedence: uint8('Gateway Precedence'),
    gateway_type: uint8('Gateway Type', {
      names: { 0: 'No Gateway', 1: 'IPv4 Gateway', 2: 'IPv6 Gateway', 3: 'DNS Gateway' },
    }),
    gateway_algorithm: uint8('Gateway Algorithm', { names: { 1: 'DSA', 2: 'RSA' } }),
    gateway_ipv4: ipv4('IPv4 Gateway'),
    gateway_ipv6: ipv6('IPv6 Gateway'),
    gateway_dns: text('DNS Gateway'),
    public_key: bytes('Public Key'),
  },
  dhcid: { rdata: bytes('DHCID Data') },
  hip: {
    hit: {
      self: bytes('Host Identity Tag'),
      length: uint8('HIT length'),
      pk: { algo: uint8('HIT length', { names: { 0: 'Reserved', 1: 'DSA', 2: 'RSA' } }) },
    },
    pk: { self: bytes('HIP Public Key'), length: uint16('PK length') },
    rendezvous_server: text('Rendezvous Server'),
  },
  openpgpkey: asciiText('OpenPGP Key'),
  ilnp: {
    nid: { self: bytes('NodeID'), preference: uint16('Preference') },
    l32: { self: ipv4('Locator32'), preference: uint16('Preference') },
    l64: { self: bytes('Locator64'), preference: uint16('Preference') },
    lp: { self: text('Locator FQDN'), preference: uint16('Preference') },
  },
  eui48: ether('EUI48 Address'),
  eui64: eui64('EUI64 Address'),
  wins: {
    local_flag: bool('Local Flag', 32, { mask: 1 }),
    lookup_timeout: uint32('Lookup timeout'),
    cache_timeout: uint32('Cache timeout'),
    nb_wins_servers: uint32('Number of WINS servers'),
    wins_server: ipv4('WINS Server Address'),
  },
  winsr: {
    local_flag: bool('Local Flag', 32, { mask: 1 }),
    lookup_timeout: uint32('Lookup timeout'),
    cache_timeout: uint32('Cache timeout'),
    name_result_domain: text('Name Result Domain'),
  },
  xpf: {
    ip_version: uint8('IP Version', {
      names: { 0: 'Reserved', 4: 'IPv4', 5: 'ST Datagram', 6: 'IPv6', 7: 'TP/IX', 8: 'PIP', 9: 'TUBA' },
    }),
    protocol: uint8('Protocol', { names: ipProtocolName }),
    source_ipv4: ipv4('IPv4 Source'),
    destination_ipv4: ipv4('IPv4 Destination'),
    source_ipv6: ipv6('IPv6 Source'),
    destination_ipv6: ipv6('IPv6 Destination'),
    sport: uint16('Source port'),
    dport: uint16('Destination port'),
  },
})

const twoNames =
  (first: typeof f.md, second: typeof f.md): RecordReader =>
  (d, base) => {
    takeName(d, first, base)
    takeName(d, second, base)
  }

/** A preference and what is preferred. */
const preferred =
  (preference: typeof f.afsdb.subtype, rest: RecordReader): RecordReader =>
  (d, base, end) => {
    d.u16(preference)
    rest(d, base, end)
  }

/** Nothing but bytes. */
const rest =
  (field: typeof f.null): RecordReader =>
  (d, _base, end) =>
    takeRest(d, field, end)

const PORTS = 65536

/** Well known services, RFC 1035 section 3.4.2: one bit for each port. */
function readWks(d: Dissection, _base: number, end: number): void {
  d.take(f.wks.address, 4)
  d.u8(f.wks.protocol)
  for (let port = 0; d.pos !== end; port += 8) {
    const bits = d.peek8()
    if (bits === 0) {
      d.skip(1)
      continue
    }
    d.u8(f.wks.bits)
    if (!d.showing || port >= PORTS) continue
    const ports: number[] = []
    for (let i = 0; i < 8; i++) if (bits & (0x80 >>> i)) ports.push(port + i)
    d.append(` (${ports.join(', ')})`)
  }
}

function readIsdn(d: Dissection, _base: number, end: number): void {
  countedText(d, f.idsn.length, f.idsn.address)
  if (end - d.pos > 1) countedText(d, f.idsn.sa.length, f.idsn.sa.address)
}

/** RFC 1876. */
function readLoc(d: Dissection, _base: number, end: number): void {
  const start = d.pos
  if (d.u8(f.loc.version) !== 0) {
    d.pos = start
    d.take(f.loc.unknown_data, end - start)
    return
  }
  d.u8(f.loc.size)
  d.u8(f.loc.horizontal_precision)
  d.u8(f.loc.vertical_precision)
  d.u32(f.loc.latitude)
  d.u32(f.loc.longitude)
  d.u32(f.loc.altitude)
}

/** A digit and a power of ten, in centimetres. */
function metres(v: number): string {
  return `${v} (${sixDigits(((v >>> 4) * 10 ** (v & 15)) / 100)} m)`
}

/** A number as C's `%g` writes it. */
function sixDigits(v: number): string {
  const [digits, exponent] = v.toExponential(5).split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return String(Number(v.toPrecision(6)))
  return `${Number(digits)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** Thousandths of a second of arc from 2 to the 31st, which is the equator or the prime meridian. */
function angle(v: number, directions: string): string {
  const off = Math.abs(v - 0x80000000)
  if (off > (directions === 'NS' ? 90 : 180) * 3_600_000) return `${v} (Value out of range)`
  const degrees = Math.floor(off / 3_600_000)
  const minutes = Math.floor(off / 60_000) % 60
  const seconds = ((off % 60_000) / 1000).toFixed(3)
  return `${v} (${degrees} deg ${minutes} min ${seconds} sec ${directions[v < 0x80000000 ? 1 : 0]})`
}

/** RFC 2874. */
function readA6(d: Dissection, base: number): void {
  const bits = d.peek8()
  const size = bits > 128 ? 16 : Math.ceil((128 - bits) / 8)
  if (bits > 0) peekName(d, 1 + size, base)
  d.u8(f.a6.prefix_len)
  if (size > 0) d.take(f.a6.address_suffix, size)
  if (bits > 128) d.malformed()
  if (bits > 0) takeName(d, f.a6.prefix_name, base)
}

/** RFC 3123. */
function readApl(d: Dissection, _base: number, end: number): void {
  while (end - d.pos > 1) {
    const family = d.u16(f.apl.address_family)
    d.u8(f.apl.coded_prefix)
    d.at(f.apl.negation, d.pos, d.pos + 1, d.peek8())
    const size = d.u8(f.apl.afdlength) & 0x7f
    const field =
      family === 1 && size <= 4
        ? f.apl.afdpart.ipv4
        : family === 2 && size <= 16
          ? f.apl.afdpart.ipv6
          : f.apl.afdpart.data
    d.take(field, size)
  }
}

/** RFC 4025. */
function readIpsecKey(d: Dissection, base: number, end: number): void {
  d.u8(f.ipseckey.gateway_precedence)
  const kind = d.u8(f.ipseckey.gateway_type)
  d.u8(f.ipseckey.gateway_algorithm)
  if (kind === 1) d.take(f.ipseckey.gateway_ipv4, 4)
  else if (kind === 2) d.take(f.ipseckey.gateway_ipv6, 16)
  else if (kind === 3) takeName(d, f.ipseckey.gateway_dns, base)
  if (d.pos !== end) takeRest(d, f.ipseckey.public_key, end)
}

/** RFC 8005. */
function readHip(d: Dissection, base: number, end: number): void {
  const tagSize = d.u8(f.hip.hit.length)
  d.u8(f.hip.hit.pk.algo)
  const keySize = d.u16(f.hip.pk.length)
  d.take(f.hip.hit.self, tagSize)
  d.take(f.hip.pk.self, keySize)
  while (end - d.pos > 1) takeName(d, f.hip.rendezvous_server, base)
}

function readWins(d: Dissection, _base: number, end: number): void {
  d.u32(f.wins.local_flag)
  d.u32(f.wins.lookup_timeout)
  d.u32(f.wins.cache_timeout)
  for (let servers = d.u32(f.wins.nb_wins_servers); servers > 0 && d.pos !== end; servers--)
    d.take(f.wins.wins_server, 4)
}

function readWinsReverse(d: Dissection, base: number): void {
  d.u32(f.winsr.local_flag)
  d.u32(f.winsr.lookup_timeout)
  d.u32(f.winsr.cache_timeout)
  takeName(d, f.winsr.name_result_domain, base)
}

/** Whom a proxy asks for. */
function readXpf(d: Dissection, _base: number, end: number): void {
  const version = d.u8(f.xpf.ip_version)
  if (version !== 4 && version !== 6) return d.seek(end)
  d.u8(f.xpf.protocol)
  if (version === 4) {
    d.take(f.xpf.source_ipv4, 4)
    d.take(f.xpf.destination_ipv4, 4)
  } else {
    d.take(f.xpf.source_ipv6, 16)
    d.take(f.xpf.destination_ipv6, 16)
  }
  d.u16(f.xpf.sport)
  d.u16(f.xpf.dport)
}

const address = new Uint8Array(16)
function atStart(b: Uint8Array, start: number, end: number, width: number): Uint8Array {
  address.fill(0)
  address.set(b.subarray(start, Math.min(end, start + width)))
  return address
}
function atEnd(b: Uint8Array, start: number, end: number): Uint8Array {
  address.fill(0)
  address.set(b.subarray(start, end), 16 - (end - start))
  return address
}

export const rareReaders: Readonly<Record<number, RecordReader>> = {
  3: oneName(f.md),
  4: oneName(f.mf),
  7: oneName(f.mb),
  8: oneName(f.mg),
  9: oneName(f.mr),
  10: rest(f.null),
  11: readWks,
  14: twoNames(f.minfo.r, f.minfo.e),
  17: twoNames(f.rp.mailbox, f.rp.txt_rr),
  18: preferredName(f.afsdb.subtype, f.afsdb.hostname),
  19: (d) => countedText(d, f.x25.length, f.x25.psdn_address),
  20: readIsdn,
  21: preferredName(f.rt.subtype, f.rt.intermediate_host),
  22: rest(f.nsap.rdata),
  23: oneName(f.nsap_ptr.owner),
  26: preferred(f.px.preference, twoNames(f.px.map822, f.px.map400)),
  27: (d) => {
    countedText(d, f.gpos.longitude_length, f.gpos.longitude)
    countedText(d, f.gpos.latitude_length, f.gpos.latitude)
    countedText(d, f.gpos.altitude_length, f.gpos.altitude)
  },
  29: readLoc,
  38: readA6,
  42: readApl,
  45: readIpsecKey,
  49: rest(f.dhcid.rdata),
  55: readHip,
  61: (d, _base, end) => void takeText(d, f.openpgpkey, end - d.pos),
  104: preferred(f.ilnp.nid.preference, (d) => void d.take(f.ilnp.nid.self, 8)),
  105: preferred(f.ilnp.l32.preference, (d) => void d.take(f.ilnp.l32.self, 4)),
  106: preferred(f.ilnp.l64.preference, (d) => void d.take(f.ilnp.l64.self, 8)),
  107: preferred(f.ilnp.lp.preference, oneName(f.ilnp.lp.self)),
  108: (d) => void d.take(f.eui48, 6),
  109: (d) => void d.take(f.eui64, 8),
  65281: readWins,
  65282: readWinsReverse,
  65422: readXpf,
}
