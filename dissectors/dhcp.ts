/** Dynamic Host Configuration Protocol, RFC 2131, and the Bootstrap Protocol that it grew out of, RFC 951. */
import {
  bool,
  bytes,
  type Dissection,
  error,
  fields,
  group,
  hexText,
  etherText,
  ipv4,
  note,
  protocol,
  protocolField,
  uint8,
  uint16,
  uint32,
} from '../src/dissect/index.js'
import { hardware, hasMac } from './dhcp-client-id.js'
import { overloads, takeOptions, takeRest } from './dhcp-options.js'
import { words } from './dhcp-plain-options.js'
import { messageTypeName, Survey } from './dhcp-survey.js'
import { noteStray } from './shared/stray-characters.js'
import { noteBelow } from './shared/note-below.js'

const f = fields('dhcp', {
  self: protocolField('Dynamic Host Configuration Protocol'),
  bootp: bool('Frame is BOOTP', 0),
  type: uint8('Message type', { names: { 1: 'Boot Request', 2: 'Boot Reply' } }),
  hw: {
    len: uint8('Hardware address length'),
    addr: bytes('Client hardware address'),
    addr_padding: bytes('Client hardware address padding'),
  },
  hops: uint8('Hops'),
  id: uint32('Transaction ID', { base: 'hex' }),
  secs: uint16('Seconds elapsed'),
  flags: uint16(
    'Bootp flags',
    { base: 'hex' },
    {
      bc: bool('Broadcast flag', 16, { mask: 0x8000, truth: ['Broadcast', 'Unicast'] }),
      reserved: uint16('Reserved flags', { base: 'hex', mask: 0x7fff }),
    },
  ),
  ip: {
    client: ipv4('Client IP address'),
    your: ipv4('Your (client) IP address'),
    server: ipv4('Next server IP address'),
    relay: ipv4('Relay agent IP address'),
  },
  _no_address: group('Client address not given'),
  _server_overloaded: group('Server name option overloaded by DHCP'),
  _file_overloaded: group('Boot file name option overloaded by DHCP'),
  server: words('Server host name'),
  file: words('Boot file name'),
  cookie: ipv4('Magic cookie'),
  vendor_specific_options: bytes('Bootp vendor specific options'),
  secs_le: note('Seconds elapsed appears to be encoded as little-endian', 'Protocol'),
  client_address_not_given: note('Client address not given', 'Protocol'),
  server_name_overloaded_by_dhcp: note('Server name option overloaded by DHCP', 'Protocol'),
  boot_filename_overloaded_by_dhcp: note('Boot file name option overloaded by DHCP', 'Protocol'),
  end_option_missing: error('End option missing', 'Protocol'),
})

const Op = { Request: 1, Reply: 2 } as const
const PROXY_PORT = 4011
const HARDWARE_AT = 28
const HARDWARE_ROOM = 16
const COOKIE_AT = 236
const COOKIE = 0x63825363
const VENDOR_ROOM = 64

const survey = new Survey()
const summary = () => ({ op: -1, type: -1, id: 0, proxy: false, hardware: 0, hardwareType: 0, hardwareLength: 0 })
type Summary = ReturnType<typeof summary>

export const dhcp = protocol({
  name: 'Dynamic Host Configuration Protocol',
  short: 'DHCP/BOOTP',
  column: (s) => (s.type < 0 ? 'BOOTP' : 'DHCP'),
  spec: 'RFC 2131',
  self: f.self,
  under: { 'udp.port': [67, 68, PROXY_PORT] },
  summary,

  dissect(d, s) {
    const start = d.pos
    s.op = s.type = -1
    s.hardware = 0
    const op = d.peek8()
    s.hardwareType = d.peek8(1)
    s.hardwareLength = d.peek8(2)
    if (op === Op.Request) {
      if (s.hardwareLength > 0) d.peek8(HARDWARE_AT + s.hardwareLength - 1)
      s.hardware = start + HARDWARE_AT
    }
    s.op = op
    lookAhead(d, s, start)
    d.u8(f.type)
    const type = d.u8(hardware.type)
    const length = d.u8(f.hw.len)
    d.u8(f.hops)
    s.id = d.u32(f.id)
    takeSeconds(d)
    const broadcast = d.u16(f.flags) & 0x8000
    if (d.showing) d.append(broadcast ? ', Broadcast flag (Broadcast)' : ' (Unicast)')
    d.take(f.ip.client, 4)
    d.take(f.ip.your, 4)
    d.take(f.ip.server, 4)
    d.take(f.ip.relay, 4)
    takeHardware(d, type, length)
    takeNames(d)
    if (s.type < 0 && d.wants(f.bootp)) {
      d.at(f.bootp, start, start, 1)
      d.hide()
    }
    if (d.left >= 4 && d.peek32() === COOKIE) {
      d.take(f.cookie, 4)
      if (d.showing) d.caption('Magic cookie: DHCP')
    } else d.take(f.vendor_specific_options, VENDOR_ROOM)
    const ended = takeOptions(d, survey, d.reported)
    if (!ended && s.type >= 0) d.note(f.end_option_missing)
    takeRest(d)
  },

  info(s, d) {
    if (s.type >= 0) {
      const name = messageTypeName(s.type).padEnd(8)
      return `${s.proxy ? 'proxyDHCP' : 'DHCP'} ${name} - Transaction ID 0x${s.id.toString(16)}`
    }
    if (s.op === Op.Request) return `Boot Request from ${clientText(d, s)}`
    if (s.op === Op.Reply) return 'Boot Reply'
    return s.op < 0 ? '' : `Unknown BOOTP message type (${s.op})`
  },
})

