/** What enterprises put into DHCP messages under their numbers: options 124 and 125 (RFC 3925). */
import { bytes, type Dissection, error, fields, ipv4, uint8, uint24, uint32, utf8 } from '../src/dissect/index.js'
import { type Plain, plain, Shape, takePlain, words } from './dhcp-plain-options.js'
import { hasLength, noRoom, sub } from './dhcp-relay-options.js'
import { enterpriseText } from './shared/enterprises.js'
import { ouiText } from './shared/oui.js'

const deviceNames: Readonly<Record<number, string>> = {
  1: 'DeviceManufacturerOUI',
  2: 'DeviceSerialNumber',
  3: 'DeviceProductClass',
  4: 'GatewayManufacturerOUI',
  5: 'GatewaySerialNumber',
  6: 'GatewayProductClass',
}
const cableNames: Readonly<Record<number, string>> = {
  1: 'Option Request',
  2: 'TFTP Server Addresses',
  3: 'eRouter Container Option',
  4: 'MIB Environment Indicator Option',
  5: 'Modem Capabilities',
}

const f = fields(
  'dhcp.option',
  {
    vi_class: {
      enterprise: uint32('Enterprise', { base: 'custom', show: enterpriseText }),
      length: uint8('CableLab Address Mode'),
      data: words('NetInfo Parent Server Tag'),
    },
    vi: {
      enterprise: uint32('Enterprise', { base: 'custom', show: enterpriseText }),
      length: uint8('Length'),
      value: bytes('Value'),
      tr111: {
        suboption: uint8('Option 125 Suboption', { names: deviceNames }),
        device_manufacturer_oui: uint24('DeviceManufacturerOUI'),
        device_serial_number: words('DeviceSerialNumber'),
        device_product_class: words('DeviceProductClass'),
        gateway_manufacturer_oui: words('GatewayManufacturerOUI'),
        gateway_serial_number: words('GatewaySerialNumber'),
        gateway_product_class: words('GatewayProductClass'),
      },
      cl: {
        suboption: uint8('Option 125 Suboption', { names: cableNames }),
        option_request: bytes('Option Request', { separator: ' ' }),
        tftp_server_addresses: ipv4('TFTP Server Addresses'),
        erouter_container_option: bytes('eRouter Container Option'),
        modem_capabilities: bytes('Modem Capabilities'),
      },
    },
    enterprise: { malformed: error('no room left in option for enterprise data', 'Protocol') },
  },
  'dhcp',
)
const other = fields('dhcp.vendor', { suboption: uint8('Option 125 Suboption'), data: bytes('Data') }, 'dhcp')

const Enterprise = { BroadbandForum: 3561, CableLabs: 4491 } as const
const HEAD = 5
const MANUFACTURER = 1

const devicePlain: Readonly<Record<number, Plain>> = {
  2: plain(Shape.Text, f.vi.tr111.device_serial_number),
  3: plain(Shape.Text, f.vi.tr111.device_product_class),
  4: plain(Shape.Text, f.vi.tr111.gateway_manufacturer_oui),
  5: plain(Shape.Text, f.vi.tr111.gateway_serial_number),
  6: plain(Shape.Text, f.vi.tr111.gateway_product_class),
}
const cablePlain: Readonly<Record<number, Plain>> = {
  1: plain(Shape.Bytes, f.vi.cl.option_request),
  2: plain(Shape.Addresses, f.vi.cl.tftp_server_addresses),
  3: plain(Shape.Bytes, f.vi.cl.erouter_container_option),
  5: plain(Shape.Bytes, f.vi.cl.modem_capabilities),
}

/** Option 124, of `length` bytes. */
export function takeVendorClass(d: Dissection, length: number): void {
  for (const end = d.pos + length; d.pos < end; ) {
    if (end - d.pos < HEAD) return d.note(f.enterprise.malformed, `length < ${HEAD}`)
    d.u32(f.vi_class.enterprise)
    d.take(f.vi_class.data, d.u8(f.vi_class.length))
  }
}

/** Option 125, of `length` bytes. */
export function takeVendorSpecific(d: Dissection, length: number): void {
  for (const end = d.pos + length; d.pos < end; ) {
    if (end - d.pos < HEAD) return d.note(f.enterprise.malformed, `length < ${HEAD}`)
    const enterprise = d.peek32()
    d.at(f.vi.enterprise, d.pos, Math.min(d.pos + HEAD + d.peek8(4), d.end), enterprise)
    d.enter()
    d.skip(4)
    const size = d.u8(f.vi.length)
    const stop = d.pos + size
    let readable = true
    while (readable && d.pos < stop) readable = takeSub(d, enterprise, stop)
    if (!readable) d.pos = Math.min(stop, d.end)
    d.leave()
  }
}

/** One suboption; false when the rest cannot be read. */
function takeSub(d: Dissection, enterprise: number, stop: number): boolean {
  const code = d.peek8()
  const { field, names, values } = kindOf(enterprise)
  const at = d.pos
  if (names === null && at + 1 >= stop) d.at(field, at, at + 1, code)
  if (!hasLength(d, code, stop)) return false
  const size = d.peek8(1)
  d.at(field, at, Math.min(at + 2 + size, d.end), code)
  if (d.showing && names !== null) d.caption(`Option 125 Suboption: (${code}) ${names[code] ?? 'Unknown'}`)
  d.enter()
  d.skip(1)
  d.u8(sub.suboption_length)
  const room = d.pos + size <= stop
  if (room) takeValue(d, enterprise, code, size, values[code])
  else noRoom(d, code)
  d.leave()
  if (room && names !== null) {
    d.spanAt(f.vi.value, d.pos - size, d.pos)
    d.hide()
  }
  return room
}

const noPlain: Readonly<Record<number, Plain>> = {}

function kindOf(enterprise: number) {
  if (enterprise === Enterprise.BroadbandForum)
    return { field: f.vi.tr111.suboption, names: deviceNames, values: devicePlain }
  if (enterprise === Enterprise.CableLabs) return { field: f.vi.cl.suboption, names: cableNames, values: cablePlain }
  return { field: other.suboption, names: null, values: noPlain }
}

function takeValue(d: Dissection, enterprise: number, code: number, size: number, known: Plain | undefined): void {
  const end = d.pos + size
  if (enterprise === Enterprise.BroadbandForum && code === MANUFACTURER) takeManufacturer(d, size)
  else if (known !== undefined) takePlain(d, known, size)
  else d.take(other.data, size)
  d.seek(end)
}

/** An identifier of three bytes, as six letters and digits. */
function takeManufacturer(d: Dissection, size: number): void {
  const at = d.pos
  d.skip(size)
  const digits = utf8(d.bytes, at, d.pos)
  const value = Number.parseInt(digits, 16)
  if (Number.isNaN(value)) return
  d.at(f.vi.tr111.device_manufacturer_oui, at, d.pos, value)
  if (d.showing) d.caption(`DeviceManufacturerOUI: ${ouiText(value)}`)
}
