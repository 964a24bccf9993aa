/** TCP option kinds and experiments, as IANA's "TCP Option Kind Numbers" and "TCP Experimental Option IDs" register them. */

export const Kind = {
  End: 0,
  Nop: 1,
  Mss: 2,
  WindowScale: 3,
  SackPermitted: 4,
  Sack: 5,
  Echo: 6,
  EchoReply: 7,
  Timestamps: 8,
  Cc: 11,
  CcNew: 12,
  CcEcho: 13,
  Md5: 19,
  QuickStart: 27,
  UserTimeout: 28,
  Authentication: 29,
  Multipath: 30,
  FastOpen: 34,
  AccurateEcn0: 172,
  AccurateEcn1: 174,
  Experiment1: 253,
  Experiment2: 254,
} as const

/** Names of the kinds as the Kind line shows them. */
export const kindNames: Readonly<Record<number, string>> = {
  0: 'End of Option List',
  1: 'No-Operation',
  2: 'Maximum Segment Size',
  3: 'Window Scale',
  4: 'SACK Permitted',
  5: 'SACK',
  6: 'Echo',
  7: 'Echo Reply',
  8: 'Time Stamp Option',
  9: 'Partial Order Connection Permitted',
  10: 'Partial Order Service Profile',
  11: 'CC',
  12: 'CC.NEW',
  13: 'CC.ECHO',
  14: 'TCP Alternate Checksum Request',
  15: 'TCP Alternate Checksum Data',
  16: 'Skeeter',
  17: 'Bubba',
  18: 'Trailer Checksum Option',
  19: 'MD5 Signature Option',
  20: 'SCPS Capabilities',
  21: 'Selective Negative Acknowledgements',
  22: 'Record Boundaries',
  23: 'Corruption experienced',
  24: 'SNAP',
  25: 'Unassigned',
  26: 'TCP Compression Filter',
  27: 'Quick-Start Response',
  28: 'User Timeout Option',
  29: 'The TCP Authentication Option',
  30: 'Multipath TCP',
  34: 'TCP Fast Open Cookie',
  76: 'Riverbed Probe',
  78: 'Riverbed Transparency',
  172: 'Accurate ECN Order 0',
  174: 'Accurate ECN Order 1',
  253: 'RFC3692-style Experiment 1',
  254: 'RFC3692-style Experiment 2',
}

/** Names of the options as the list behind `Options:` shows them. */
const optionNames: Readonly<Record<number, string>> = {
  0: 'End of Option List (EOL)',
  1: 'No-Operation (NOP)',
  2: 'Maximum segment size',
  3: 'Window scale',
  4: 'SACK permitted',
  5: 'SACK',
  6: 'Echo',
  7: 'Echo reply',
  8: 'Timestamps',
  11: 'CC',
  12: 'CC.NEW',
  13: 'CC.ECHO',
  19: 'TCP MD5 signature',
  20: 'SCPS capabilities',
  21: 'Selective Negative Acknowledgment',
  22: 'SCPS record boundary',
  23: 'SCPS corruption experienced',
  27: 'Quick-Start',
  28: 'User Timeout',
  29: 'TCP AO',
  30: 'MPTCP',
  34: 'TCP Fast Open',
  76: 'Riverbed Probe',
  78: 'Riverbed Transparency',
  172: 'Accurate ECN',
  174: 'Accurate ECN',
  253: 'Experimental',
  254: 'Experimental',
}

export const nameOfOption = (kind: number): string =>
  optionNames[kind] ?? `Unknown (0x${kind.toString(16).padStart(2, '0')})`

/** The length that an option must have; those that may have several are not here. */
const lengths: Readonly<Record<number, number>> = {
  [Kind.Mss]: 4,
  [Kind.WindowScale]: 3,
  [Kind.SackPermitted]: 2,
  [Kind.Echo]: 6,
  [Kind.EchoReply]: 6,
  [Kind.Timestamps]: 10,
  [Kind.Cc]: 6,
  [Kind.CcNew]: 6,
  [Kind.CcEcho]: 6,
  [Kind.Md5]: 18,
  [Kind.QuickStart]: 8,
  [Kind.UserTimeout]: 4,
}

/** '' when an option of this kind may have this length, else what stands behind `option length`. */
export function lengthFits(kind: number, length: number): string {
  const fixed = lengths[kind]
  if (fixed !== undefined) return fixed === length ? '' : `should be ${fixed}`
  if (kind === Kind.Authentication) return length < 4 ? 'should be >= than 4' : ''
  if (kind === Kind.Experiment1 || kind === Kind.Experiment2) return length < 4 ? `${length} smaller than 4` : ''
  if (kind === Kind.AccurateEcn0 || kind === Kind.AccurateEcn1) {
    return (length - 2) % 3 === 0 && length <= 11 ? '' : `should be 2, 5, 8, or 11 instead of ${length}`
  }
  return ''
}

export const Experiment = { FastOpen: 0xf989, AccurateEcn0: 0xacc0, AccurateEcn1: 0xacc1 } as const

export const experimentNames = {
  0x00ac: 'TCP ACK Rate Request',
  0x0348: 'Host ID',
  0x0a0d: 'Autonomous System Compensation',
  0x0ca0: 'Capability Option',
  0x0ed0: 'Extended Data Offset',
  0x454e: 'Encryption Negotiation',
  0x5323: 'Service Number',
  0x75ec: 'Timestamp Interval',
  0xacc0: 'Accurate ECN - Order 0',
  0xacc1: 'Accurate ECN - Order 1',
  0xacce: 'Accurate ECN',
  0xe2d4: 'Shared Memory communications over RMDA protocol',
  0xf989: 'Fast Open',
  0xf990: 'Low Latency',
} as const
