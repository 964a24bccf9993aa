/** What a DHCP option 43 means depends on the vendor class that option 60 of the same message names. */
import {
  bool,
  bytes,
  type Dissection,
  type Field,
  fields,
  ipv4,
  text,
  uint8,
  uint16,
  uint32,
} from '../src/dissect/index.js'
import { fits, type Plain, plain, Shape, takeLine, takePlain, words } from './dhcp-plain-options.js'
import { hasLength, sub, unreadable } from './dhcp-relay-options.js'
import { showParts } from './shared/flag-list.js'
import { asciiText } from './shared/text-spells.js'

/** Whose option 43 can be read. */
export const Vendor = { None: 0, Pxe: 1, ArubaAccessPoint: 2, ArubaInstant: 3 } as const
export type Vendor = (typeof Vendor)[keyof typeof Vendor]

/** What is added to the line of the option. */
export const vendorNames = ['', ' (PXEClient)', ' (Aruba AP)', ' (Aruba Instant AP)'] as const

const classes = [
  { begins: 'PXEClient', vendor: Vendor.Pxe },
  { begins: 'ArubaAP', vendor: Vendor.ArubaAccessPoint },
  { begins: 'ArubaInstantAP', vendor: Vendor.ArubaInstant },
] as const

/** Whose class the text at `start…end` is. */
export function vendorOf(b: Uint8Array, start: number, end: number): Vendor {
  for (const { begins, vendor } of classes) if (beginsWith(b, start, end, begins)) return vendor
  return Vendor.None
}
function beginsWith(b: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start < word.length) return false
  for (let i = 0; i < word.length; i++) if (b[start + i] !== word.charCodeAt(i)) return false
  return true
}

const names: Readonly<Record<number, string>> = {
  0: 'Padding',
  1: 'PXE mtftp IP',
  2: 'PXE mtftp client port',
  3: 'PXE mtftp server port',
  4: 'PXE mtftp timeout',
  5: 'PXE mtftp delay',
  6: 'PXE discovery control',
  7: 'PXE multicast address',
  8: 'PXE boot servers',
  9: 'PXE boot menu',
  10: 'PXE menu prompt',
  11: 'PXE multicast address alloc',
  12: 'PXE credential types',
  71: 'PXE boot item',
  179: 'PXE LCM Server',
  180: 'PXE LCM Domain',
  181: 'PXE LCM NIC option 0',
  190: 'PXE LCM Workgroup',
  191: 'PXE Discovery',
  192: 'PXE Configured',
  193: 'PXE LCM version',
  194: 'PXE LCM Serial Number',
  255: 'PXE End',
}
const serverTypes = {
  0: 'PXE bootstrap server',
  1: 'Microsoft Windows NT Boot Server',
  2: 'Intel LCM Boot Server',
  3: 'DOS/UNDI Boot Server',
  4: 'NEC ESMPRO Boot Server',
  5: 'IBM WSoD Boot Server',
  6: 'IBM LCCM Boot Server',
  7: 'CA Unicenter TNG Boot Server',
  8: 'HP OpenView Boot Server',
  65535: 'PXE API Test server',
}

const set = (label: string, mask: number) => bool(label, 8, { mask, truth: ['Set', 'Not set'] })
const f = fields(
  'dhcp.option.vendor',
  {
    pxeclient: {
      suboption: uint8('Option 43 Suboption', { names }),
      padding: uint8('Padding'),
      mtftp_ip: ipv4('mtftp IP'),
      mtftp_client_port: uint16('mtftp client port'),
      mtftp_server_port: uint16('mtftp server port'),
      mtftp_timeout: uint8('mtftp timeout'),
      mtftp_delay: uint8('mtftp delay'),
      discovery_control: {
        self: uint8('discovery control', { base: 'hex' }),
        broadcast: set('Disable Broadcast', 1),
        multicast: set('Disable Multicast', 2),
        serverlist: set('Serverlist only', 4),
        bstrap: set('Bootstrap override', 8),
      },
      multicast_address: ipv4('multicast address'),
      boot_servers: {
        self: bytes('boot servers'),
        type: uint16('Type', { names: serverTypes }),
        count: uint8('IP count'),
        ip: ipv4('IP'),
      },
      boot_menu: {
        self: bytes('boot menu'),
        type: uint16('Type', { names: { 0: 'Local boot' } }),
        length: uint8('Length'),
        desc: words('Description'),
      },
      menu_prompt: { self: bytes('menu prompt'), timeout: uint8('Timeout'), prompt: words('Prompt') },
      multicast_address_alloc: bytes('multicast address alloc'),
      credential_types: bytes('credential types'),
      boot_item: { self: bytes('boot item'), type: uint16('Type'), layer: bytes('Layer') },
      lcm_server: words('LCM Server Name'),
      lcm_domain: words('LCM Domain'),
      lcm_nic_option: bytes('LCM NIC option'),
      lcm_workgroup: words('LCM Workgroup'),
      discovery: bool('Discovery', 0, { truth: ['Yes', 'No'] }),
      configured: bool('Configured', 0, { truth: ['Yes', 'No'] }),
      lcm_version: uint32('LCM Version'),
      lcm_serial: words('LCM Serial Number'),
      end: uint8('PXE Client End'),
    },
    value: { self: bytes('Value') },
    arubaap: { controllerip: words('Aruba Controller IP') },
    arubaiap: {
      self: words('Aruba Instant AP'),
      name_org: text('Name Organisation'),
      amp_ip: text('AMP IP Address'),
      password: text('Password'),
    },
  },
  'dhcp',
)
const pxe = f.pxeclient
/** The value of an option 43 that nobody can read, or of one of its suboptions. */
export const vendorValue = f.value.self
const controls = Object.values(pxe.discovery_control).slice(1)

