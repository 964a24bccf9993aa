/** The frames of HTTP/2 that say all they have to say by themselves: RFC 9113 section 6, RFC 7838, 8336, 9218. */
import {
  bool,
  bytes,
  type Dissection,
  fields,
  group,
  text,
  uint16,
  uint32,
  uint64,
  uint8,
} from '../src/dissect/index.js'

export const FrameType = {
  Data: 0,
  Headers: 1,
  Priority: 2,
  Reset: 3,
  Settings: 4,
  PushPromise: 5,
  Ping: 6,
  GoAway: 7,
  WindowUpdate: 8,
  Continuation: 9,
  AltSvc: 10,
  Blocked: 11,
  Origin: 12,
  PriorityUpdate: 16,
} as const

export const frameNames: Readonly<Record<number, string>> = {
  0: 'DATA',
  1: 'HEADERS',
  2: 'PRIORITY',
  3: 'RST_STREAM',
  4: 'SETTINGS',
  5: 'PUSH_PROMISE',
  6: 'PING',
  7: 'GOAWAY',
  8: 'WINDOW_UPDATE',
  9: 'CONTINUATION',
  10: 'ALTSVC',
  11: 'BLOCKED',
  12: 'ORIGIN',
  16: 'PRIORITY_UPDATE',
}

const errorNames: Readonly<Record<number, string>> = {
  0: 'NO_ERROR',
  1: 'PROTOCOL_ERROR',
  2: 'INTERNAL_ERROR',
  3: 'FLOW_CONTROL_ERROR',
  4: 'SETTINGS_TIMEOUT',
  5: 'STREAM_CLOSED',
  6: 'FRAME_SIZE_ERROR',
  7: 'REFUSED_STREAM',
  8: 'CANCEL',
  9: 'COMPRESSION_ERROR',
  10: 'CONNECT_ERROR',
  11: 'ENHANCE_YOUR_CALM',
  12: 'INADEQUATE_SECURITY',
  13: 'HTTP_1_1_REQUIRED',
}

const settingNames: Readonly<Record<number, string>> = {
  1: 'Header table size',
  2: 'Enable PUSH',
  3: 'Max concurrent streams',
  4: 'Initial Windows size',
  5: 'Max frame size',
  6: 'Max header list size',
  8: 'Extended CONNECT',
}

/** Flags, RFC 9113 section 6. */
export const Flag = { EndStream: 0x1, Ack: 0x1, EndHeaders: 0x4, Padded: 0x8, Priority: 0x20 } as const

const unused = (mask: number) => uint8('Unused', { base: 'hex', mask })
const flag = (label: string, mask: number) => bool(label, 8, { mask, truth: ['True', 'False'] })

const f = fields('http2', {
  flags: {
    self: uint8('Flags', { base: 'hex' }),
    end_stream: flag('End Stream', Flag.EndStream),
    eh: flag('End Headers', Flag.EndHeaders),
    padded: flag('Padded', Flag.Padded),
    priority: flag('Priority', Flag.Priority),
    ack: { ping: flag('ACK', Flag.Ack), settings: flag('ACK', Flag.Ack) },
    unused: unused(0xff),
    unused_settings: unused(0xfe),
    unused_ping: unused(0xfe),
    unused_continuation: unused(0xfb),
    unused_push_promise: unused(0xf3),
    unused_data: unused(0xf6),
    unused_headers: unused(0xd2),
  },
  unknown: bytes('Unknown'),
  exclusive: bool('Exclusive', 32, { mask: 0x80000000, truth: ['True', 'False'] }),
  stream_dependency: uint32('Stream Dependency', { mask: 0x7fffffff }),
  headers: { weight: uint8('Weight'), weight_real: uint8('Weight real') },
  rst_stream: { error: uint32('Error', { names: errorNames }) },
  settings: {
    self: group('Settings'),
    id: uint16('Settings Identifier', { names: settingNames }),
    header_table_size: uint32('Header table size'),
    enable_push: uint32('Enable PUSH'),
    max_concurrent_streams: uint32('Max concurrent streams'),
    initial_window_size: uint32('Initial Windows Size'),
    max_frame_size: uint32('Max frame size'),
    max_header_list_size: uint32('Max header list size'),
    extended_connect: uint32('Extended CONNECT'),
    unknown: uint32('Unknown Settings'),
  },
  ping: bytes('Ping'),
  pong: bytes('Pong'),
  goway: { r: uint32('Reserved', { base: 'hex', mask: 0x80000000 }) },
  goaway: {
    last_stream_id: uint32('Last-Stream-ID', { mask: 0x7fffffff }),
    error: uint32('Error', { names: errorNames }),
    addata: bytes('Additional Debug Data'),
  },
  window_update: {
    r: uint32('Reserved', { base: 'hex', mask: 0x80000000 }),
    window_size_increment: uint32('Window Size Increment', { mask: 0x7fffffff }),
  },
  altsvc: {
    origin: { self: text('Origin'), len: uint16('Origin Length') },
    field_value: text('Field/Value'),
  },
  origin: { self: group('Origin'), origin_len: uint16('Origin Length'), origin: text('Origin') },
  priority_update_stream_id: uint64('Priority Update Stream ID'),
  priority_update_field_value: text('Priority Update Field Value'),
})

