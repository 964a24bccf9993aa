/** The frame: what the capture file says of a packet, before any of its bytes are read. */
import {
  abstime,
  bool,
  comment,
  type Dissection,
  fields,
  int16,
  protocol,
  protocolField,
  reltime,
  table,
  text,
  uint32,
} from '../src/dissect/index.js'
import { encapsulationNames, encapsulations } from './shared/encapsulations.js'
import { Ethertype, ethertypes } from './shared/ethertypes.js'
import { noteBelow } from './shared/note-below.js'

/** LINKTYPE_ values lead to the dissector of the link layer. */
export const linkTypes = table('frame.linktype')

const plural = (count: number): string => (count === 1 ? '' : 's')
const sizeText = (size: number): string => `${size} byte${plural(size)} (${size * 8} bits)`
const capturedText = (size: number): string => `${size} byte${plural(size)} captured (${size * 8} bits)`

const f = fields('frame', {
  self: protocolField('Frame'),
  section_number: uint32('Section number'),
  interface_id: uint32('Interface id'),
  interface_name: text('Interface name'),
  interface_description: text('Interface description'),
  encap_type: int16('Encapsulation type', { names: encapsulationNames }),
  time: abstime('Arrival Time'),
  offset_shift: reltime('Time shift for this packet'),
  time_epoch: reltime('Epoch Time'),
  time_delta: reltime('Time delta from previous captured frame'),
  time_delta_displayed: reltime('Time delta from previous displayed frame'),
  time_relative: reltime('Time since reference or first frame'),
  number: uint32('Frame Number'),
  len: uint32('Frame Length', { base: 'custom', show: sizeText }),
  cap_len: uint32('Capture Length', { base: 'custom', show: sizeText }),
  marked: bool('Frame is marked', 0, { truth: ['True', 'False'] }),
  ignored: bool('Frame is ignored', 0, { truth: ['True', 'False'] }),
  protocols: text('Protocols in frame'),
})
const comments = fields('pkt_comment', { self: protocolField('Packet comments') }, 'frame')
const c = fields('frame.comment', { self: text('Comment'), expert: comment('Formatted comment', 'Comment') }, 'frame')

/** Comments beyond this many are not shown. */
const MAX_COMMENTS = 256
const UNKNOWN_ENCAPSULATION = 0
/** Link types of packets that have no link layer. */
const LinkType = { Ipv4: 228, Ipv6: 229 } as const

export const frame = protocol({
  name: 'Frame',
  short: 'Frame',
  column: (_, d) => (isForUsers(d.packet.linkType) ? '' : 'UNKNOWN'),
  spec: 'draft-ietf-opsawg-pcapng',
  self: f.self,
  late: ['frame.protocols'],
  summary: () => ({ encapsulation: 0 }),

  ahead(d) {
    if (d.packet.comments.length === 0) return
    const opened = d.open(comments.self)
    for (const one of d.packet.comments.slice(0, MAX_COMMENTS)) {
      d.textAt(c.self, d.pos, d.pos, one)
      if (d.showing) d.caption(oneLine(one))
      noteBelow(d, c.expert, oneLine(one))
    }
    d.close(opened)
  },

  dissect(d, s) {
    s.encapsulation = encapsulations[d.packet.linkType] ?? UNKNOWN_ENCAPSULATION
    if (d.wants(f.self)) describe(d, s.encapsulation)
    if (d.packet.linkType === LinkType.Ipv4) d.next(ethertypes, Ethertype.Ipv4, false)
    else if (d.packet.linkType === LinkType.Ipv6) d.next(ethertypes, Ethertype.Ipv6, false)
    else d.next(linkTypes, d.packet.linkType)
  },

  finish(d) {
    if (!d.wants(f.protocols)) return
    let names = ''
    for (let i = 1; i < d.layerCount; i++) names += `${i === 1 ? '' : ':'}${d.registry.layerNames[d.layers[i]!]!}`
    d.generatedText(f.protocols, names)
  },

  info: (s, d) => (isForUsers(d.packet.linkType) ? '' : `WTAP_ENCAP = ${s.encapsulation}`),
})

/** Link types that everybody may use as they like. */
const isForUsers = (linkType: number): boolean => linkType >= 147 && linkType <= 162

/** Line feeds and carriage returns as escapes: a comment is one line of the tree. */
const oneLine = (words: string): string => words.replaceAll('\r', '\\r').replaceAll('\n', '\\n')

function describe(d: Dissection, encapsulation: number): void {
  const p = d.packet
  const at = d.pos
  const inFile = p.section >= 0
  const name = p.interfaceName || 'unknown'
  if (d.showing) {
    const on = inFile ? ` on interface ${name}, id ${p.interfaceId}` : ''
    const wire = `${p.original} byte${plural(p.original)} on wire (${p.original * 8} bits)`
    d.captionLayer(`Frame ${p.number}: ${wire}, ${capturedText(p.captured)}${on}`)
  }
  if (inFile) {
    d.at(f.section_number, at, at, p.section + 1)
    d.at(f.interface_id, at, at, p.interfaceId)
    if (d.showing) d.append(` (${name})`)
    d.enter()
    d.textAt(f.interface_name, at, at, name)
    if (p.interfaceDescription !== '') d.textAt(f.interface_description, at, at, p.interfaceDescription)
    d.leave()
  }
  d.at(f.encap_type, at, at, encapsulation)
  if (p.timed) describeTimes(d, at)
  d.at(f.number, at, at, p.number)
  d.at(f.len, at, at, p.original)
  d.at(f.cap_len, at, at, p.captured)
  d.generated(f.marked, 0)
  d.generated(f.ignored, 0)
}

function describeTimes(d: Dissection, at: number): void {
  const p = d.packet
  d.timeAt(f.time, at, at, p.seconds, p.nanoseconds)
  d.generatedTime(f.offset_shift, 0, 0)
  d.timeAt(f.time_epoch, at, at, p.seconds, p.nanoseconds)
  since(d, f.time_delta, p.previousSeconds, p.previousNanoseconds)
  since(d, f.time_delta_displayed, p.shownSeconds, p.shownNanoseconds)
  since(d, f.time_relative, p.firstSeconds, p.firstNanoseconds)
}

/** The time from then to this packet; nanoseconds stay positive, as seconds count down before them. */
function since(d: Dissection, field: typeof f.time_delta, seconds: number, nanoseconds: number): void {
  const nanos = d.packet.nanoseconds - nanoseconds
  const whole = d.packet.seconds - seconds
  if (nanos < 0) d.generatedTime(field, whole - 1, nanos + 1e9)
  else d.generatedTime(field, whole, nanos)
}
