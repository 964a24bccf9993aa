/** Link Layer Discovery Protocol, IEEE 802.1AB: who a neighbor is and what it can do, one record after the other. */
import {
  bool,
  bytes,
  type Dissection,
  escapeText,
  ether,
  type Field,
  fields,
  group,
  ipv4,
  ipv6,
  protocol,
  protocolField,
  text,
  uint16,
  uint32,
  uint8,
  utf8,
  warning,
} from '../src/dissect/index.js'
import {
  chassisNames,
  chassisSubtypes,
  Family,
  Form,
  type Identifier,
  type IdentifierFields,
  identifier,
  idText,
  idValue,
  portNames,
  portSubtypes,
  type Subtypes,
} from './lldp-identifiers.js'
import { organizationRecord } from './lldp-organizations.js'
import { addressFamilyNames } from './shared/address-families.js'
import { objectIdentifier, objectIdentifierCaption } from './shared/object-identifier.js'

const Tlv = {
  End: 0,
  Chassis: 1,
  Port: 2,
  TimeToLive: 3,
  PortDescription: 4,
  SystemName: 5,
  SystemDescription: 6,
  Capabilities: 7,
  Management: 8,
  Organization: 127,
} as const
const LENGTH_MASK = 0x01ff
const HEADER = 2

const capable = (label: string, mask: number) => bool(label, 16, { mask, truth: ['Capable', 'Not capable'] })
const capabilities = () => ({
  other: capable('Other', 0x01),
  repeater: capable('Repeater', 0x02),
  bridge: capable('Bridge', 0x04),
  wlan_access_pt: capable('WLAN access point', 0x08),
  router: capable('Router', 0x10),
  telephone: capable('Telephone', 0x20),
  docsis_cable_device: capable('DOCSIS cable device', 0x40),
  station_only: capable('Station only', 0x80),
})

const f = fields('lldp', {
  self: protocolField('Link Layer Discovery Protocol'),
  _record: group('TLV'),
  tlv: {
    type: uint16('TLV Type', {
      mask: 0xfe00,
      names: {
        0: 'End of LLDPDU',
        1: 'Chassis Id',
        2: 'Port Id',
        3: 'Time to Live',
        4: 'Port Description',
        5: 'System Name',
        6: 'System Description',
        7: 'System Capabilities',
        8: 'Management Address',
        127: 'Organization Specific',
      },
    }),
    len: uint16('TLV Length', { mask: LENGTH_MASK }),
    system: { name: text('System Name'), desc: text('System Description') },
    system_cap: uint16('Capabilities', { base: 'hex' }, capabilities()),
    enable_system_cap: uint16('Enabled Capabilities', { base: 'hex' }, capabilities()),
  },
  chassis: {
    subtype: uint8('Chassis Id Subtype', { names: chassisNames }),
    id: {
      self: bytes('Chassis Id'),
      mac: ether('Chassis Id'),
      ip4: ipv4('Chassis Id'),
      ip6: ipv6('Chassis Id'),
    },
  },
  port: {
    subtype: uint8('Port Id Subtype', { names: portNames }),
    id: { self: text('Port Id'), mac: ether('Port Id'), ip4: ipv4('Port Id'), ip6: ipv6('Port Id') },
    desc: text('Port Description'),
  },
  network_address: { subtype: uint8('Network Address family', { names: addressFamilyNames }) },
  time_to_live: uint16('Seconds'),
  mgn: {
    address: {
      len: uint8('Address String Length'),
      subtype: uint8('Address Subtype', { names: addressFamilyNames }),
    },
    addr: {
      ip4: ipv4('Management Address'),
      ip6: ipv6('Management Address'),
      hex: bytes('Management Address'),
    },
    interface: {
      subtype: uint8('Interface Subtype', { names: { 1: 'Unknown', 2: 'ifIndex', 3: 'System port number' } }),
      number: uint32('Interface Number'),
    },
    obj: {
      len: uint8('OID String Length'),
      id: text('Object Identifier', { spell: objectIdentifier }),
    },
  },
  incorrect_length: warning('Invalid length, too short', 'Malformed'),
  bad_type: warning('Incorrect type', 'Malformed'),
})

const summary = () => ({
  chassis: identifier(),
  port: identifier(),
  /** -1 for none. */
  seconds: -1,
  /** Where it lies, -1 for none. */
  nameAt: 0,
  nameEnd: 0,
  /** The same. */
  descriptionAt: 0,
  descriptionEnd: 0,
  /** A record that must be there is not, or is there again: it takes the place of all else in Info. */
  wrong: '',
})
type Summary = ReturnType<typeof summary>

