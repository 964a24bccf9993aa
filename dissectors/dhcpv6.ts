/** Dynamic Host Configuration Protocol for IPv6, RFC 8415. */
import { type Dissection, fields, ipv6, protocol, protocolField, uint8, uint24, warning } from '../src/dissect/index.js'
import { Gist, Point } from './dhcpv6-gist.js'
import { Message, messageNames } from './dhcpv6-names.js'
import { takeOptions } from './dhcpv6-options.js'
import { noteBelow } from './shared/note-below.js'

const f = fields('dhcpv6', {
  self: protocolField('DHCPv6'),
  msgtype: uint8('Message type', { names: messageNames }),
  hopcount: uint8('Hopcount'),
  xid: uint24('Transaction ID', { base: 'hex' }),
  linkaddr: ipv6('Link address'),
  peeraddr: ipv6('Peer address'),
  error_hopcount: warning('Detected error on hop-count', 'Protocol'),
})

/** Relay agents between a client and its server (RFC 8415 section 7.6), and messages one is in. */
const MAX_HOPS = 32
const MAX_DEPTH = 40

export const dhcpv6 = protocol({
  name: 'DHCPv6',
  short: 'DHCPv6',
  spec: 'RFC 8415',
  self: f.self,
  under: { 'udp.port': [546, 547] },
  summary: () => ({ gist: new Gist() }),

  dissect(d, s) {
    s.gist.clear()
    takeMessage(d, s.gist, 0)
  },

  info: (s, d) => s.gist.text(d.bytes),
})

/** A message; one that is relayed lies `depth` messages deep in others. */
function takeMessage(d: Dissection, gist: Gist, depth: number): void {
  if (depth > MAX_DEPTH) d.malformed()
  const type = d.peek8()
  gist.add(Point.Message, d.pos, 1)
  if (isRelay(type)) takeRelay(d, gist)
  else {
    d.u8(f.msgtype)
    const at = d.pos
    d.u24(f.xid)
    gist.add(Point.Transaction, at, 3)
  }
  takeOptions(d, gist, type, depth, takeRelayed)
}

const isRelay = (type: number): boolean => type === Message.RelayForward || type === Message.RelayReply

function takeRelay(d: Dissection, gist: Gist): void {
  d.u8(f.msgtype)
  const hops = d.u8(f.hopcount)
  if (d.left >= 32) checkHops(d, hops)
  const link = d.take(f.linkaddr, 16)
  d.take(f.peeraddr, 16)
  gist.add(Point.Link, link, 16)
}

function checkHops(d: Dissection, hops: number): void {
  if (hops > MAX_HOPS)
    noteBelow(
      d,
      f.error_hopcount,
      d.recording ? `Hopcount (${hops}) exceeds the maximum limit HOP_COUNT_LIMIT (${MAX_HOPS})` : '',
    )
  else if (hops > 0 && relaysClient(d))
    noteBelow(
      d,
      f.error_hopcount,
      d.recording ? `Hopcount of most inner message has to equal 0 instead of ${hops}` : '',
    )
}

/** Is the message that is relayed here one that no relay agent made? */
function relaysClient(d: Dissection): boolean {
  const { bytes, end } = d
  for (let p = d.pos + 32; p + 4 < end; ) {
    if (bytes[p] === 0 && bytes[p + 1] === RELAY_MESSAGE) return !isRelay(bytes[p + 4]!)
    p += 4 + ((bytes[p + 2]! << 8) | bytes[p + 3]!)
  }
  return false
}
const RELAY_MESSAGE = 9

function takeRelayed(d: Dissection, gist: Gist, depth: number): void {
  const opened = d.open(f.self)
  takeMessage(d, gist, depth + 1)
  d.close(opened)
}