const settingFields: Readonly<Record<number, ReturnType<typeof uint32>>> = {
  1: f.settings.header_table_size,
  2: f.settings.enable_push,
  3: f.settings.max_concurrent_streams,
  4: f.settings.initial_window_size,
  5: f.settings.max_frame_size,
  6: f.settings.max_header_list_size,
  8: f.settings.extended_connect,
}

type FlagField = typeof f.flags.eh | typeof f.flags.unused

/** By type, what each bit of the flags is called, the unused ones first. */
const flagsOf: Readonly<Record<number, readonly FlagField[]>> = {
  [FrameType.Data]: [f.flags.unused_data, f.flags.padded, f.flags.end_stream],
  [FrameType.Headers]: [f.flags.unused_headers, f.flags.priority, f.flags.padded, f.flags.eh, f.flags.end_stream],
  [FrameType.Settings]: [f.flags.unused_settings, f.flags.ack.settings],
  [FrameType.PushPromise]: [f.flags.unused_push_promise, f.flags.padded, f.flags.eh],
  [FrameType.Ping]: [f.flags.unused_ping, f.flags.ack.ping],
  [FrameType.Continuation]: [f.flags.unused_continuation, f.flags.padded, f.flags.eh],
}
const noFlags: readonly FlagField[] = [f.flags.unused]

/** Reads the flags of a frame of type `type`. */
export function readFlags(d: Dissection, type: number): number {
  const at = d.pos
  const value = d.u8(f.flags.self)
  const list = flagsOf[type] ?? noFlags
  if (d.showing) {
    let set = ''
    for (const one of list) if (one.kind === 'bool' && value & one.mask) set += `, ${one.label}`
    d.append(set)
  }
  d.enter()
  for (const one of list) d.at(one, at, at + 1, value)
  d.leave()
  return value
}

/** Whom a stream depends on, RFC 9113 section 6.3. */
export function readPriority(d: Dissection): void {
  const at = d.pos
  const value = d.peek32()
  d.at(f.exclusive, at, at + 4, value)
  d.u32(f.stream_dependency)
  const weight = d.u8(f.headers.weight)
  d.at(f.headers.weight_real, at + 4, at + 5, weight + 1)
  d.markGenerated()
}

/** Reads the payload of a frame that is not about headers or data; the layer ends with it. */
export function readPlainFrame(d: Dissection, type: number, flags: number): void {
  switch (type) {
    case FrameType.Priority:
      return readPriority(d)
    case FrameType.Reset:
      d.u32(f.rst_stream.error)
      return
    case FrameType.Settings:
      return settings(d)
    case FrameType.Ping:
      d.take(flags & Flag.Ack ? f.pong : f.ping, 8)
      return
    case FrameType.GoAway:
      return goAway(d)
    case FrameType.WindowUpdate:
      d.at(f.window_update.r, d.pos, d.pos + 4, d.peek32())
      d.u32(f.window_update.window_size_increment)
      return
    case FrameType.AltSvc:
      d.take(f.altsvc.origin.self, d.u16(f.altsvc.origin.len))
      d.take(f.altsvc.field_value, d.left)
      return
    case FrameType.Blocked:
      return
    case FrameType.Origin:
      return origins(d)
    case FrameType.PriorityUpdate: {
      const at = d.pos
      d.at(f.priority_update_stream_id, at, at + 4, d.peek32())
      d.skip(4)
      d.take(f.priority_update_field_value, d.left)
      return
    }
    default:
      d.take(f.unknown, d.left)
  }
}

function settings(d: Dissection): void {
  while (d.reportedLeft > 0) {
    const opened = d.open(f.settings.self)
    const id = d.u16(f.settings.id)
    const title = `Settings - ${settingNames[id] ?? `Unknown (${id})`}`
    if (d.showing) d.caption(title, opened)
    const value = d.u32(settingFields[id] ?? f.settings.unknown)
    if (d.showing) d.caption(`${title} : ${value}`, opened)
    d.close(opened)
  }
}

function goAway(d: Dissection): void {
  d.at(f.goway.r, d.pos, d.pos + 4, d.peek32())
  d.u32(f.goaway.last_stream_id)
  d.u32(f.goaway.error)
  if (d.left > 0) d.take(f.goaway.addata, d.left)
}

function origins(d: Dissection): void {
  while (d.reportedLeft > 0) {
    const opened = d.open(f.origin.self)
    d.take(f.origin.origin, d.u16(f.origin.origin_len))
    d.close(opened)
  }
}