export const lldp = protocol({
  name: 'Link Layer Discovery Protocol',
  short: 'LLDP',
  spec: 'IEEE 802.1AB',
  self: f.self,
  under: { 'eth.type': 0x88cc },
  summary,

  dissect(d, s) {
    s.chassis.form = s.port.form = s.seconds = -1
    s.nameAt = s.descriptionAt = -1
    s.wrong = ''
    d.appendLayer('')
    if (!takeIdentifier(d, Tlv.Chassis, s, 'Chassis')) return
    if (!takeIdentifier(d, Tlv.Port, s, 'Port')) return
    if (d.peek16() >> 9 !== Tlv.TimeToLive) {
      s.wrong = 'Invalid Time-to-Live TLV'
      return
    }
    takeSeconds(d, s)
    while (d.left > 0 && s.wrong === '') {
      const type = d.peek16() >> 9
      takeRecord(d, s, type)
      if (type === Tlv.End) {
        // What follows is the link's padding.
        d.limit(0)
        return
      }
    }
  },

  info(s, d) {
    if (s.wrong !== '') return s.wrong
    const b = d.bytes
    let out = idText(b, s.chassis, chassisSubtypes) + idText(b, s.port, portSubtypes)
    if (s.seconds >= 0) out += `${s.seconds} `
    if (s.nameAt >= 0) out += `SysN=${escapeText(utf8(b, s.nameAt, s.nameEnd))} `
    if (s.descriptionAt >= 0) out += `SysD=${escapeText(utf8(b, s.descriptionAt, s.descriptionEnd))} `
    return out
  },
})

/** Takes the type and the length of a record into its subtree. */
function takeHeader(d: Dissection): void {
  const start = d.pos
  const header = d.peek16()
  d.skip(HEADER)
  d.at(f.tlv.type, start, start + HEADER, header)
  d.at(f.tlv.len, start, start + HEADER, header)
}

/** Takes the identifier that must come now; false when nothing behind it can be trusted. */
function takeIdentifier(d: Dissection, type: number, s: Summary, what: 'Chassis' | 'Port'): boolean {
  const header = d.peek16()
  if (header >> 9 !== type) {
    s.wrong = `Invalid ${what} ID TLV`
    const opened = d.open(f._record)
    const found = (header >> 9).toString(16).padStart(2, '0')
    const message = `Invalid ${what} ID (0x${found}), expected (0x0${type})`
    d.skip(HEADER)
    if (d.showing) d.caption(message, opened)
    d.note(f.bad_type, message)
    d.close(opened)
    return false
  }
  const isChassis = type === Tlv.Chassis
  return isChassis
    ? takeId(d, s, s.chassis, f.chassis, chassisSubtypes, 'Chassis')
    : takeId(d, s, s.port, f.port, portSubtypes, 'Port')
}

function takeId(
  d: Dissection,
  s: Summary,
  id: Identifier,
  own: IdentifierFields,
  subtypes: Subtypes,
  what: string,
): boolean {
  const length = d.peek16() & LENGTH_MASK
  const subtype = d.peek8(HEADER)
  const form = (subtypes[subtype] ?? subtypes[0]!)[1]
  const family = form === Form.Network ? d.peek8(HEADER + 1) : 0
  const expected =
    form === Form.Mac ? 7 : family === Family.Ipv4 ? 6 : family === Family.Ipv6 ? 18 : Math.max(length, 1)
  d.peek8(HEADER + length - 1)
  const names = own.subtype.names as Readonly<Record<number, string>>
  const name = names[subtype] ?? (what === 'Port' ? 'Unknown' : 'Reserved')
  const opened = d.open(f._record)
  if (d.showing) d.caption(`${what} Subtype = ${name}`, opened)
  takeHeader(d)
  const isWrong = length !== expected
  if (isWrong) {
    s.wrong = `Invalid ${what} ID TLV`
    d.enter()
    const kind = form === Form.Network ? `${name}, ${addressFamilyNames[family]}` : name
    d.note(f.incorrect_length, `Invalid ${what} ID Length (${length}) for Type (${kind}), expected (${expected})`)
    d.leave()
  }
  const end = d.pos + length
  d.u8(own.subtype)
  if (form === Form.Network) d.u8(f.network_address.subtype)
  if (!isWrong) {
    id.subtype = subtype
    id.form = form
    id.start = form === Form.Network ? d.pos - 1 : d.pos
    id.end = end
    const field =
      form === Form.Mac
        ? own.id.mac
        : family === Family.Ipv4
          ? own.id.ip4
          : family === Family.Ipv6
            ? own.id.ip6
            : own.id.self
    d.take(field, end - d.pos)
    if (d.showing) d.append(`, Id: ${idValue(d.bytes, id)}`, opened)
  }
  d.close(opened)
  return !isWrong
}

