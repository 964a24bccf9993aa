/** Records that sign zones and carry keys: DNSSEC (RFC 4034, RFC 5155), SSHFP (RFC 4255), TLSA (RFC 6698). */
import {
  abstime,
  bool,
  bytes,
  type Dissection,
  type Field,
  fields,
  group,
  text,
  uint8,
  uint16,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { takeName } from './dns-names.js'
import { type RecordReader, secondsAndWords, takeRest } from './dns-records.js'
import { algorithmNames, digestNames, nsec3HashNames, typeDescriptions } from './shared/dns-types.js'

const keyFlag = (label: string, mask: number, truth: readonly [string, string]) => bool(label, 16, { mask, truth })
const f = fields('dns', {
  resp: {
    type: uint16('RR type in bit map', {
      base: 'custom',
      show: (v) => typeDescriptions[v] ?? `Unknown (${v})`,
    }),
  },
  ds: {
    key_id: uint16('Key id', { base: 'hex' }),
    algorithm: uint8('Algorithm', { names: algorithmNames }),
    digest_type: uint8('Digest Type', { names: digestNames }),
    digest: bytes('Digest'),
  },
  dnskey: {
    flags: uint16(
      'Flags',
      { base: 'hex' },
      {
        zone_key: keyFlag('Zone Key', 0x100, ['This is the zone key for specified zone', 'This it not a zone key']),
        key_revoked: keyFlag('Key Revoked', 0x80, ['Yes', 'No']),
        secure_entry_point: keyFlag('Key Signing Key', 1, ['Yes', 'No']),
        reserved: uint16('Key Signing Key', { base: 'hex', mask: 0xfe7e }),
      },
    ),
    protocol: uint8('Protocol'),
    algorithm: uint8('Algorithm', { names: algorithmNames }),
    key_id: uint16('Key id'),
    public_key: bytes('Public Key'),
  },
  key: {
    flags: {
      self: uint16('Flags', { base: 'hex' }),
      authentication: keyFlag('Key allowed for authentication', 0x8000, ['Not Allowed', 'Allowed']),
      confidentiality: keyFlag('Key allowed for confidentiality', 0x4000, ['Not Allowed', 'Allowed']),
      required: keyFlag('Key required', 0x2000, ['Experimental or optional', 'Required']),
      associated_user: keyFlag('Key is associated with a user', 0x400, ['Yes', 'No']),
      associated_named_entity: keyFlag('Key is associated with the named entity', 0x200, ['Yes', 'No']),
      ipsec: keyFlag('Key use with IPSEC', 0x80, ['Valid', 'Invalid']),
      mime: keyFlag('Key use with MIME security multiparts', 0x40, ['Valid', 'Invalid']),
      signatory: uint16('Signatory', { mask: 0xf }),
    },
    protocol: uint8('Protocol'),
    algorithm: uint8('Algorithm', { names: algorithmNames }),
    key_id: uint16('Key ID'),
    public_key: bytes('Public Key'),
  },
  key_id_buffer_too_short: warning('Buffer too short to compute a key id', 'Protocol'),
  _key_id_missing: group('Buffer too short to compute a key id'),
  rrsig: {
    type_covered: uint16('Type Covered', { names: typeDescriptions }),
    algorithm: uint8('Algorithm', { names: algorithmNames }),
    labels: uint8('Labels'),
    original_ttl: uint32('Original TTL', { base: 'custom', show: secondsAndWords }),
    signature_expiration: abstime('Signature Expiration'),
    signature_inception: abstime('Signature Inception'),
    key_tag: uint16('Key Tag'),
    signers_name: text("Signer's name"),
    signature: bytes('Signature'),
  },
  nsec: { next_domain_name: text('Next Domain Name') },
  nxt: { next_domain_name: text('Next Domain Name') },
  nsec3: {
    algo: uint8('Hash algorithm', { names: nsec3HashNames }),
    flags: {
      self: uint8('NSEC3 flags'),
      opt_out: bool('NSEC3 Opt-out flag', 8, {
        mask: 1,
        truth: ['Additional insecure delegations allowed', 'Additional insecure delegations forbidden'],
      }),
    },
    iterations: uint16('NSEC3 iterations'),
    salt_length: uint8('Salt length'),
    salt_value: bytes('Salt value'),
    hash_length: uint8('Hash length'),
    hash_value: text('Next hashed owner'),
  },
  csync: {
    soa: uint32('SOA'),
    flags: uint16(
      'Flags',
      { base: 'hex' },
      {
        immediate: bool('immediate', 16, { mask: 1 }),
        soaminimum: bool('soaminimum', 16, { mask: 2 }),
      },
    ),
    type_bitmap: bytes('Type Bitmap'),
  },
  zonemd: {
    serial: uint32('Serial'),
    scheme: uint8('Scheme', { names: (v) => zonemdName(v, ['SIMPLE']) }),
    hash_algo: uint8('Hash Algorithm', { names: (v) => zonemdName(v, ['SHA-384', 'SHA-512']) }),
    digest: bytes('Digest'),
  },
  sshfp: {
    algorithm: uint8('Algorithm', {
      names: { 0: 'Reserved', 1: 'RSA', 2: 'DSA', 3: 'ECDSA', 4: 'Ed25519', 5: 'XMSS' },
    }),
    fingerprint: {
      self: bytes('Fingerprint'),
      type: uint8('Fingerprint type', { names: { 0: 'Reserved', 1: 'SHA1', 2: 'SHA256' } }),
    },
  },
  tlsa: {
    certificate_usage: uint8('Certificate Usage', {
      names: {
        0: 'CA constraint (PKIX-TA)',
        1: 'Service certificate constraint (PKIX-EE)',
        2: 'Trust anchor assertion (DANE-TA)',
        3: 'Domain-issued certificate (DANE-EE)',
      },
    }),
    selector: uint8('Selector', { names: { 0: 'Full certificate (Cert)', 1: 'SubjectPublicKeyInfo (SPKI)' } }),
    matching_type: uint8('Matching Type', {
      names: { 0: 'No Hash Used (Full)', 1: '256 bit hash by SHA2 (SHA2-256)', 2: '512 bit hash by SHA2 (SHA2-512)' },
    }),
    certificate_association_data: bytes('Certificate Association Data'),
  },
  cert: {
    type: uint16('Type', {
      names: {
        1: 'PKIX',
        2: 'SPKI',
        3: 'PGP',
        4: 'IPKIX',
        5: 'ISPKI',
        6: 'IPGP',
        7: 'ACPKIX',
        8: 'IACPKIX',
        253: 'Private, URI',
        254: 'Private, OID',
      },
    }),
    key_tag: uint16('Key Tag', { base: 'hex' }),
    algorithm: uint8('Algorithm', { names: algorithmNames }),
    certificate: bytes('Certificate (or CRL)'),
  },
})

function zonemdName(v: number, known: readonly string[]): string {
  if (v === 0 || v === 255) return 'Reserved'
  return known[v - 1] ?? (v < 240 ? 'Unassigned' : 'Private Use')
}

/** Seconds since 1970 in four bytes. */
export function takeTime(d: Dissection, field: Field<'abstime'>): void {
  const at = d.pos
  d.timeAt(field, at, at + 4, d.peek32(), 0)
  d.skip(4)
}

function readDs(d: Dissection, _base: number, end: number): void {
  d.u16(f.ds.key_id)
  d.u8(f.ds.algorithm)
  d.u8(f.ds.digest_type)
  takeRest(d, f.ds.digest, end)
}

function readDnskey(d: Dissection, _base: number, end: number): void {
  const start = d.pos
  d.u16(f.dnskey.flags)
  d.u8(f.dnskey.protocol)
  const algorithm = d.u8(f.dnskey.algorithm)
  keyId(d, f.dnskey.key_id, start, end, algorithm)
  takeRest(d, f.dnskey.public_key, end)
}

/** RFC 2535 section 3.1; the two highest bits together say that there is no key. */
function readKey(d: Dissection, _base: number, end: number): void {
  const start = d.pos
  const flags = d.u16(f.key.flags.self)
  d.enter()
  d.at(f.key.flags.authentication, start, start + 2, flags)
  d.at(f.key.flags.confidentiality, start, start + 2, flags)
  if ((flags & 0xc000) !== 0xc000) {
    d.at(f.key.flags.required, start, start + 2, flags)
    d.at(f.key.flags.associated_user, start, start + 2, flags)
    d.at(f.key.flags.associated_named_entity, start, start + 2, flags)
    d.at(f.key.flags.ipsec, start, start + 2, flags)
    d.at(f.key.flags.mime, start, start + 2, flags)
    d.at(f.key.flags.signatory, start, start + 2, flags)
  }
  d.leave()
  d.u8(f.key.protocol)
  const algorithm = d.u8(f.key.algorithm)
  keyId(d, f.key.key_id, start, end, algorithm)
  if (d.pos !== end) takeRest(d, f.key.public_key, end)
}

/** The key tag, RFC 4034 appendix B. RSA/MD5 keys have theirs inside the modulus. */
function keyId(d: Dissection, field: Field<'uint'>, start: number, end: number, algorithm: number): void {
  const size = end - start
  if (size < 4) {
    const missing = d.open(f._key_id_missing)
    d.note(f.key_id_buffer_too_short)
    d.close(missing)
    d.markGenerated()
    return
  }
  const b = d.bytes
  if (algorithm === 1) {
    d.generated(field, (b[end - 3]! << 8) | b[end - 2]!)
    return
  }
  let sum = 0
  for (let i = 0; i < size; i++) sum += i & 1 ? b[start + i]! : b[start + i]! << 8
  sum += sum >>> 16
  d.generated(field, sum & 0xffff)
}

function readRrsig(d: Dissection, base: number, end: number): void {
  d.u16(f.rrsig.type_covered)
  d.u8(f.rrsig.algorithm)
  d.u8(f.rrsig.labels)
  d.u32(f.rrsig.original_ttl)
  takeTime(d, f.rrsig.signature_expiration)
  takeTime(d, f.rrsig.signature_inception)
  d.u16(f.rrsig.key_tag)
  takeName(d, f.rrsig.signers_name, base)
  takeRest(d, f.rrsig.signature, end)
}

/** The types that a name has, RFC 4034 section 4.1.2: windows of up to 32 bytes. */
function readTypeWindows(d: Dissection, end: number): void {
  while (d.pos !== end) {
    const window = d.peek8()
    const size = d.peek8(1)
    d.skip(2)
    readTypeBits(d, d.pos + size, window * 256)
  }
}

function readTypeBits(d: Dissection, end: number, first: number): void {
  for (let type = first; d.pos !== end; type += 8) {
    const bits = d.peek8()
    for (let i = 0; i < 8; i++) if (bits & (0x80 >>> i)) d.at(f.resp.type, d.pos, d.pos + 1, type + i)
    d.skip(1)
  }
}

function readNsec(d: Dissection, base: number, end: number): void {
  takeName(d, f.nsec.next_domain_name, base)
  readTypeWindows(d, end)
}

/** RFC 2535 section 5.2: one bit map without windows. */
function readNxt(d: Dissection, base: number, end: number): void {
  takeName(d, f.nxt.next_domain_name, base)
  readTypeBits(d, end, 0)
}

function readNsec3(d: Dissection, _base: number, end: number): void {
  nsec3Head(d)
  const size = d.u8(f.nsec3.hash_length)
  const at = d.pos
  d.skip(size)
  if (size > 0) {
    if (d.wants(f.nsec3.hash_value)) d.textAt(f.nsec3.hash_value, at, d.pos, base32Hex(d.bytes, at, d.pos, d.end))
    d.markGenerated()
  }
  readTypeWindows(d, end)
}

function nsec3Head(d: Dissection): void {
  d.u8(f.nsec3.algo)
  const flags = d.u8(f.nsec3.flags.self)
  d.enter()
  d.at(f.nsec3.flags.opt_out, d.pos - 1, d.pos, flags)
  d.leave()
  iterationsAndSalt(d)
}

function readNsec3Param(d: Dissection): void {
  d.u8(f.nsec3.algo)
  d.u8(f.nsec3.flags.self)
  iterationsAndSalt(d)
}

function iterationsAndSalt(d: Dissection): void {
  d.u16(f.nsec3.iterations)
  const size = d.u8(f.nsec3.salt_length)
  d.take(f.nsec3.salt_value, size)
}

const digits = '0123456789abcdefghijklmnopqrstuv'
/** RFC 4648 section 7, without padding. As in Wireshark the last digit is filled up from what follows, if that is there. */
function base32Hex(b: Uint8Array, start: number, end: number, limit: number): string {
  let out = ''
  for (let bit = 0; bit < (end - start) * 8; bit += 5) {
    const at = start + (bit >>> 3)
    const two = (b[at]! << 8) | (at + 1 < limit ? b[at + 1]! : 0)
    out += digits[(two >>> (11 - (bit & 7))) & 31]
  }
  return out
}

function readCsync(d: Dissection, _base: number, end: number): void {
  d.u32(f.csync.soa)
  d.u16(f.csync.flags)
  const at = d.pos
  takeRest(d, f.csync.type_bitmap, end)
  d.pos = at
  readTypeWindows(d, end)
}

function readZonemd(d: Dissection, _base: number, end: number): void {
  d.u32(f.zonemd.serial)
  d.u8(f.zonemd.scheme)
  d.u8(f.zonemd.hash_algo)
  takeRest(d, f.zonemd.digest, end)
}

function readSshfp(d: Dissection, _base: number, end: number): void {
  d.u8(f.sshfp.algorithm)
  d.u8(f.sshfp.fingerprint.type)
  if (d.pos !== end) takeRest(d, f.sshfp.fingerprint.self, end)
}

function readTlsa(d: Dissection, _base: number, end: number): void {
  d.u8(f.tlsa.certificate_usage)
  d.u8(f.tlsa.selector)
  d.u8(f.tlsa.matching_type)
  takeRest(d, f.tlsa.certificate_association_data, end)
}

function readCert(d: Dissection, _base: number, end: number): void {
  d.u16(f.cert.type)
  d.u16(f.cert.key_tag)
  d.u8(f.cert.algorithm)
  if (d.pos !== end) takeRest(d, f.cert.certificate, end)
}

export const dnssecReaders: Readonly<Record<number, RecordReader>> = {
  24: readRrsig,
  25: readKey,
  30: readNxt,
  37: readCert,
  43: readDs,
  44: readSshfp,
  46: readRrsig,
  47: readNsec,
  48: readDnskey,
  50: readNsec3,
  51: readNsec3Param,
  52: readTlsa,
  59: readDs,
  60: readDnskey,
  62: readCsync,
  63: readZonemd,
  32769: readDs,
}