const { Bytes, Text, Addresses, Address, Byte, LittleWord, Long, Flag } = Shape
const values: Readonly<Record<number, Plain>> = {
  1: plain(Addresses, pxe.mtftp_ip),
  2: plain(LittleWord, pxe.mtftp_client_port),
  3: plain(LittleWord, pxe.mtftp_server_port),
  4: plain(Byte, pxe.mtftp_timeout),
  5: plain(Byte, pxe.mtftp_delay),
  7: plain(Address, pxe.multicast_address),
  11: plain(Bytes, pxe.multicast_address_alloc),
  12: plain(Bytes, pxe.credential_types),
  179: plain(Text, pxe.lcm_server),
  180: plain(Text, pxe.lcm_domain),
  181: plain(Bytes, pxe.lcm_nic_option),
  190: plain(Text, pxe.lcm_workgroup),
  191: plain(Flag, pxe.discovery),
  192: plain(Flag, pxe.configured),
  193: plain(Long, pxe.lcm_version),
  194: plain(Text, pxe.lcm_serial),
}
const Sub = { Padding: 0, Control: 6, Servers: 8, Menu: 9, Prompt: 10, Item: 71, End: 255 } as const

/** Option 43 of a known vendor, of `length` bytes. */
export function takeVendorOptions(d: Dissection, vendor: Vendor, length: number): void {
  if (vendor === Vendor.ArubaAccessPoint) takeLine(d, f.arubaap.controllerip, length)
  else if (vendor === Vendor.ArubaInstant) takeInstant(d, length)
  else for (const end = d.pos + length; d.pos < end; ) if (!takeSub(d, end)) return
}

/** Three texts between commas. */
function takeInstant(d: Dissection, length: number): void {
  const at = d.take(f.arubaiap.self, length)
  if (!d.recording) return
  const [organisation, address, password] = asciiText(d.bytes, at, d.pos).split(',')
  d.enter()
  d.textAt(f.arubaiap.name_org, at, d.pos, organisation!)
  d.textAt(f.arubaiap.amp_ip, at, d.pos, address ?? organisation!)
  d.textAt(f.arubaiap.password, at, d.pos, password ?? address ?? organisation!)
  d.leave()
}

/** One suboption of the Preboot Execution Environment; false when nothing more is read. */
function takeSub(d: Dissection, end: number): boolean {
  const code = d.peek8()
  if (code === Sub.Padding) {
    d.u8(pxe.padding)
    return true
  }
  if (code === Sub.End) {
    d.u8(pxe.end)
    return false
  }
  if (!hasLength(d, code, end)) return false
  const size = d.peek8(1)
  const at = d.pos
  d.at(pxe.suboption, at, Math.min(at + 2 + size, end), code)
  if (d.showing) d.caption(`Option 43 Suboption: (${code}) ${names[code] ?? 'Unknown'}`)
  d.enter()
  d.skip(1)
  d.u8(sub.suboption_length)
  const next = d.pos + size
  if (next > end) d.skip(size)
  takeValue(d, code, size)
  d.seek(next)
  d.leave()
  return true
}

function takeValue(d: Dissection, code: number, size: number): void {
  const known = values[code]
  const at = d.pos
  const end = at + size
  d.spanAt(f.value.self, at, end)
  d.hide()
  if (known !== undefined) {
    takePlain(d, known, size)
    if (!fits(known, size)) unreadable(d, code)
    return
  }
  switch (code) {
    case Sub.Control: {
      return showParts(d, controls, d.u8(pxe.discovery_control.self), 1)
    }
    case Sub.Servers:
      open(d, pxe.boot_servers.self, size)
      while (d.pos < end) {
        d.u16(pxe.boot_servers.type)
        for (let n = d.u8(pxe.boot_servers.count); n > 0; n--) d.take(pxe.boot_servers.ip, 4)
      }
      break
    case Sub.Menu:
      open(d, pxe.boot_menu.self, size)
      while (d.pos < end) {
        d.u16(pxe.boot_menu.type)
        d.take(pxe.boot_menu.desc, d.u8(pxe.boot_menu.length))
      }
      break
    case Sub.Prompt:
      open(d, pxe.menu_prompt.self, size)
      d.u8(pxe.menu_prompt.timeout)
      d.take(pxe.menu_prompt.prompt, size - 1)
      break
    case Sub.Item:
      open(d, pxe.boot_item.self, size)
      d.u16(pxe.boot_item.type)
      d.take(pxe.boot_item.layer, size - 2)
      break
    default:
      return unreadable(d, code)
  }
  d.leave()
}

/** Shows the bytes of a suboption, and what they mean below. */
function open(d: Dissection, field: Field<'bytes'>, size: number): void {
  d.spanAt(field, d.pos, d.pos + size)
  d.enter()
}
