/**
 * Handshake records of TLS: several messages in one, one message in several (RFC 8446 section 5.1), and those of which
 * nothing can be seen any more.
 */
import { bool, type Dissection, fields, framenum, group, Memory, uint24, uint32, uint8 } from '../src/dissect/index.js'
import { placeOf } from '../src/track/message-log.js'
import type { TlsFragment, TlsFragments } from '../src/track/tls-fragments.js'
import { type ReassemblyFields, reassemblyTree } from './shared/reassembly-tree.js'
import { readMessage } from './tls-handshake.js'
import { isRetry, isRetryIn } from './tls-hello-scan.js'
import { isFromServer, messageName, RETRY, say, type TlsLayer, Version, What } from './tls-layer.js'
import { handshakeTypes, keyUpdates } from './tls-names.js'

const SERVER_HELLO = 2
const KEY_UPDATE = 24

/** Type and length of a message. */
const HEAD = 4
/** No message is that long: these bytes are encrypted. */
const TOO_LONG = 0x10000
/** Encrypted messages have at least so many bytes. */
const MIN_ENCRYPTED = 16

const f = fields('tls', {
  handshake: {
    self: group('Handshake Protocol'),
    type: uint8('Handshake Type', { names: handshakeTypes }),
    length: uint24('Length'),
    key_update: { request_update: uint8('Key Update Request', { names: keyUpdates }) },
    fragments: group('Reassembled Handshake Fragments'),
    fragment: { self: framenum('Handshake Fragment'), count: uint32('Handshake Fragment count') },
    reassembled_in: framenum('Reassembled Handshake Message in frame'),
    _error: framenum('Reassembling error'),
    _overlap: bool('Fragment overlap', 0),
    _conflict: bool('Conflicting data in fragment overlap', 0),
    _multipletails: bool('Multiple tail fragments found', 0),
    _toolong: bool('Fragment too long', 0),
  },
})

const h = f.handshake
const reassembly: ReassemblyFields = {
  all: h.fragments,
  piece: {
    self: h.fragment.self,
    overlap: { self: h._overlap, conflict: h._conflict },
    multipletails: h._multipletails,
    toolongfragment: h._toolong,
    error: h._error,
    count: h.fragment.count,
  },
  length: null,
  data: null,
  title: 'Reassembled Handshake Fragments',
}

/**
 * Reads the contents of the handshake record at `place`, which ends at `s.end`. What a message says may reach beyond that, as
 * in Wireshark; `opened` is its line.
 */
export function readHandshake(d: Dissection, s: TlsLayer, place: number, title: string, opened: number): void {
  const { end } = s
  const fragments = s.sessions?.fragments ?? null
  const going =
    fragments === null ? null : d.memory === Memory.Track ? fragments.pending(d, place) : fragments.at(d, place)
  let count = 0
  if (going !== null && fragments !== null) {
    if (d.showing) d.caption(`${title}Handshake Protocol: Multiple Handshake Messages`, opened)
    const name = goOn(d, s, fragments, going, end)
    if (name < 0) return
    count = 1
    if (d.showing && d.pos === end) d.caption(`${title}Handshake Protocol: ${messageName(name)}`, opened)
  } else if (isEncrypted(d, s, end - d.pos)) return encrypted(d, s, end, title, opened)
  for (; d.pos < end; count++) {
    const rest = end - d.pos
    const type = d.peek8()
    const size = rest < HEAD ? rest + 1 : HEAD + (d.peek32() & 0xffffff)
    if (size <= rest && !(type in handshakeTypes)) return count === 0 ? encrypted(d, s, end, title, opened) : undefined
    const name = type === SERVER_HELLO && size <= rest && isRetry(d, d.pos) ? RETRY : type
    if (d.showing) {
      const what =
        count > 0 ? 'Multiple Handshake Messages' : size > rest ? `${messageName(name)} (fragment)` : messageName(name)
      d.caption(`${title}Handshake Protocol: ${what}`, opened)
    }
    if (size <= rest) {
      say(s, What.Message, name)
      message(d, s, name, d.pos + size)
      continue
    }
    if (count === 0) say(s, What.Fragment, type)
    fragment(d, fragments, type, end)
  }
}

/** A record of which nothing can be seen. */
function encrypted(d: Dissection, s: TlsLayer, end: number, title: string, opened: number): void {
  if (d.showing) d.caption(`${title}Handshake Protocol: Encrypted Handshake Message`, opened)
  say(s, What.EncryptedMessage, 0)
  line(d, end, 'Encrypted Handshake Message')
  d.skip(end - d.pos)
}

