/** Service bindings: SVCB and HTTPS records, RFC 9460. */
import {
  bytes,
  type Dissection,
  escapeText,
  fields,
  group,
  ipv4,
  ipv4Text,
  ipv6,
  ipv6Text,
  text,
  uint8,
  uint16,
  utf8,
} from '../src/dissect/index.js'
import { takeName } from './dns-names.js'
import { asciiText, takeText } from './dns-records.js'
import { asciiText as asciiOnly } from './shared/text-spells.js'

const Key = { Mandatory: 0, Alpn: 1, NoDefaultAlpn: 2, Port: 3, Ipv4: 4, Ech: 5, Ipv6: 6, Odoh: 32769 } as const
const keyNames: Readonly<Record<number, string>> = {
  0: 'mandatory',
  1: 'alpn',
  2: 'no-default-alpn',
  3: 'port',
  4: 'ipv4hint',
  5: 'echconfig',
  6: 'ipv6hint',
  32769: 'odohconfig',
  65535: 'key65535',
}

const f = fields(
  'dns.svcb',
  {
    svcpriority: uint16('SvcPriority'),
    targetname: text('TargetName'),
    svcparam: {
      self: group('SvcParam'),
      key: uint16('SvcParamKey', { names: keyNames }),
      value: { self: bytes('SvcParamValue'), length: uint16('SvcParamValue length') },
      mandatory: { key: uint16('Mandatory key', { names: keyNames }) },
      alpn: { self: asciiText('ALPN'), length: uint8('ALPN length') },
      port: uint16('Port'),
      ipv4hint: { ip: ipv4('IP') },
      ipv6hint: { ip: ipv6('IP') },
      echconfig: bytes('ECHConfig'),
      odohconfig: bytes('ODoHConfig'),
    },
  },
  'dns',
)

/** Reads a record's data up to `end`: priority, target, parameters. */
export function readServiceBinding(d: Dissection, base: number, end: number): void {
  d.u16(f.svcpriority)
  takeName(d, f.targetname, base)
  while (d.pos < end) {
    const start = d.pos
    const key = d.peek16()
    const size = d.peek16(2)
    const param = d.open(f.svcparam.self)
    const name = keyNames[key] ?? `key${key}`
    if (d.showing) d.caption(`SvcParam: ${name}`, param)
    d.u16(f.svcparam.key)
    d.u16(f.svcparam.value.length)
    const after = start + 4 + size
    let between = '='
    while (d.pos < after) {
      const value = readValue(d, key, after)
      if (d.showing) d.append(between + value, param)
      between = ','
    }
    d.pos = after
    d.close(param)
    d.seek(after)
  }
}

/** Reads one value of a parameter and returns it in words. Always takes at least a byte. */
function readValue(d: Dissection, key: number, end: number): string {
  switch (key) {
    case Key.Mandatory: {
      const mandatory = d.u16(f.svcparam.mandatory.key)
      return keyNames[mandatory] ?? `key${mandatory}`
    }
    case Key.Alpn: {
      const size = d.u8(f.svcparam.alpn.length)
      const at = takeText(d, f.svcparam.alpn.self, size)
      return escapeText(asciiOnly(d.bytes, at, at + size))
    }
    case Key.Port:
      return String(d.u16(f.svcparam.port))
    case Key.Ipv4:
      return ipv4Text(d.bytes, d.take(f.svcparam.ipv4hint.ip, 4))
    case Key.Ipv6:
      return ipv6Text(d.bytes, d.take(f.svcparam.ipv6hint.ip, 16))
    case Key.Ech:
      return base64(d, f.svcparam.echconfig, end)
    case Key.Odoh:
      return base64(d, f.svcparam.odohconfig, end)
    default: {
      const at = d.take(f.svcparam.value.self, end - d.pos)
      return escapeText(utf8(d.bytes, at, end))
    }
  }
}

function base64(d: Dissection, field: typeof f.svcparam.echconfig, end: number): string {
  const at = d.take(field, end - d.pos)
  const words = Buffer.from(d.bytes.subarray(at, end)).toString('base64')
  if (d.showing) d.caption(`${field.label}: ${words}`)
  return words
}
