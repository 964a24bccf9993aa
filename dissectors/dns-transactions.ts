/** Records that sign single transactions: TKEY (RFC 2930) and TSIG (RFC 8945). */
import { abstime, bytes, type Dissection, fields, group, text, uint16, warning } from '../src/dissect/index.js'
import { takeTime } from './dns-dnssec.js'
import { nameText, takeName } from './dns-names.js'
import type { RecordReader } from './dns-records.js'
import { rcodeNames } from './shared/dns-types.js'

const f = fields('dns', {
  tkey: {
    algo_name: text('Algorithm name'),
    signature_expiration: abstime('Signature Expiration'),
    signature_inception: abstime('Signature Inception'),
    mode: uint16('Mode', {
      names: { 1: 'Server assigned', 2: 'Diffie Hellman', 3: 'GSSAPI', 4: 'Resolver assigned', 5: 'Delete' },
    }),
    error: uint16('Error', { names: rcodeNames }),
    key_size: uint16('Key Size'),
    key_data: bytes('Key Data'),
    other_size: uint16('Other Size'),
    other_data: bytes('Other Data'),
  },
  tsig: {
    algorithm_name: text('Algorithm Name'),
    time_signed: abstime('Time Signed'),
    fudge: uint16('Fudge'),
    mac_size: uint16('MAC Size'),
    mac: group('MAC'),
    original_id: uint16('Original Id'),
    error: uint16('Error', { names: rcodeNames }),
    other_len: uint16('Other Len'),
    other_data: bytes('Other Data'),
    noalg: warning('No dissector for algorithm', 'Undecoded'),
  },
})

function readTkey(d: Dissection, base: number): void {
  takeName(d, f.tkey.algo_name, base)
  takeTime(d, f.tkey.signature_inception)
  takeTime(d, f.tkey.signature_expiration)
  d.u16(f.tkey.mode)
  d.u16(f.tkey.error)
  const size = d.u16(f.tkey.key_size)
  if (size > 0) d.take(f.tkey.key_data, size)
  const other = d.u16(f.tkey.other_size)
  if (other > 0) d.take(f.tkey.other_data, other)
}

function readTsig(d: Dissection, base: number): void {
  const name = takeName(d, f.tsig.algorithm_name, base)
  const seconds = d.peek16() * 0x100000000 + d.peek32(2)
  d.timeAt(f.tsig.time_signed, d.pos, d.pos + 6, seconds, 0)
  if (seconds > 0xffffffff && d.showing) d.append(' (high bits set)')
  d.skip(6)
  d.u16(f.tsig.fudge)
  const size = d.u16(f.tsig.mac_size)
  if (size > 0) {
    const mac = d.open(f.tsig.mac)
    if (d.showing || d.wants(f.tsig.noalg))
      d.note(f.tsig.noalg, `No dissector for algorithm:${nameText(d.bytes, name, d.end, base)}`)
    else d.note(f.tsig.noalg)
    d.skip(size)
    d.close(mac)
  }
  d.u16(f.tsig.original_id)
  d.u16(f.tsig.error)
  const other = d.u16(f.tsig.other_len)
  if (other > 0) d.take(f.tsig.other_data, other)
}

export const transactionReaders: Readonly<Record<number, RecordReader>> = { 249: readTkey, 250: readTsig }
