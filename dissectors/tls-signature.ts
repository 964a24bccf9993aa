/** Signatures of TLS and the algorithms they are made with, RFC 8446 section 4.2.3 and RFC 5246 section 4.7. */
import { bytes, type Dissection, fields, group, uint16, uint8 } from '../src/dissect/index.js'
import { signatureHashes, signatureKinds, signatureSchemes } from './tls-groups.js'
import { Version } from './tls-layer.js'
import { bounds, endVector, readVector } from './tls-vectors.js'

/** Schemes without a name of their own are pairs of a hash and a signature. */
const schemeName = (scheme: number): string =>
  signatureSchemes[scheme] ??
  `${signatureHashes[scheme >>> 8] ?? 'Unknown'} ${signatureKinds[scheme & 0xff] ?? 'Unknown'}`

const f = fields('tls', {
  handshake: {
    sig_hash_alg_len: uint16('Signature Hash Algorithms Length'),
    sig_hash_algs: group('Signature Algorithms'),
    sig_hash_alg: uint16('Signature Algorithm', { base: 'hex', names: schemeName }),
    sig_hash_hash: uint8('Signature Hash Algorithm Hash', { names: signatureHashes }),
    sig_hash_sig: uint8('Signature Hash Algorithm Signature', { names: signatureKinds }),
    sig_len: uint16('Signature Length'),
    sig: bytes('Signature'),
  },
}).handshake

const LIST = bounds(2, 2, 65534)
const SIGNATURE = bounds(2)

/** A list of algorithms, up to `end`. */
export function readAlgorithms(d: Dissection, end: number): void {
  const listEnd = readVector(d, f.sig_hash_alg_len, LIST, end)
  if (listEnd < 0) return
  const opened = d.open(f.sig_hash_algs)
  const n = (listEnd - d.pos) >>> 1
  if (d.showing) d.caption(`Signature Hash Algorithms (${n} algorithm${n === 1 ? '' : 's'})`, opened)
  while (listEnd - d.pos >= 2) readAlgorithm(d)
  endVector(d, listEnd)
  d.close(opened)
}

export function readAlgorithm(d: Dissection): void {
  d.u16(f.sig_hash_alg)
  d.pos -= 2
  d.enter()
  d.u8(f.sig_hash_hash)
  d.u8(f.sig_hash_sig)
  d.leave()
}

/** A signature up to `end`; from TLS 1.2 on it says how it is made. */
export function readSignature(d: Dissection, version: number, end: number): void {
  if (version === Version.Tls12 || version === Version.Tls13) readAlgorithm(d)
  const last = readVector(d, f.sig_len, SIGNATURE, end)
  if (last >= 0) d.take(f.sig, last - d.pos)
}
