import { describe, expect, it } from 'vitest'
import { clientLine, serverLine } from '../../dissectors/tls-ja3.js'
import { applicationChosen } from '../../dissectors/tls-applications.js'
import { cipherSuiteName } from '../../dissectors/tls-cipher-suites.js'
import { What } from '../../dissectors/tls-layer.js'
import { tls } from '../../dissectors/tls.js'
import { type Dissection, Framing, MORE, NOT_MINE } from '../../src/dissect/index.js'
import { TextBuffer } from '../../src/dissect/text-buffer.js'
import { Server, TlsSessions } from '../../src/track/tls-sessions.js'

const u16 = (value: number): number[] => [value >> 8, value & 255]
const sized = (...bytes: number[]): number[] => [...u16(bytes.length), ...bytes]
const record = (...bytes: number[]): number[] => [23, 3, 3, ...sized(...bytes)]

function size(bytes: readonly number[], memo = 0): number {
  return tls.pdu!(Uint8Array.from(bytes), 0, bytes.length, Object.assign(new Framing(), { memo }))
}

describe('records of TLS', () => {
  const one = record(1, 2, 3)
  it('are taken together as far as they are there', () => {
    expect(size([...one, ...one])).toBe(16)
    expect(size([...one, ...one.slice(0, 6)])).toBe(8)
    expect(size([...one, ...one.slice(0, 2)])).toBe(8)
  })
  it('say how long they are once their header is there', () => {
    expect(size(one.slice(0, 4))).toBe(MORE)
    expect(size(one.slice(0, 5))).toBe(8)
  })
  it('are not what begins with letters', () => {
    expect(size([...Buffer.from('GET / HTTP/1.1')])).toBe(NOT_MINE)
    expect(size([...Buffer.from('GET')])).toBe(MORE)
  })
  it('of a version that nobody knows go on to the end, unless the version is known', () => {
    const odd = [22, 0x12, 0x34, 0, 9, 1, 2]
    expect(size(odd)).toBe(7)
    expect(size(odd, 1)).toBe(14)
  })
})

describe('what Info says of records', () => {
  const said = (before: string, infoStart: number): string => {
    const line = new TextBuffer(64)
    line.text(before)
    const s = tls.summary()
    Object.assign(s, { said: 2, shown: 2 })
    s.whats.set([What.Application, What.ChangeCipher])
    tls.info!(s, { infoBefore: '', infoStart } as unknown as Dissection, null, line)
    return line.toString()
  }
  it('begins with a comma only behind what TCP says', () => {
    expect(said('4 0.1 TLSv1.2 ', 14)).toBe('4 0.1 TLSv1.2 Application Data, Change Cipher Spec')
    expect(said('4 [TCP Out-Of-Order] ', 2)).toBe('4 [TCP Out-Of-Order] , Application Data, Change Cipher Spec')
  })
})

describe('JA3', () => {
  const random = Array.from({ length: 32 }, () => 7)
  const extensions = [
    ...u16(0x2a2a),
    ...sized(),
    ...u16(10),
    ...sized(...sized(...u16(0x1a1a), ...u16(29), ...u16(23))),
    ...u16(11),
    ...sized(2, 0, 1),
    ...u16(43),
    ...sized(2, 3, 4),
  ]
  it('lists what a client offers, without what is there to be ignored', () => {
    const suites = sized(...u16(0x0a0a), ...u16(4865), ...u16(255))
    const hello = Uint8Array.from([3, 3, ...random, 0, ...suites, 1, 0, ...sized(...extensions)])
    expect(clientLine(hello, 0, hello.length)).toBe('771,4865-255,10-11-43,29-23,0-1')
  })
  it('lists what a server has chosen', () => {
    const hello = Uint8Array.from([3, 3, ...random, 0, ...u16(49199), 0, ...sized(...u16(43), ...sized(3, 4))])
    expect(serverLine(hello, 0, 35, 38, hello.length)).toBe('771,49199,43')
  })
  it('reads no further than the hello, whatever its lengths say', () => {
    const hello = Uint8Array.from([3, 3, ...random, 200, 1, 2, 3])
    expect(() => clientLine(hello, 0, hello.length)).not.toThrow()
  })
})

describe('what TLS carries', () => {
  const chosen = (name: string): number => applicationChosen(Buffer.from(name), 0, name.length)
  it('is told by the name that the server chose, or by how it begins where versions follow', () => {
    expect(chosen('h2')).toBeGreaterThan(0)
    expect(chosen('h2-14')).toBeGreaterThan(0)
    expect(chosen('h2x')).toBe(0)
    expect(chosen('')).toBe(0)
  })
  it('is encrypted by suites that have names', () => {
    expect(cipherSuiteName(0x1301)).toBe('TLS_AES_128_GCM_SHA256')
    expect(cipherSuiteName(0x2a2a)).toBe('Reserved (GREASE)')
    expect(cipherSuiteName(0x7777)).toBe('')
  })
})

describe('the state of a TLS connection', () => {
  const at = (packet: number, conversation = 3): Dissection =>
    ({ conversation, forward: true, packet: { number: packet } }) as unknown as Dissection
  const sessions = new TlsSessions()
  const met = (packet: number, place: number, change: () => void): void => {
    sessions.begin(at(packet), place, true)
    change()
    sessions.keep(at(packet), place)
  }
  met(4, 54, () => (sessions.state.server = Server.Backward))
  met(6, 54, () => (sessions.state.version = 0x0303))
  met(6, 99, () => (sessions.state.clientChanged = true))
  met(9, 54, () => (sessions.state.cipher = 0xc02f))

  it('is known as it was, in any order', () => {
    sessions.begin(at(9), 54, false)
    expect(sessions.state.version).toBe(0x0303)
    expect(sessions.state.cipher).toBe(0)
    expect(sessions.before.clientChanged).toBe(true)
    sessions.begin(at(20), 54, false)
    expect(sessions.state.cipher).toBe(0xc02f)
    sessions.begin(at(4), 54, false)
    expect(sessions.state.server).toBe(Server.Unknown)
  })
  it('tells what came before a layer of the same packet from what was there before the packet', () => {
    sessions.begin(at(6), 99, false)
    expect(sessions.state.version).toBe(0x0303)
    expect(sessions.state.clientChanged).toBe(false)
    expect(sessions.before.version).toBe(0)
    expect(sessions.before.server).toBe(Server.Backward)
  })
  it('is that of its own connection', () => {
    sessions.begin(at(20, 4), 54, false)
    expect(sessions.state.version).toBe(0)
    sessions.begin(at(20, 100_000), 54, false)
    expect(sessions.state.version).toBe(0)
  })
  it('is given back when the connection is over and its packets are forgotten, and what held before stays', () => {
    const many = new TlsSessions()
    let room = 0
    for (let number = 1; number <= 4000; number++) {
      const conversation = Math.floor(number / 4)
      const d = { conversation, forward: true, packet: { number } } as unknown as Dissection
      many.begin(d, 54, true)
      many.state.cipher = number
      many.keep(d, 54)
      if (number % 400 === 0) many.forget(number - 100, (one) => one * 4 + 3 <= number - 100)
      if (number === 2000) room = many.bytes
    }
    expect(many.bytes).toBeLessThanOrEqual(room + 8 * 1024)
    const last = { conversation: 999, forward: true, packet: { number: 3999 } } as unknown as Dissection
    many.begin(last, 54, false)
    expect(many.state.cipher).toBe(3998)
  })
})
