/** The control field of LLC: I, S and U formats of IEEE 802.2 section 5.4, as in HDLC. */
import { bool, type Dissection, fields, uint16, uint8 } from '../../src/dissect/index.js'

const Format = { Information: 0, Supervisory: 1, Unnumbered: 3 } as const
const FORMAT_MASK = 0x03
const SEQUENCED_POLL = 0x0100
const UNNUMBERED_POLL = 0x10

const truth = ['Set', 'Not set'] as const
const formatNames = { 0: 'Information frame', 1: 'Supervisory frame', 3: 'Unnumbered frame' }
const supervisoryNames = { 0: 'Receiver ready', 1: 'Receiver not ready', 2: 'Reject', 3: 'Selective reject' }
const supervisoryShort = ['RR', 'RNR', 'REJ', 'SREJ'] as const

const functionNames = {
  0x00: 'Unnumbered Information',
  0x08: 'Unnumbered Poll',
  0x18: 'Unnumbered Acknowledge',
  0x20: 'Set Normal Response Mode',
  0x38: 'Test',
  0x21: 'Frame reject',
  0x31: 'Configure',
  0x0b: 'Set Asynchronous Balanced Mode',
  0x13: 'Set Asynchronous Response Mode Extended',
  0x1b: 'Set Asynchronous Balanced Mode Extended',
  0x23: 'Reset',
  0x2b: 'Exchange identification',
  0x33: 'Set Normal Response Mode Extended',
  0x3b: 'Beacon',
}
const commandNames = {
  ...functionNames,
  0x01: 'Set Initialization Mode',
  0x03: 'Set Asynchronous Response Mode',
  0x10: 'Disconnect',
}
const responseNames = {
  ...functionNames,
  0x01: 'Request Initialization Mode',
  0x03: 'Disconnected mode',
  0x10: 'Request Disconnect',
}

const functionShort: Readonly<Record<number, string>> = {
  0x00: 'UI',
  0x08: 'UP',
  0x18: 'UA',
  0x20: 'SNRM',
  0x38: 'TEST',
  0x21: 'FRMR',
  0x31: 'CFGR',
  0x0b: 'SABM',
  0x13: 'SARME',
  0x1b: 'SABME',
  0x23: 'RESET',
  0x2b: 'XID',
  0x33: 'SNRME',
  0x3b: 'BCN',
}
const commandShort: Readonly<Record<number, string>> = { ...functionShort, 0x01: 'SIM', 0x03: 'SARM', 0x10: 'DISC' }
const responseShort: Readonly<Record<number, string>> = { ...functionShort, 0x01: 'RIM', 0x03: 'DM', 0x10: 'RD' }

/** `llc.control`, for the caller to name. */
export const controlFields = uint16('Control', { base: 'hex' })

const numbered = fields(
  'llc.control',
  {
    n_r: uint16('N(R)', { mask: 0xfe00 }),
    n_s: uint16('N(S)', { mask: 0x00fe }),
    p: bool('Poll', 16, { mask: SEQUENCED_POLL, truth }),
    f: bool('Final', 16, { mask: SEQUENCED_POLL, truth }),
    s_ftype: uint16('Supervisory frame type', { base: 'hex', mask: 0x000c, names: supervisoryNames }),
    ftype: uint16('Frame type', { base: 'hex', mask: 0x0001, names: formatNames }),
  },
  'llc',
)
const supervisory = fields(
  'llc.control',
  { ftype: uint16('Frame type', { base: 'hex', mask: 0x0003, names: formatNames }) },
  'llc',
)
const unnumbered = fields(
  'llc.control',
  {
    p: bool('Poll', 8, { mask: UNNUMBERED_POLL, truth }),
    f: bool('Final', 8, { mask: UNNUMBERED_POLL, truth }),
    u_modifier_cmd: uint8('Command', { base: 'hex', mask: 0xec, names: commandNames }),
    u_modifier_resp: uint8('Response', { base: 'hex', mask: 0xec, names: responseNames }),
    ftype: uint8('Frame type', { base: 'hex', mask: 0x03, names: formatNames }),
  },
  'llc',
)

/** Takes one byte (U format) or two, the low one first (I and S). Returns the number they make. */
export function takeControl(d: Dissection, response: boolean): number {
  const start = d.pos
  const low = d.peek8()
  const size = (low & FORMAT_MASK) === Format.Unnumbered ? 1 : 2
  const control = size === 1 ? low : low | (d.peek8(1) << 8)
  d.skip(size)
  if (!d.recording) return control
  const end = start + size
  d.at(controlFields, start, end, control)
  if (d.showing) {
    const digits = control
      .toString(16)
      .toUpperCase()
      .padStart(2 * size, '0')
    d.caption(`Control field: ${controlText(control, response)} (0x${digits})`)
  }
  d.enter()
  if (size === 1) {
    if ((control & UNNUMBERED_POLL) !== 0) d.at(response ? unnumbered.f : unnumbered.p, start, end, control)
    d.at(response ? unnumbered.u_modifier_resp : unnumbered.u_modifier_cmd, start, end, control)
    d.at(unnumbered.ftype, start, end, control)
  } else {
    const isSupervisory = (control & 1) !== 0
    d.at(numbered.n_r, start, end, control)
    if (!isSupervisory) d.at(numbered.n_s, start, end, control)
    if ((control & SEQUENCED_POLL) !== 0) d.at(response ? numbered.f : numbered.p, start, end, control)
    if (isSupervisory) d.at(numbered.s_ftype, start, end, control)
    d.at(isSupervisory ? supervisory.ftype : numbered.ftype, start, end, control)
  }
  d.leave()
  return control
}

/** The field in words: `I P, N(R)=2, N(S)=1`, `S, func=RR, N(R)=2`, `U F, func=UA`. */
export function controlText(control: number, response: boolean): string {
  const format = control & FORMAT_MASK
  const poll = response ? ' F' : ' P'
  if (format === Format.Unnumbered) {
    const name = (response ? responseShort : commandShort)[(control & 0xec) >> 2] ?? 'Unknown'
    return `U${(control & UNNUMBERED_POLL) !== 0 ? poll : ''}, func=${name}`
  }
  const mark = (control & SEQUENCED_POLL) !== 0 ? poll : ''
  const received = `N(R)=${control >> 9}`
  if (format === Format.Supervisory) return `S${mark}, func=${supervisoryShort[(control >> 2) & 3]}, ${received}`
  return `I${mark}, ${received}, N(S)=${(control >> 1) & 0x7f}`
}