/** Finds out what the options say of the whole message. */
function lookAhead(d: Dissection, s: Summary, start: number): void {
  s.proxy = d.srcPort === PROXY_PORT || d.dstPort === PROXY_PORT
  const hasCookie = d.left >= COOKIE_AT + 4 && d.peek32(COOKIE_AT) === COOKIE
  const options = COOKIE_AT + (hasCookie ? 4 : VENDOR_ROOM)
  if (d.reportedLeft <= options) return survey.clear()
  d.pos = Math.min(start + options, d.end)
  survey.look(d)
  d.pos = start
  s.type = survey.type
  s.id = d.peek32(4)
}

/** Some clients send the seconds with the low byte first. */
function takeSeconds(d: Dissection): void {
  const seconds = d.peek16()
  const swapped = seconds > 0xff && (seconds & 0xff) === 0
  if (!swapped) return void d.u16(f.secs)
  d.at(f.secs, d.pos, d.pos + 2, seconds >>> 8)
  noteBelow(d, f.secs_le)
  d.skip(2)
}

function takeHardware(d: Dissection, type: number, length: number): void {
  const at = d.pos
  if (length === 0 || length > HARDWARE_ROOM) {
    d.skip(HARDWARE_ROOM)
    const opened = d.open(f._no_address)
    d.note(f.client_address_not_given)
    return d.closeAt(opened, at, d.pos)
  }
  if (hasMac(type, length)) d.take(hardware.mac_addr, length)
  else {
    // As in Wireshark the value has the padding, too.
    d.spanAt(f.hw.addr, at, at + HARDWARE_ROOM)
    if (d.showing) d.caption(`Client hardware address: ${hexText(d.bytes, at, Math.min(at + length, d.end))}`)
    d.skip(length)
  }
  if (length < HARDWARE_ROOM) d.take(f.hw.addr_padding, HARDWARE_ROOM - length)
}

/** The names of the server and of the file, unless options lie in their place. */
function takeNames(d: Dissection): void {
  takeName(d, f.server, 64, overloads.serverName, f._server_overloaded, f.server_name_overloaded_by_dhcp)
  takeName(d, f.file, 128, overloads.fileName, f._file_overloaded, f.boot_filename_overloaded_by_dhcp)
}

function takeName(
  d: Dissection,
  field: typeof f.server,
  size: number,
  bit: number,
  overloaded: typeof f._server_overloaded,
  why: typeof f.server_name_overloaded_by_dhcp,
): void {
  if (survey.overload & bit) {
    const opened = d.open(overloaded)
    d.skip(size)
    d.close(opened)
    noteBelow(d, why)
    return
  }
  const given = d.peek8() !== 0
  const at = d.take(field, size)
  if (given) noteStray(d, at, size, 3)
  else if (d.showing) d.caption(`${field.label} not given`)
}

function clientText(d: Dissection, s: Summary): string {
  const b = d.bytes
  if (s.hardwareLength === 0) return '<No address>'
  if (!hasMac(s.hardwareType, s.hardwareLength)) return hexText(b, s.hardware, s.hardware + s.hardwareLength)
  const address = etherText(b, s.hardware)
  return `${address} (${d.names.ether(b, s.hardware) || address})`
}
