/** Fields that the engine itself writes: expert items and how the walk through the layers ended. */
import { error, fields, protocolField, severityNames, text, uint32 } from './field.js'

/** Wireshark's numbers of the severities, by ours. */
export const severityNumbers = [0x100000, 0x200000, 0x400000, 0x600000, 0x800000] as const
const severities = Object.fromEntries(severityNumbers.map((n, i) => [n, severityNames[i]!]))

/** Wireshark's groups of expert items, in the order of its numbers for them. */
const groups = [
  'Checksum',
  'Sequence',
  'Response',
  'Request',
  'Undecoded',
  'Reassemble',
  'Malformed',
  'Debug',
  'Protocol',
  'Security',
  'Comment',
  'Decryption',
  'Assumption',
  'Deprecated',
  'Receive',
  'Interface',
  'Dissector bug',
]
const groupNames = Object.fromEntries(groups.map((name, i) => [(i + 1) * 0x1000000, name]))

/** Wireshark's number of an expert group, 0 for one that it does not have. */
export const groupNumber = (name: string): number => (groups.indexOf(name) + 1) * 0x1000000

export const malformedFields = {
  expert: fields('_ws.expert', {
    self: protocolField('Expert Info'),
    message: text('Message', { about: 'Wireshark expert information' }),
    severity: uint32('Severity level', { base: 'none', names: severities, about: 'Wireshark expert severity level' }),
    group: uint32('Group', { base: 'none', names: groupNames, about: 'Wireshark expert group' }),
  }),
  malformed: fields('_ws.malformed', {
    self: protocolField('Malformed Packet'),
    expert: error('Malformed Packet (Exception occurred)', 'Malformed'),
  }),
  short: fields('_ws.short', { self: protocolField('Packet size limited during capture') }),
  bug: fields('_ws.bug', {
    self: protocolField('Dissector bug'),
    expert: error('The dissector failed', 'Malformed'),
  }),
}
