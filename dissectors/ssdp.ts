/** Simple Service Discovery Protocol, UPnP Device Architecture 2.0 section 1: HTTP messages in single datagrams. */
import { fields, protocol, protocolField } from '../src/dissect/index.js'
import { HttpTransactions } from '../src/track/http-transactions.js'
import { messageInfo, readBody, readMessage, summary } from './http.js'
import { bodyFields } from './http-body.js'

const f = fields('ssdp', { self: protocolField('Simple Service Discovery Protocol') })

export const ssdp = protocol({
  name: 'Simple Service Discovery Protocol',
  short: 'SSDP',
  spec: 'UPnP Device Architecture',
  self: f.self,
  writes: ['http'],
  under: { 'udp.port': 1900 },
  late: bodyFields,
  summary,
  dissect: readMessage,
  state: () => new HttpTransactions(),
  follow: readBody,
  info: messageInfo,
})
