/** NetBIOS names: 16 bytes, the last of which says what the name is for (RFC 1001 section 14). */
import { utf8 } from '../../src/dissect/index.js'

const LENGTH = 16

/** What a name in a packet says: its text, and what it is for or '' when it is no name. */
export interface NetbiosName {
  readonly text: string
  readonly purpose: string
}

/** The name whose bytes are spelled out as letters, two each, in the first part of a domain name. */
export function spelledName(domain: string): NetbiosName {
  const letters = /^[^.]*/.exec(domain)![0]
  const bytes = new Uint8Array(letters.length >>> 1)
  for (let i = 0; i < letters.length; i += 2) {
    const high = letters.charCodeAt(i) - FIRST
    if (high < 0 || high >= LETTERS) return illegal('1st character not between A and Z in first-level encoding')
    if (i + 1 === letters.length) return illegal('odd number of bytes')
    const low = letters.charCodeAt(i + 1) - FIRST
    if (low < 0 || low >= LETTERS) return illegal('2nd character not between A and Z in first-level encoding')
    bytes[i >>> 1] = (high << 4) | low
  }
  if (bytes.length !== LENGTH) return illegal(`${bytes.length} bytes long`)
  const { text, purpose } = netbiosName(bytes, 0)
  return { text: text + domain.slice(letters.length), purpose }
}
const FIRST = 0x41
const LETTERS = 26
const illegal = (why: string): NetbiosName => ({ text: `Illegal NetBIOS name (${why})`, purpose: '' })

/** The name whose 16 bytes begin at `at`. */
export function netbiosName(b: Uint8Array, at: number): NetbiosName {
  let end = at + LENGTH - 1
  while (end > at && b[end - 1] === 0x20) end--
  let text = ''
  for (let i = at; i < end; i++) text += b[i]! >= 0x20 && b[i]! < 0x7f ? utf8(b, i, i + 1) : hexByte(b[i]!)
  const type = b[at + LENGTH - 1]!
  return { text: text + hexByte(type), purpose: purposes[type] ?? 'Unknown' }
}

const hexByte = (byte: number): string => `<${byte.toString(16).padStart(2, '0')}>`

/** `HOST<20> (Server service)`. */
export const nameAndPurpose = ({ text, purpose }: NetbiosName): string =>
  purpose === '' ? text : `${text} (${purpose})`

const purposes: Readonly<Record<number, string>> = {
  0x00: 'Workstation/Redirector',
  0x01: 'Browser',
  0x02: 'Workstation/Redirector',
  0x03: 'Messenger service/Main name',
  0x05: 'Forwarded name',
  0x06: 'RAS Server service',
  0x1b: 'Domain Master Browser',
  0x1c: 'Domain Controllers',
  0x1d: 'Local Master Browser',
  0x1e: 'Browser Election Service',
  0x1f: 'Net DDE Service',
  0x20: 'Server service',
  0x21: 'RAS client service',
  0x22: 'Exchange Interchange (MSMail Connector)',
  0x23: 'Exchange Store',
  0x24: 'Exchange Directory',
  0x2b: 'Lotus Notes Server service',
  0x30: 'Modem sharing server service',
  0x31: 'Modem sharing client service',
  0x43: 'SMS Clients Remote Control',
  0x44: 'SMS Administrators Remote Control Tool',
  0x45: 'SMS Clients Remote Chat',
  0x46: 'SMS Clients Remote Transfer',
  0x4c: 'DEC Pathworks TCP/IP Service on Windows NT',
  0x52: 'DEC Pathworks TCP/IP Service on Windows NT',
  0x6a: 'Microsoft Exchange IMC',
  0x87: 'Microsoft Exchange MTA',
  0xbe: 'Network Monitor Agent',
  0xbf: 'Network Monitor Analyzer',
}
