/** The options of DHCP messages, one after the other (RFC 2132 section 2). */
import { bytes, type Dissection, error, fields, group, ipv4Text, uint8 } from '../src/dissect/index.js'
import { messageTypeName, messageTypes, Opt, type Survey } from './dhcp-survey.js'
import { optionName } from './dhcp-option-names.js'
import { faults, fits, o, plainOptions, Shape, takePlain, words } from './dhcp-plain-options.js'
import { readEmpty, specialOptions } from './dhcp-special-options.js'
import { takeVendorOptions, Vendor, vendorNames, vendorValue } from './dhcp-vendor-options.js'

const overloadNames = {
  1: 'Boot file name holds options',
  2: 'Server host name holds options',
  3: 'Boot file and server host names hold options',
}
const f = fields(
  'dhcp.option',
  {
    type: uint8('Option'),
    length: uint8('Length'),
    padding: bytes('Padding'),
    dhcp: uint8('DHCP', { names: messageTypes }),
    option_overload: {
      self: uint8('Option Overload', { names: overloadNames }),
      file_end_missing: error('file overload end option missing', 'Protocol'),
      sname_end_missing: error('sname overload end option missing', 'Protocol'),
    },
    _overload: group('Option overload'),
    request_list_item: uint8('Parameter Request List Item'),
    vendor_class_id: words('Vendor class identifier'),
    end: uint8('Option End'),
  },
  'dhcp',
)

/** Where the header has room for options, counted from its first byte (RFC 2131 figure 1). */
const SERVER_NAME = { start: 44, size: 64, bit: 2 }
const FILE_NAME = { start: 108, size: 128, bit: 1 }

/** The line that is to say the message type is the layer's own. */
const LAYER = -2

/** Reads options up to `end`; says whether one of them was the end. `node` is the line that is to say the message type. */
export function takeOptions(d: Dissection, survey: Survey, end: number, node = LAYER): boolean {
  while (d.pos < end) {
    const code = d.peek8()
    if (code === Opt.Pad) takePadding(d, end)
    else if (code === Opt.End) {
      takeEnd(d, survey)
      return true
    } else takeOption(d, survey, code, node)
  }
  return false
}

function takePadding(d: Dissection, end: number): void {
  const at = d.pos
  let to = at + 1
  while (to < end && to < d.end && d.bytes[to] === 0) to++
  d.at(f.type, at, to, 0)
  if (d.showing) d.caption('Option: (0) Padding')
  d.enter()
  d.take(f.padding, to - at)
  d.leave()
}

/** As in Wireshark the last option is of type 0, and names an overload that could not be read. */
function takeEnd(d: Dissection, survey: Survey): void {
  d.at(f.type, d.pos, d.pos + 1, 0)
  if (d.showing) d.caption('Option: (255) End')
  d.enter()
  const end = d.u8(f.end)
  if (d.showing && survey.overload !== 0) d.caption(`Option End (Overload): ${end}`)
  d.leave()
}

/** Takes what is behind the end as padding. */
export function takeRest(d: Dissection): void {
  if (d.pos < d.reported) d.take(f.padding, d.reported - d.pos)
}

function takeOption(d: Dissection, survey: Survey, code: number, node: number): void {
  const length = d.peek8(1)
  const at = d.pos + 2
  const next = at + length
  d.at(f.type, d.pos, Math.min(next, d.end), code)
  if (d.showing) captionOption(d, survey, code, length, at)
  d.enter()
  d.skip(1)
  d.u8(f.length)
  if (next > d.end) d.skip(length)
  d.spanAt(o.value.self, at, next)
  if (isRead(code, length)) d.hide()
  const { end, reported } = d
  d.limit(length)
  takeValue(d, survey, code, length, node)
  d.end = end
  d.reported = reported
  d.seek(next)
  d.leave()
}

