/** The checksum of a TCP segment, RFC 9293 section 3.1: verified only where that is wanted, as offloading makes it wrong. */
import { type Dissection, error, fields, preference, sumWords, uint8, uint16 } from '../src/dissect/index.js'
import { ChecksumStatus, checksumStatusNames, sumPseudoHeader } from './shared/pseudo-header.js'
import { judgeChecksum, statusOf } from './shared/verified-checksum.js'

const checkChecksum = preference('tcp.check_checksum', false, 'Validate the TCP checksum if possible')

const f = fields('tcp', {
  checksum: {
    self: uint16('Checksum', { base: 'hex' }),
    status: uint8('Checksum Status', { base: 'none', names: checksumStatusNames }),
  },
  checksum_calculated: uint16('Calculated Checksum', { base: 'hex' }),
  checksum_bad: { expert: error('Bad checksum', 'Checksum') },
})

/** Reads the checksum of the segment that begins at `start`; `judged` says whether anybody wants to know what it is worth. */
export function readChecksum(d: Dissection, start: number, judged: boolean): void {
  const found = d.u16(f.checksum.self)
  if (!judged && d.prefers(checkChecksum) === 0) return
  const length = d.reported - start
  const pseudo = d.prefers(checkChecksum) && !d.quoted && d.reported <= d.end ? sumPseudoHeader(d, 6, length) : -1
  if (pseudo < 0) {
    if (d.showing) d.append(' [unverified]')
    d.generated(f.checksum.status, ChecksumStatus.Unverified)
    return
  }
  const sum = sumWords(d.bytes, start, d.end, pseudo)
  const right = judgeChecksum(d, f.checksum_bad.expert, sum, found, '(maybe caused by "TCP checksum offload"?)')
  d.generated(f.checksum.status, statusOf(found, right))
  d.generated(f.checksum_calculated, right)
}
