/** DHCP messages with proof of who sent them: option 90 (RFC 3118). */
import { bytes, type Dissection, fields, uint8, uint32, uint64 } from '../src/dissect/index.js'
import { faults, words } from './dhcp-plain-options.js'

const f = fields(
  'dhcp.option.dhcp_authentication',
  {
    protocol: uint8('Protocol', { names: { 0: 'configuration token', 1: 'delayed authentication' } }),
    alg_delay: uint8('Delay Algorithm', { names: { 1: 'HMAC_MD5' } }),
    algorithm: uint8('Algorithm'),
    rdm: uint8('Replay Detection Method', { names: { 0: 'Monotonically-increasing counter' } }),
    rdm_replay_detection: uint64('RDM Replay Detection Value', { base: 'hex' }),
    rdm_rdv: words('Replay Detection Value'),
    secret_id: uint32('Secret ID', { base: 'hex' }),
    hmac_md5_hash: bytes('HMAC MD5 Hash'),
    information: words('Authentication Information'),
  },
  'dhcp',
)
const DELAYED = 1
const HMAC_MD5 = 1
const COUNTER = 0
const HASH_SIZE = 16

/** Option 90, of `length` bytes. */
export function takeAuthentication(d: Dissection, length: number): void {
  if (length < 11) return d.note(faults.bad_length, "length isn't >= 11")
  const end = d.pos + length
  const protocol = d.u8(f.protocol)
  const algorithm = d.u8(protocol === DELAYED ? f.alg_delay : f.algorithm)
  const method = d.u8(f.rdm)
  if (method === COUNTER) d.u64(f.rdm_replay_detection)
  else d.take(f.rdm_rdv, 8)
  if (protocol === DELAYED && algorithm === HMAC_MD5) {
    if (end - d.pos < HASH_SIZE + 4) return
    d.u32(f.secret_id)
    d.take(f.hmac_md5_hash, HASH_SIZE)
  } else if (d.pos < end) d.take(f.information, end - d.pos)
}
