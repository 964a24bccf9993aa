/** Fields that the engine itself writes: expert items and how the walk through the layers ended. */
import { error, fields, group, protocolField, text, uint32 } from './field.js'

const severities = { 0: 'Comment', 1: 'Chat', 2: 'Note', 3: 'Warning', 4: 'Error' } as const

export const malformedFields = {
  expert: fields('_ws.expert', {
    self: group('Expert Info'),
    message: text('Message'),
    severity: uint32('Severity level', { base: 'none', names: severities }),
    group: text('Group'),
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