/** Is nothing to be seen of a record of so many bytes at the read position? */
function isEncrypted(d: Dissection, s: TlsLayer, length: number): boolean {
  if (length < MIN_ENCRYPTED) return false
  if (!(d.peek8() in handshakeTypes) || (d.peek32() & 0xffffff) >= TOO_LONG) return true
  // A nonce that counts from zero, before what is encrypted: no empty message.
  if (d.peek32() === 0 && d.peek8(4) === 0) return true
  if (s.state.version === Version.Tls13) return false
  return isFromServer(d, s.state) ? s.before.serverChanged : s.before.clientChanged
}

/** One whole message up to `end`. */
function message(d: Dissection, s: TlsLayer, name: number, end: number): void {
  const { reported } = d
  const opened = d.open(h.self)
  if (d.showing) d.caption(`Handshake Protocol: ${messageName(name)}`, opened)
  const type = d.u8(h.type)
  d.u24(h.length)
  s.end = end
  if (type === KEY_UPDATE) {
    // Beside the message's line, as in Wireshark.
    d.close(opened)
    d.u8(h.key_update.request_update)
    d.range(d.source, end, reported)
    return
  }
  readMessage(d, s, type)
  d.range(d.source, end, reported)
  d.close(opened)
}

/** The beginning of a message, up to `end`. */
function fragment(d: Dissection, fragments: TlsFragments | null, type: number, end: number): void {
  const start = d.pos
  line(d, end, `${messageName(type)} (fragment)`)
  d.skip(end - start)
  if (fragments === null) return
  const place = placeOf(d, start)
  if (d.memory === Memory.Track) fragments.begin(d, place, start, end)
  else later(d, fragments, fragments.at(d, place))
}

/** Where the message is shown, if that is known. */
function later(d: Dissection, fragments: TlsFragments, part: TlsFragment | null): void {
  const completed = part === null ? 0 : fragments.assemblies.completedIn[part.assembly]!
  if (completed > d.packet.number) d.generated(h.reassembled_in, completed)
}

/** Goes on with a message. Returns its type when it ends here, -1 otherwise; the read position is behind it then. */
function goOn(d: Dissection, s: TlsLayer, fragments: TlsFragments, part: TlsFragment, end: number): number {
  const { assembly, have } = part
  const start = d.pos
  const { reported } = d
  const tracks = d.memory === Memory.Track
  const rest = end - start
  const size = sizeOf(d, fragments, assembly, have, rest)
  const take = size === 0 || size - have > rest ? rest : size - have
  d.skip(take)
  if (tracks) fragments.append(d, start, start + take)
  const type = typeOf(d, fragments, assembly)
  if (size === 0 || have + take < size) {
    d.pos = start
    line(d, end, `${messageName(type)} (fragment)`)
    d.pos = end
    if (!tracks) later(d, fragments, part)
    return -1
  }
  if (tracks) fragments.complete(d)
  const whole = fragments.assemblies.read(assembly, d, 0, size)
  const name = whole !== null && type === SERVER_HELLO && isRetryIn(whole) ? RETRY : type
  say(s, What.Message, name)
  d.pos = start
  line(d, start + take, `${messageName(name)} (last fragment)`)
  if (whole !== null) {
    const { source } = d
    d.pos = start + take
    d.into('Reassembled TLS handshake message', whole, fragments.assemblies.origin(assembly))
    reassemblyTree(d, reassembly, fragments.assemblies, assembly, size)
    message(d, s, name, size)
    d.range(source, start + take, reported)
  }
  d.pos = start + take
  return name
}

/** How long the message is of which `have` bytes are in the assembly and `rest` follow here; 0 when that is not there. */
function sizeOf(d: Dissection, fragments: TlsFragments, assembly: number, have: number, rest: number): number {
  if (have + rest < HEAD) return 0
  const known = fragments.assemblies.read(assembly, d, 0, Math.min(have, HEAD))
  if (known === null) return 0
  let length = 0
  for (let i = 1; i < HEAD; i++) length = length * 256 + (i < have ? known[i]! : d.peek8(i - have))
  return HEAD + length
}

const typeOf = (d: Dissection, fragments: TlsFragments, assembly: number): number =>
  fragments.assemblies.read(assembly, d, 0, 1)?.[0] ?? 0

/** A line of the record from the read position to `end`. */
function line(d: Dissection, end: number, what: string): void {
  const opened = d.open(h.self)
  if (d.showing) d.caption(`Handshake Protocol: ${what}`, opened)
  d.closeAt(opened, d.pos, end)
}