function takeSeconds(d: Dissection, s: Summary): void {
  const length = d.peek16() & LENGTH_MASK
  if (length < 2 || d.reportedLeft < HEADER + length) d.malformed()
  const seconds = d.peek16(HEADER)
  const opened = d.open(f._record)
  if (d.showing) d.caption(`Time To Live = ${seconds} sec`, opened)
  takeHeader(d)
  const end = d.pos + length
  d.u16(f.time_to_live)
  s.seconds = seconds
  d.seek(end)
  d.close(opened)
}

/** Takes one of the records that need not be there. */
function takeRecord(d: Dissection, s: Summary, type: number): void {
  if (type === Tlv.Chassis) {
    takeIdentifier(d, type, s, 'Chassis')
    s.wrong = 'Duplicate Chassis ID TLV'
    return
  }
  if (type === Tlv.Port) {
    takeIdentifier(d, type, s, 'Port')
    s.wrong = 'Duplicate Port ID TLV'
    return
  }
  if (type === Tlv.TimeToLive) {
    takeSeconds(d, s)
    s.wrong = 'Duplicate Time-To-Live TLV'
    return
  }
  const length = d.peek16() & LENGTH_MASK
  const end = d.pos + HEADER + length
  if (end > d.reported) d.malformed()
  const { end: captured, reported } = d
  d.limit(HEADER + length)
  if (type === Tlv.Organization) organizationRecord(d, f._record, takeHeader, end)
  else takeKnown(d, s, type, length)
  d.end = captured
  d.reported = reported
}

function takeKnown(d: Dissection, s: Summary, type: number, length: number): void {
  const end = d.pos + HEADER + length
  const isText = type >= Tlv.PortDescription && type <= Tlv.SystemDescription
  if (length > 0) d.peek8(HEADER + (isText ? length - 1 : 0))
  const opened = d.open(f._record)
  if (d.showing) d.caption(captions[type] ?? 'Unknown TLV', opened)
  takeHeader(d)
  takeContent(d, s, type, length, opened)
  d.seek(end)
  d.close(opened)
}

const captions: Readonly<Record<number, string>> = {
  [Tlv.End]: 'End of LLDPDU',
  [Tlv.PortDescription]: 'Port Description = ',
  [Tlv.SystemName]: 'System Name = ',
  [Tlv.SystemDescription]: 'System Description = ',
  [Tlv.Capabilities]: 'Capabilities',
  [Tlv.Management]: 'Management Address',
}

function takeContent(d: Dissection, s: Summary, type: number, length: number, opened: number): void {
  switch (type) {
    case Tlv.PortDescription:
      return takeText(d, f.port.desc, length, opened)
    case Tlv.SystemName:
      s.nameEnd = d.pos + length
      s.nameAt = d.pos
      return takeText(d, f.tlv.system.name, length, opened)
    case Tlv.SystemDescription:
      s.descriptionEnd = d.pos + length
      s.descriptionAt = d.pos
      return takeText(d, f.tlv.system.desc, length, opened)
    case Tlv.Capabilities:
      d.u16(f.tlv.system_cap)
      d.u16(f.tlv.enable_system_cap)
      return
    case Tlv.Management:
      return takeManagement(d)
  }
}

function takeText(d: Dissection, field: Field<'string'>, length: number, opened: number): void {
  const start = d.take(field, length)
  if (d.showing) d.append(escapeText(utf8(d.bytes, start, start + length)), opened)
}

/** Where the neighbor can be managed: an address, the number of an interface, an object. */
function takeManagement(d: Dissection): void {
  const { mgn } = f
  const size = d.u8(mgn.address.len)
  const family = d.u8(mgn.address.subtype)
  const isIpv4 = family === Family.Ipv4 && size === 5
  const isIpv6 = family === Family.Ipv6 && size === 17
  d.take(isIpv4 ? mgn.addr.ip4 : isIpv6 ? mgn.addr.ip6 : mgn.addr.hex, size - 1)
  d.u8(mgn.interface.subtype)
  d.u32(mgn.interface.number)
  const length = d.u8(mgn.obj.len)
  if (length === 0) return
  const start = d.take(mgn.obj.id, length)
  if (d.showing) d.caption(`Object Identifier: ${objectIdentifierCaption(d.bytes, start, start + length)}`)
}
