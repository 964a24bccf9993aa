/** WebSocket, RFC 6455. */
import {
  bool,
  bytes,
  type Dissection,
  fields,
  group,
  Memory,
  note,
  protocol,
  protocolField,
  text,
  uint16,
  uint32,
  uint64,
  uint8,
} from '../src/dissect/index.js'
import { placeOf } from '../src/track/message-log.js'
import { unmask, WebSocketMessages, type WebSocketPart } from '../src/track/websocket-messages.js'
import { body, MediaType, mediaTypes } from './shared/media-types.js'
import { noteBelow } from './shared/note-below.js'
import { noteStray } from './shared/stray-characters.js'
import { pieceFields, type ReassemblyFields, reassemblyTree } from './shared/reassembly-tree.js'

const Opcode = { Continuation: 0, Text: 1, Binary: 2, Close: 8, Ping: 9, Pong: 10 } as const

const opcodeNames: Readonly<Record<number, string>> = {
  0: 'Continuation',
  1: 'Text',
  2: 'Binary',
  8: 'Connection Close',
  9: 'Ping',
  10: 'Pong',
}

/** Why a connection is closed, RFC 6455 section 7.4.1. */
const closeNames: Readonly<Record<number, string>> = {
  1000: 'Normal Closure',
  1001: 'Going Away',
  1002: 'Protocol error',
  1003: 'Unsupported Data',
  1004: '---Reserved----',
  1005: 'No Status Rcvd',
  1006: 'Abnormal Closure',
  1007: 'Invalid frame payload data',
  1008: 'Policy Violation',
  1009: 'Message Too Big',
  1010: 'Mandatory Ext.',
  1011: 'Internal Server',
  1015: 'TLS handshake',
}

/** The flag that says that a message is compressed, RFC 7692. */
const COMPRESSED = 0x40
/** Lengths in the first byte that mean that the length follows. */
const LENGTH_16 = 126
const LENGTH_64 = 127

const yes = { truth: ['True', 'False'] } as const

const f = fields('websocket', {
  self: protocolField('WebSocket'),
  fin: bool('Fin', 8, { mask: 0x80, ...yes }),
  rsv: uint8('Reserved', { base: 'hex', mask: 0x70 }),
  opcode: uint8('Opcode', { mask: 0x0f, names: opcodeNames }),
  mask: bool('Mask', 8, { mask: 0x80, ...yes }),
  payload_length: uint8('Payload length', { mask: 0x7f }),
  payload_length_ext_16: uint16('Extended Payload length (16 bits)'),
  payload_length_ext_64: uint64('Extended Payload length (64 bits)'),
  masking_key: bytes('Masking-Key'),
  masked_payload: group('Masked payload'),
  payload: {
    self: group('Payload'),
    continue: bytes('Continue'),
    text: text('Text'),
    close: { self: group('Close'), status_code: uint16('Status code', { names: closeNames }), reason: text('Reason') },
    ping: bytes('Ping'),
    pong: bytes('Pong'),
    unknown: { self: bytes('Unknown'), expert: note('Dissector for Websocket Opcode', 'Undecoded') },
  },
  fragments: group('Reassembled websocket Fragments'),
  reassembled: { length: uint32('Reassembled websocket Payload length') },
  _data: bytes('Reassembled websocket Payload'),
})
const pieces = fields('websocket', {
  fragment: pieceFields('Fragment', 'Websocket', {
    illegal: 'Fragments disagree on where the message ends',
    end: 'Goes on behind the end of the message',
    error: 'Defragmentation error',
  }),
})

const reassembly: ReassemblyFields = {
  all: f.fragments,
  piece: pieces.fragment,
  length: f.reassembled.length,
  data: null,
  title: 'Reassembled websocket Fragments',
}

const summary = () => ({ opcode: -1, last: false, masked: false })
type Summary = ReturnType<typeof summary>

export const websocket = protocol({
  name: 'WebSocket',
  short: 'WebSocket',
  spec: 'RFC 6455',
  self: f.self,
  summary,
  pdu: frameSize,
  sized: true,

  dissect(_d, s) {
    s.opcode = -1
    s.last = s.masked = false
  },

  state: () => new WebSocketMessages(),
  follow: frame,

  info: (s) =>
    s.opcode < 0
      ? ''
      : `WebSocket ${opcodeNames[s.opcode] ?? 'Unknown Opcode'}${s.last ? ' [FIN]' : '[FRAGMENT] '}${s.masked ? ' [MASKED]' : ' '}`,
})

/** How long the frame is whose bytes begin at `start`, RFC 6455 section 5.2. */
function frameSize(b: Uint8Array, start: number, end: number): number {
  const there = end - start
  if (there < 2) return 2
  const second = b[start + 1]!
  const key = second & 0x80 ? 4 : 0
  const size = second & 0x7f
  if (size < LENGTH_16) return 2 + key + size
  if (size === LENGTH_16) return there < 4 ? 4 : 4 + key + ((b[start + 2]! << 8) | b[start + 3]!)
  if (there < 10) return 10
  let long = 0
  for (let i = start + 2; i < start + 10; i++) long = long * 256 + b[i]!
  return 10 + key + long
}

