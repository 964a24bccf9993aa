/** Hellos of client and server, RFC 8446 section 4.1 and RFC 5246 section 7.4.1. */
import { createHash } from 'node:crypto'
import { abstime, bytes, type Dissection, error, fields, group, text, uint16, uint8 } from '../src/dissect/index.js'
import { noteBelow } from './shared/note-below.js'
import { cipherSuiteName } from './tls-cipher-suites.js'
import { readExtensions } from './tls-extensions.js'
import { agreedVersion, isEarlyDraft, isRetry } from './tls-hello-scan.js'
import { clientLine, serverLine } from './tls-ja3.js'
import { learnServer, type TlsLayer, Version } from './tls-layer.js'
import { compressionMethods, versionName } from './tls-names.js'
import { bounds, endVector, readVector } from './tls-vectors.js'

const RANDOM = 32
/** Type and length of the message. */
const HEAD = 4
const MAX_SESSION = 32
const SUITES = bounds(2, 2, 65534)
const METHODS = bounds(1, 1)

const f = fields('tls', {
  handshake: {
    version: uint16('Version', { base: 'hex', names: versionName }),
    random: bytes('Random'),
    random_time: abstime('GMT Unix Time'),
    random_bytes: bytes('Random Bytes'),
    session_id_length: {
      self: uint8('Session ID Length'),
      error: error('Session ID length error', 'Malformed'),
    },
    session_id: bytes('Session ID'),
    cipher_suites_length: uint16('Cipher Suites Length'),
    ciphersuites: group('Cipher Suites'),
    ciphersuite: uint16('Cipher Suite', { base: 'hex', names: cipherSuiteName }),
    comp_methods_length: uint8('Compression Methods Length'),
    comp_methods: group('Compression Methods'),
    comp_method: uint8('Compression Method', { names: compressionMethods }),
    ja3_full: text('JA3 Fullstring'),
    ja3: text('JA3'),
    ja3s_full: text('JA3S Fullstring'),
    ja3s: text('JA3S'),
  },
}).handshake

/** The client's hello, which goes on to `s.end`. */
export function readClientHello(d: Dissection, s: TlsLayer): void {
  const start = d.pos
  const { end } = s
  learnServer(d, s.state)
  d.u16(f.version)
  random(d, s.state.version !== Version.Tls13, false)
  session(d)
  const suitesEnd = readVector(d, f.cipher_suites_length, SUITES, end)
  if (suitesEnd < 0) return
  const suites = d.open(f.ciphersuites)
  const n = (suitesEnd - d.pos) >>> 1
  if (d.showing) d.caption(`Cipher Suites (${n} suite${n === 1 ? '' : 's'})`, suites)
  while (suitesEnd - d.pos >= 2) d.u16(f.ciphersuite)
  d.close(suites)
  endVector(d, suitesEnd)
  const methodsEnd = readVector(d, f.comp_methods_length, METHODS, end)
  if (methodsEnd < 0) return
  const methods = d.open(f.comp_methods)
  const m = methodsEnd - d.pos
  if (d.showing) d.caption(`Compression Methods (${m} method${m === 1 ? '' : 's'})`, methods)
  while (d.pos < methodsEnd) d.u8(f.comp_method)
  d.close(methods)
  if (end - d.pos >= 2) readExtensions(d, s, 1, end)
  if (!d.wants(f.ja3_full) && !d.wants(f.ja3)) return
  fingerprint(d, clientLine(d.bytes, start, end), f.ja3_full, f.ja3)
}

/** The server's hello, which goes on to `s.end`. */
export function readServerHello(d: Dissection, s: TlsLayer): void {
  const { state } = s
  const start = d.pos
  const { end } = s
  const agreed = agreedVersion(d.bytes, start, Math.min(end, d.end))
  if (agreed >= Version.Ssl3 && agreed <= Version.Tls13) s.version = state.version = agreed
  state.resumed = true
  const retries = isRetry(d, start - HEAD)
  const early = isEarlyDraft(d.u16(f.version))
  random(d, state.version !== Version.Tls13, retries)
  if (!early) session(d)
  const suite = d.pos
  state.cipher = d.u16(f.ciphersuite)
  if (!early) d.u8(f.comp_method)
  if (end - d.pos >= 2) readExtensions(d, s, retries ? 6 : 2, end)
  if (!d.wants(f.ja3s_full) && !d.wants(f.ja3s)) return
  fingerprint(d, serverLine(d.bytes, start, suite, early ? suite + 2 : suite + 3, end), f.ja3s_full, f.ja3s)
}

/** Drafts of TLS 1.3 had a message of its own for what is a hello now. */
export function readOldRetry(d: Dissection, s: TlsLayer): void {
  const { end } = s
  const version = d.u16(f.version)
  if (version < 0x7f00 || version >= 0x7f13) s.state.cipher = d.u16(f.ciphersuite)
  readExtensions(d, s, 6, end)
}

function fingerprint(d: Dissection, line: string, full: typeof f.ja3_full, hash: typeof f.ja3): void {
  d.generatedText(full, line)
  d.generatedText(hash, createHash('md5').update(line).digest('hex'))
}

/** Until TLS 1.2 its first bytes are the time. */
function random(d: Dissection, timed: boolean, retries: boolean): void {
  const start = d.take(f.random, RANDOM)
  if (retries && d.showing) d.append(' (HelloRetryRequest magic)')
  if (!timed || !d.recording) return
  d.pos = start
  d.enter()
  d.timeAt(f.random_time, start, start + 4, d.peek32(), 0)
  d.spanAt(f.random_bytes, start + 4, start + RANDOM)
  d.leave()
  d.pos = start + RANDOM
}

function session(d: Dissection): void {
  const size = d.u8(f.session_id_length.self)
  if (size > MAX_SESSION) noteBelow(d, f.session_id_length.error, `Invalid session ID length: ${size}`)
  if (size > 0) d.take(f.session_id, size)
}
