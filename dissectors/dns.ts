/** Domain Name System, RFC 1035; multicast DNS, RFC 6762; link-local multicast name resolution, RFC 4795. */
import {
  bool,
  bytes,
  type Dissection,
  fields,
  group,
  int32,
  Memory,
  MORE,
  note,
  protocol,
  protocolField,
  text,
  type TextBuffer,
  uint16,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { DnsTransactions } from '../src/track/dns-transactions.js'
import { placeOf } from '../src/track/message-log.js'
import { dnssecReaders } from './dns-dnssec.js'
import { readOptHead, readOptions } from './dns-edns.js'
import { againNote, exchangeLines, exchangeOf } from './dns-exchange.js'
import { Kind, RESPONSE, showFlags } from './dns-flags.js'
import { gistLine } from './dns-gist.js'
import { writeContent, writeTitle } from './dns-info.js'
import { beginMessage, nameCounts, nameText, peekName, takeName } from './dns-names.js'
import { rareReaders } from './dns-rare-records.js'
import { commonReaders, type RecordReader, readUnknown, secondsAndWords } from './dns-records.js'
import { readServiceBinding } from './dns-service-binding.js'
import { readStateful } from './dns-stateful.js'
import { transactionReaders } from './dns-transactions.js'
import { className, classNames, Opcode, typeDescriptions, typeName } from './shared/dns-types.js'
import { body, MediaType } from './shared/media-types.js'
import { noteBelow } from './shared/note-below.js'

const f = fields('dns', {
  self: protocolField('Domain Name System'),
  length: uint16('Length', { about: 'Length of the message behind it, over TCP' }),
  id: uint16('Transaction ID', { base: 'hex' }),
  count: {
    queries: uint16('Questions'),
    answers: uint16('Answer RRs'),
    auth_rr: uint16('Authority RRs'),
    add_rr: uint16('Additional RRs'),
    zones: uint16('Zones'),
    prerequisites: uint16('Prerequisites'),
    updates: uint16('Updates'),
    labels: uint16('Label Count'),
  },
  _section: group('Section'),
  _query: group('Query'),
  _record: group('Record'),
  qry: {
    name: { self: text('Name'), len: uint16('Name Length') },
    type: uint16('Type', { names: typeDescriptions }),
    class: uint16('Class', { base: 'hex', names: classNames }),
  },
  resp: {
    name: text('Name'),
    type: uint16('Type', { names: typeDescriptions }),
    class: uint16('Class', { base: 'hex', names: classNames }),
    ttl: uint32('Time to live', { base: 'custom', show: secondsAndWords }),
    len: uint16('Data length'),
  },
  srv: { service: text('Service'), proto: text('Protocol'), name: text('Name') },
  ttl: { high_bit_set: warning('The uppermost bit of the TTL is set (RFC 2181, section 8)', 'Protocol') },
  _extraneous: group('Extraneous Data'),
  extraneous: {
    self: note('Extraneous data', 'Undecoded'),
    data: bytes('Extraneous Data Bytes'),
    length: int32('Extraneous Data Length'),
  },
})
const multicast = fields('dns', {
  qry: {
    class: uint16('Class', { base: 'hex', mask: 0x7fff, names: classNames }),
    qu: bool('"QU" question', 16, { mask: 0x8000 }),
  },
  resp: {
    class: uint16('Class', { base: 'hex', mask: 0x7fff, names: classNames }),
    cache_flush: bool('Cache flush', 16, { mask: 0x8000 }),
  },
})
const mdnsFields = fields('mdns', { self: protocolField('Multicast Domain Name System') })
const llmnrFields = fields('llmnr', { self: protocolField('Link-local Multicast Name Resolution') })

const OPT = 41
const SRV = 33
const readers: Readonly<Record<number, RecordReader>> = {
  ...commonReaders,
  ...dnssecReaders,
  ...rareReaders,
  ...transactionReaders,
  [OPT]: readOptions,
  64: readServiceBinding,
  65: readServiceBinding,
}

/** Where the message lies, and how many of its records were begun: Info says nothing of those behind a damaged one. */
const summary = () => ({ start: 0, end: 0, id: 0, flags: 0, complete: false, records: 0 })
type Summary = ReturnType<typeof summary>

const state = (): DnsTransactions => new DnsTransactions()

export const dns = protocol({
  name: 'Domain Name System',
  short: 'DNS',
  column: (_s, d) => (d.levels > 1 && isHttp(d) ? 'DoH' : 'DNS'),
  spec: 'RFC 1035',
  self: f.self,
  under: { 'udp.port': 53, 'tcp.port': [53, 5353], media_type: MediaType.Dns },
  summary,
  /** Over TCP each message has its length before it, RFC 1035 section 4.2.2. */
  pdu: (b, start, end) => (end - start < 2 ? MORE : 2 + ((b[start]! << 8) | b[start + 1]!)),
  sized: true,

  dissect(d, s) {
    clear(s, d)
    if (overTcp(d)) {
      d.limit(2 + d.peek16())
      d.peek16(4)
      d.u16(f.length)
    }
  },
  state,
  follow: (d, s, transactions) => message(d, s, Kind.Dns, f.self.label, transactions),
  info: (s, d, _known, line) => info(line, s, d, false),
})

export const mdns = protocol({
  name: 'Multicast Domain Name System',
  short: 'mDNS',
  column: 'MDNS',
  spec: 'RFC 6762',
  self: mdnsFields.self,
  writes: ['dns'],
  under: { 'udp.port': 5353 },
  summary,
  dissect: (d, s) => clear(s, d),
  state,
  follow: (d, s, transactions) => message(d, s, Kind.Multicast, mdnsFields.self.label, transactions),
  info: (s, d, _known, line) => info(line, s, d, true),
})

export const llmnr = protocol({
  name: 'Link-local Multicast Name Resolution',
  short: 'LLMNR',
  spec: 'RFC 4795',
  self: llmnrFields.self,
  writes: ['dns'],
  under: { 'udp.port': 5355 },
  summary,
  dissect: (d, s) => clear(s, d),
  state,
  follow: (d, s, transactions) => message(d, s, Kind.LinkLocal, llmnrFields.self.label, transactions),
  info: (s, d, _known, line) => info(line, s, d, false),
})

function clear(s: Summary, d: Dissection): void {
  s.start = s.end = d.pos
  s.id = s.flags = s.records = 0
  s.complete = false
}

/** Was it carried by HTTP, RFC 8484? */
const isHttp = (d: Dissection): boolean => /^http2?$/.test(below(d))

/** Was this layer reached from TCP? */
const overTcp = (d: Dissection): boolean => below(d) === 'tcp'

/** The protocol of the layer below, '' for none. */
const below = (d: Dissection): string => (d.levels > 1 ? d.registry.protocols[d.levelProtocol[d.levels - 2]!]!.id : '')

function info(line: TextBuffer, s: Summary, d: Dissection, multicastDns: boolean): string {
  if (!s.complete) return ''
  writeTitle(line, s.id, s.flags)
  writeContent(line, d.bytes, s.start, s.end, s.records, multicastDns)
  return ''
}

/**
 * A message from the read position to the end of the layer. It is taken into account even if its records are damaged, but
 * then nothing is said of the message that it belongs to.
 */
function message(d: Dissection, s: Summary, kind: Kind, title: string, transactions: DnsTransactions | null): void {
  const base = d.pos
  s.start = base
  s.end = d.end
  s.id = d.peek16()
  s.flags = d.peek16(2)
  s.complete = true
  const response = (s.flags & RESPONSE) !== 0
  // What HTTP/2 carries belongs together by its stream.
  const number = below(d) === 'http2' ? (body.stream + s.id) & 0xffff : s.id
  const exchange = transactions === null ? null : exchangeOf(d, transactions, overTcp(d), base, number, response)
  beginMessage()
  if (d.showing) d.captionLayer(`${title} (${response ? 'response' : 'query'})`)
  d.u16(f.id)
  const tracks = d.memory === Memory.Track
  if (!tracks) againNote(d, exchange, response)
  if (d.recording) showFlags(d, s.flags, kind)
  else d.skip(2)
  const opcode = (s.flags >>> 11) & 15
  const update = opcode === Opcode.Update
  const queries = d.u16(update ? f.count.zones : f.count.queries)
  const answers = d.u16(update ? f.count.prerequisites : f.count.answers)
  const authorities = d.u16(update ? f.count.updates : f.count.auth_rr)
  const additional = d.u16(f.count.add_rr)
  const multicastDns = kind === Kind.Multicast
  if (opcode === Opcode.Stateful && queries + answers + authorities + additional === 0) readStateful(d)
  else {
    section(d, s, queries, update ? 'Zone' : 'Queries', true, multicastDns, base)
    section(d, s, answers, update ? 'Prerequisites' : 'Answers', false, multicastDns, base)
    section(d, s, authorities, update ? 'Updates' : 'Authoritative nameservers', false, multicastDns, base)
    section(d, s, additional, 'Additional records', false, multicastDns, base)
  }
  if (tracks && transactions !== null) {
    transactions.settle(d, placeOf(d, base))
    againNote(d, exchange, response)
  }
  exchangeLines(d, exchange, response)
  if (d.reportedLeft > 0) extraneous(d)
}

/** A section of `count` queries or records below a line that says `title`. */
function section(
  d: Dissection,
  s: Summary,
  count: number,
  title: string,
  ofQueries: boolean,
  multicastDns: boolean,
  base: number,
): void {
  if (count === 0) return
  d.peek8()
  const opened = d.open(f._section)
  if (d.showing) d.caption(title, opened)
  let reach = 0
  for (let i = 0; i < count; i++) {
    if (ofQueries) readQuery(d, multicastDns, base)
    else {
      s.records++
      reach = Math.max(reach, readRecord(d, multicastDns, base))
    }
  }
  const end = d.pos
  d.pos = Math.max(reach, end)
  d.close(opened)
  d.pos = end
}

function readQuery(d: Dissection, multicastDns: boolean, base: number): void {
  const at = d.pos
  const size = peekName(d, 0, base)
  const type = d.peek16(size)
  const value = d.peek16(size + 2)
  const opened = d.open(f._query)
  if (d.showing) {
    const asked = multicastDns ? (value & RESPONSE ? ', "QU" question' : ', "QM" question') : ''
    const which = className(multicastDns ? value & 0x7fff : value)
    d.caption(`${nameText(d.bytes, at, d.end, base)}: type ${typeName(type)}, class ${which}${asked}`, opened)
  }
  takeName(d, f.qry.name.self, base)
  if (d.wants(f.qry.name.len) || d.wants(f.count.labels)) {
    const counts = nameCounts(d.bytes, at, d.end, base)
    d.at(f.qry.name.len, at, d.pos, counts.length)
    d.markGenerated()
    d.at(f.count.labels, at, d.pos, counts.labels)
    d.markGenerated()
  }
  d.u16(f.qry.type)
  if (multicastDns) {
    d.at(multicast.qry.class, d.pos, d.pos + 2, value)
    d.u16(multicast.qry.qu)
  } else d.u16(f.qry.class)
  d.close(opened)
}

/**
 * A resource record, RFC 1035 section 3.2.1. It is shown only if all of it is there. Returns where what was shown of it
 * ends: its data may go on beyond their length.
 */
function readRecord(d: Dissection, multicastDns: boolean, base: number): number {
  const at = d.pos
  const size = peekName(d, 0, base)
  const type = d.peek16(size)
  const value = d.peek16(size + 2)
  const dataSize = d.peek16(size + 8)
  const start = at + size + 10
  if (dataSize > 0) d.peek8(size + 9 + dataSize)
  const opened = d.open(f._record)
  if (d.showing) recordLine(d, opened, at, base, type, value, start, dataSize, multicastDns)
  if (type === SRV) takeServiceName(d, size, base)
  else takeName(d, f.resp.name, base)
  d.u16(f.resp.type)
  if (type === OPT) readOptHead(d, multicastDns)
  else {
    if (multicastDns) {
      d.at(multicast.resp.class, d.pos, d.pos + 2, value)
      d.u16(multicast.resp.cache_flush)
    } else d.u16(f.resp.class)
    if (d.u32(f.resp.ttl) & 0x80000000) {
      noteBelow(d, f.ttl.high_bit_set)
    }
  }
  d.u16(f.resp.len)
  const end = start + dataSize
  if (dataSize > 0) {
    const reader = readers[type]
    if (reader === undefined) readUnknown(d, type, end)
    else reader(d, base, end)
  }
  const reach = Math.max(d.pos, end)
  d.pos = reach
  d.close(opened)
  d.pos = end
  return reach
}

function recordLine(
  d: Dissection,
  opened: number,
  at: number,
  base: number,
  type: number,
  value: number,
  start: number,
  size: number,
  multicastDns: boolean,
): void {
  const owner = nameText(d.bytes, at, d.end, base)
  const flush = multicastDns && value & RESPONSE ? ', cache flush' : ''
  if (type === OPT) return d.caption(`${owner}: type ${typeName(type)}${flush}`, opened)
  const which = className(multicastDns ? value & 0x7fff : value)
  const gist = gistLine({ bytes: d.bytes, type, start, size, base, end: d.end, owner: at })
  d.caption(`${owner}: type ${typeName(type)}, class ${which}${flush}`, opened)
  if (gist !== '') d.append(gist, opened)
}

/** The name of a service says what it is, over what, and where: RFC 2782. */
function takeServiceName(d: Dissection, size: number, base: number): void {
  const end = d.pos + size
  if (d.wants(f.srv.service) || d.wants(f.srv.proto) || d.wants(f.srv.name)) {
    const [service, proto, ...rest] = nameText(d.bytes, d.pos, d.end, base).split('.')
    d.textAt(f.srv.service, d.pos, end, service!)
    if (proto !== undefined) d.textAt(f.srv.proto, d.pos, end, proto)
    if (rest.length > 0) d.textAt(f.srv.name, d.pos, end, rest.join('.'))
  }
  d.pos = end
}

function extraneous(d: Dissection): void {
  const size = d.reportedLeft
  d.peek8(size - 1)
  const opened = d.open(f._extraneous)
  if (d.showing) d.caption(`Extraneous Data (${size} bytes)`, opened)
  d.take(f.extraneous.data, size)
  d.generated(f.extraneous.length, size)
  d.note(f.extraneous.self)
  d.hide()
  d.close(opened)
}