function frame(d: Dissection, s: Summary, messages: WebSocketMessages | null): void {
  const first = d.peek8()
  d.at(f.fin, d.pos, d.pos + 1, first)
  d.at(f.rsv, d.pos, d.pos + 1, first)
  const opcode = d.u8(f.opcode) & 0x0f
  const second = d.peek8()
  d.at(f.mask, d.pos, d.pos + 1, second)
  const short = d.u8(f.payload_length) & 0x7f
  s.opcode = opcode
  s.last = (first & 0x80) !== 0
  s.masked = (second & 0x80) !== 0
  let size = short
  if (short === LENGTH_16) {
    if (d.showing) d.append(' Extended Payload Length (16 bits)')
    size = d.u16(f.payload_length_ext_16)
  } else if (short === LENGTH_64) {
    if (d.showing) d.append(' Extended Payload Length (64 bits)')
    size = d.u64(f.payload_length_ext_64)
  }
  let mask = 0
  if (s.masked) {
    mask = d.peek32()
    d.take(f.masking_key, 4)
  }
  d.limit(size)
  const start = d.pos
  d.skip(size)
  const end = d.pos
  if (size === 0 && (s.last || opcode !== Opcode.Continuation)) return
  const part = partOf(d, s, messages, { opcode, last: s.last, mask, start, end })
  if (s.masked) {
    d.pos = start
    const masked = d.open(f.masked_payload)
    d.closeAt(masked, start, end)
  }
  payload(d, messages, part, { opcode, last: s.last, compressed: (first & COMPRESSED) !== 0, mask, start, end })
}

/** What the frame is a part of, null when it is a message of its own. */
function partOf(
  d: Dissection,
  s: Summary,
  messages: WebSocketMessages | null,
  one: { opcode: number; last: boolean; mask: number; start: number; end: number },
): WebSocketPart | null {
  if (messages === null || one.opcode >= Opcode.Close || (s.last && one.opcode !== Opcode.Continuation)) return null
  const place = placeOf(d, d.layerStart)
  if (d.memory === Memory.Track) messages.take(d, place, one)
  return messages.at(d, place)
}

interface Payload {
  opcode: number
  last: boolean
  compressed: boolean
  mask: number
  start: number
  end: number
}

function payload(d: Dissection, messages: WebSocketMessages | null, part: WebSocketPart | null, p: Payload): void {
  const opened = d.open(f.payload.self)
  d.closeAt(opened, p.start, p.end)
  const whole = part?.ends === true ? messages!.read(d, part.assembly) : null
  if (whole !== null) {
    d.into('Reassembled websocket payload', whole)
    content(d, part!.opcode, p.compressed)
    d.leave()
    reassemblyTree(d, reassembly, messages!.assemblies, part!.assembly, part!.size)
    d.enter()
    return
  }
  d.pos = p.start
  if (p.mask !== 0) {
    const plain = d.bytes.slice(p.start, p.end)
    unmask(plain, 0, plain.length, p.mask)
    d.into('Unmasked data', plain)
  }
  if (p.last || p.opcode >= Opcode.Close) content(d, p.opcode, p.compressed)
  else {
    d.leave()
    if (p.opcode === Opcode.Continuation) d.spanAt(f.payload.continue, d.pos, d.end)
    d.enter()
    d.pos = d.end
  }
}

/** What the rest of the layer says, below the line of the payload; text and data are handed on. */
function content(d: Dissection, opcode: number, compressed: boolean): void {
  const { pos, end } = d
  d.enter()
  switch (opcode) {
    case Opcode.Text:
      if (compressed) break
      d.spanAt(f.payload.text, pos, end)
      noteStray(d, pos, end - pos, 1)
      break
    case Opcode.Binary:
      break
    case Opcode.Close:
      close(d)
      break
    case Opcode.Ping:
    case Opcode.Pong:
      d.take(opcode === Opcode.Ping ? f.payload.ping : f.payload.pong, end - pos)
      break
    default:
      d.take(f.payload.unknown.self, end - pos)
      noteBelow(
        d,
        f.payload.unknown.expert,
        `Dissector for Websocket Opcode (${opcode}) code not implemented, Contact Wireshark developers if you want this supported`,
      )
  }
  d.leave()
  if (opcode === Opcode.Text && !compressed) {
    body.type = body.described = ''
    body.packed = false
    d.next(mediaTypes, MediaType.Text)
  } else if (opcode === Opcode.Binary || opcode === Opcode.Text) d.nextData()
}

/** Status and reason, RFC 6455 section 5.5.1. */
function close(d: Dissection): void {
  const opened = d.open(f.payload.close.self)
  d.u16(f.payload.close.status_code)
  if (d.left > 0) d.take(f.payload.close.reason, d.left)
  d.close(opened)
}