function captionOption(d: Dissection, survey: Survey, code: number, length: number, at: number): void {
  d.caption(`Option: (${code}) ${optionName(code)}`)
  if (code === Opt.MessageType && length > 0 && at < d.end) d.append(` (${messageTypeName(d.bytes[at]!)})`)
  else if (code === Opt.VendorSpecific) d.append(vendorNames[survey.vendor])
  else if (plainOptions[code]?.shape === Shape.Address && length === 4 && at + 4 <= d.end)
    d.append(` (${ipv4Text(d.bytes, at)})`)
}

/** Does another line say what the value is? */
function isRead(code: number, length: number): boolean {
  const known = plainOptions[code]
  if (known !== undefined) return fits(known, length)
  if (code in specialOptions) return length > 0 || readEmpty.has(code)
  return code === Opt.Overload || code === Opt.MessageType || (length > 0 && own.has(code))
}
const own: ReadonlySet<number> = new Set([Opt.VendorSpecific, Opt.RequestList, Opt.VendorClass])

function takeValue(d: Dissection, survey: Survey, code: number, length: number, node: number): void {
  const known = plainOptions[code]
  if (known !== undefined) return takePlain(d, known, length)
  const special = specialOptions[code]
  if (special !== undefined) {
    if (length > 0 || readEmpty.has(code)) special(d, length, survey.spreadOf(d, code))
    return
  }
  switch (code) {
    case Opt.MessageType: {
      const type = d.u8(f.dhcp)
      if (!d.showing) return
      if (node === LAYER) d.appendLayer(` (${messageTypeName(type)})`)
      else d.append(` (${messageTypeName(type)})`, node)
      return
    }
    case Opt.Overload:
      return takeOverload(d, survey, length, node !== LAYER)
    case Opt.RequestList:
      while (d.left > 0) takeRequest(d)
      return
    case Opt.VendorSpecific:
      if (survey.vendor !== Vendor.None) d.repeatLayer()
      if (survey.vendor !== Vendor.None) takeVendorOptions(d, survey.vendor, length)
      else {
        d.take(vendorValue, length)
      }
      return
    case Opt.VendorClass:
      d.take(f.vendor_class_id, length)
  }
}

function takeRequest(d: Dissection): void {
  const code = d.u8(f.request_list_item)
  if (d.showing) d.caption(`Parameter Request List Item: (${code}) ${optionName(code)}`)
}

/** The fields for names may hold options instead, the one for the file first (RFC 2132 section 9.3). */
function takeOverload(d: Dissection, survey: Survey, length: number, inside: boolean): void {
  if (length < 1) return d.note(faults.bad_length, "length isn't >= 1")
  const bits = d.u8(f.option_overload.self)
  survey.overload = bits
  if (inside || bits < 1 || bits > 3) return
  survey.overload = 0
  const { pos, end, reported } = d
  if (bits === 2 || bits === 3)
    takeOverloaded(d, survey, SERVER_NAME, 'Server host name', f.option_overload.sname_end_missing)
  if (bits === 1 || bits === 3)
    takeOverloaded(d, survey, FILE_NAME, 'Boot file name', f.option_overload.file_end_missing)
  d.end = end
  d.reported = reported
  d.pos = pos
}

function takeOverloaded(
  d: Dissection,
  survey: Survey,
  { start, size }: typeof SERVER_NAME | typeof FILE_NAME,
  what: string,
  missing: (typeof f.option_overload)['file_end_missing'],
): void {
  const opened = d.open(f._overload)
  if (d.showing) d.caption(`${what} option overload`, opened)
  const at = d.pos
  d.pos = d.layerStart + start
  d.end = d.reported = d.pos + size
  if (!takeOptions(d, survey, d.end, opened)) d.note(missing)
  d.closeAt(opened, at, at)
}

/** Which of the header's fields hold options: the sum of their bits. */
export const overloads = { serverName: SERVER_NAME.bit, fileName: FILE_NAME.bit }
