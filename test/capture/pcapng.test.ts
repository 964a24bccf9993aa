/** pcapng: blocks of every kind, sections in both byte orders, clocks of every resolution, and broken blocks. */
import { describe, expect, test } from 'vitest'
import {
  arp,
  block,
  endOfOptions,
  enhancedPacket,
  interfaceDescription,
  join,
  nameResolution,
  option,
  packetBlock,
  secrets,
  sectionHeader,
  simplePacket,
  statistics,
  text,
  u32,
  u64,
} from '../support/capture-builder.js'
import { readBytes } from '../support/capture-reading.js'

const file = (...blocks: Uint8Array[]): Uint8Array => join(sectionHeader(), interfaceDescription(), ...blocks)

describe('a pcapng file', () => {
  test('delivers time, lengths, place and bytes of its packets', () => {
    const { packets, reader } = readBytes(file(enhancedPacket(arp(1), { original: 60 }), enhancedPacket(arp(2))))
    expect(packets[0]).toEqual({
      seconds: 1_700_000_000,
      nanoseconds: 123_456_000,
      timed: true,
      captured: 42,
      original: 60,
      interface: 0,
      offset: 28 + 20 + 28,
      data: Buffer.from(arp(1)).toString('hex'),
    })
    expect(packets).toHaveLength(2)
    expect(reader).toMatchObject({ format: 'pcapng', nanosecond: false, damage: null })
  })

  test('has sections in either byte order, each with its own interfaces', () => {
    const { packets, reader } = readBytes(
      join(
        sectionHeader(),
        interfaceDescription(),
        enhancedPacket(arp(1)),
        sectionHeader({ order: 'big' }),
        interfaceDescription({ order: 'big', linkType: 101 }),
        interfaceDescription({ order: 'big', linkType: 113 }),
        enhancedPacket(arp(2), { order: 'big', interface: 1 }),
        sectionHeader(),
        interfaceDescription({ linkType: 228 }),
        enhancedPacket(arp(3)),
      ),
    )
    expect(packets.map((packet) => packet.interface)).toEqual([0, 2, 3])
    expect(packets.map(({ seconds }) => seconds)).toEqual([1_700_000_000, 1_700_000_000, 1_700_000_000])
    expect(reader.interfaces.map(({ section, id, linkType }) => [section, id, linkType])).toEqual([
      [0, 0, 1],
      [1, 0, 101],
      [1, 1, 113],
      [2, 0, 228],
    ])
    expect(reader.sections.map(({ bigEndian }) => bigEndian)).toEqual([false, true, false])
  })

  test('says what it was captured with, and comments on all of it', () => {
    const { reader } = readBytes(
      join(
        sectionHeader({
          options: [
            option(1, text('a section')),
            option(1, text('twice')),
            option(2, text('x86')),
            option(3, text('Linux')),
            option(4, text('by hand\0')),
          ],
        }),
        interfaceDescription({
          options: [
            option(1, text('an interface')),
            option(2, text('eth0')),
            option(3, text('uplink')),
            option(11, text('\0tcp port 80')),
            option(12, text('Linux')),
            option(13, Uint8Array.of(4)),
            option(15, text('a card')),
            endOfOptions(),
          ],
        }),
        enhancedPacket(arp()),
        enhancedPacket(arp(), { options: [option(1, text('größer')), option(1, text('zwei')), endOfOptions()] }),
        enhancedPacket(arp().subarray(0, 41), { options: [option(2, u32(1)), option(1, text('no end mark'))] }),
        statistics(0, 7n, 1n << 33n),
      ),
    )
    expect(reader.sections).toMatchObject([
      { hardware: 'x86', os: 'Linux', application: 'by hand', comments: ['a section', 'twice'] },
    ])
    expect(reader.interfaces).toMatchObject([
      {
        name: 'eth0',
        description: 'uplink',
        filter: 'tcp port 80',
        os: 'Linux',
        hardware: 'a card',
        fcsLength: 4,
        comments: ['an interface'],
        received: 7,
        dropped: 2 ** 33,
      },
    ])
    expect([...reader.comments]).toEqual([
      [1, ['größer', 'zwei']],
      [2, ['no end mark']],
    ])
  })

  test('keeps a packet whose options run past its block', () => {
    const wrong = join(Uint8Array.of(1, 0, 200, 0), text('abcd'))
    const { packets, reader } = readBytes(file(enhancedPacket(arp(), { options: [wrong] }), enhancedPacket(arp())))
    expect(packets).toHaveLength(2)
    expect(reader).toMatchObject({ damage: null, comments: new Map() })
  })

  test('gives names for addresses', () => {
    const six = new Uint8Array(16)
    six.set([0x20, 0x01, 0x0d, 0xb8], 0)
    six[15] = 1
    const { reader } = readBytes(
      file(
        nameResolution([
          [Uint8Array.of(192, 0, 2, 1), 'one.example', 'uno.example'],
          [six, 'six.example'],
        ]),
        nameResolution([[Uint8Array.of(192, 0, 2, 1), 'one.example', 'eins.example']]),
        nameResolution([[new Uint8Array(16), 'nothing.example']]),
      ),
    )
    expect([...reader.names]).toEqual([
      ['192.0.2.1', ['one.example', 'uno.example', 'eins.example']],
      ['2001:db8::1', ['six.example']],
      ['::', ['nothing.example']],
    ])
  })

  test('carries secrets', () => {
    const { reader } = readBytes(file(secrets(0x544c534b, 'CLIENT_RANDOM 00 11\n'), secrets(0x57474b4c, 'x')))
    expect(reader.secrets).toEqual([
      { type: 0x544c534b, text: 'CLIENT_RANDOM 00 11\n' },
      { type: 0x57474b4c, text: 'x' },
    ])
  })

  test('has blocks of unknown types stepped over, however large', () => {
    const { packets } = readBytes(
      file(
        block(0xbad, new Uint8Array(8)),
        block(0x8000_7777, new Uint8Array(20)),
        block(0x4242, new Uint8Array(20 * 1024 * 1024)),
        enhancedPacket(arp()),
      ),
    )
    expect(packets).toHaveLength(1)
  })

  test('may have obsolete packet blocks', () => {
    const { packets } = readBytes(file(packetBlock(arp(), { original: 60 })))
    expect(packets).toMatchObject([{ seconds: 1_700_000_000, nanoseconds: 123_456_000, captured: 42, original: 60 }])
  })

  test('may have simple packet blocks, which have no time and are cut to the snap length', () => {
    const { packets } = readBytes(
      join(
        sectionHeader(),
        interfaceDescription({ snaplen: 20 }),
        simplePacket(arp().subarray(0, 20), 42),
        simplePacket(arp().subarray(0, 19)),
      ),
    )
    expect(packets).toMatchObject([
      { timed: false, seconds: 0, nanoseconds: 0, captured: 20, original: 42, offset: 60 },
      { timed: false, captured: 19, original: 19 },
    ])
  })

  test('may have packets longer than the snap length or than they were on the wire', () => {
    const { packets } = readBytes(
      join(sectionHeader(), interfaceDescription({ snaplen: 20 }), enhancedPacket(arp(), { original: 30 })),
    )
    expect(packets).toMatchObject([{ captured: 42, original: 30 }])
  })
})

describe('the clock of an interface', () => {
  const decimal = (power: number): Uint8Array => Uint8Array.of(power)
  const binary = (power: number): Uint8Array => Uint8Array.of(0x80 + power)
  test.each([
    ['seconds', decimal(0), 1_700_000_000n, 1_700_000_000, 0],
    ['milliseconds', decimal(3), 1_700_000_000_123n, 1_700_000_000, 123_000_000],
    ['microseconds beyond 2^53', decimal(6), 18_446_744_073_709_551_615n, 18_446_744_073_709, 551_615_000],
    ['nanoseconds', decimal(9), 1_700_000_000_123_456_789n, 1_700_000_000, 123_456_789],
    ['nanoseconds, just before a second', decimal(9), 1_700_000_000_999_999_999n, 1_700_000_000, 999_999_999],
    ['the last nanosecond there is', decimal(9), 18_446_744_073_709_551_615n, 18_446_744_073, 709_551_615],
    ['10^-11 seconds', decimal(11), 17_000_000_012_345_678_901n, 170_000_000, 123_456_789],
    ['picoseconds', decimal(12), 1_700_000_123_456_789_012n, 1_700_000, 123_456_789],
    ['10^-19 seconds', decimal(19), 17_000_001_234_567_890_120n, 1, 700_000_123],
    ['10^-127 seconds', decimal(127), 17_000_001_234_567_890_120n, 0, 0],
    ['2^-10 seconds', binary(10), (1_700_000_000n << 10n) + 512n, 1_700_000_000, 500_000_000],
    ['2^-20 seconds', binary(20), (1_700_000_000n << 20n) + 123_456n, 1_700_000_000, 117_736_816],
    ['2^-30 seconds', binary(30), (1_700_000_000n << 30n) + 123_456_789n, 1_700_000_000, 114_978_094],
    ['2^-32 seconds', binary(32), (1_700_000_000n << 32n) + 4_123_456_789n, 1_700_000_000, 960_067_098],
    ['2^-63 seconds', binary(63), (1n << 63n) + (1n << 62n), 1, 500_000_000],
    ['2^-127 seconds', binary(127), 1n << 63n, 0, 0],
  ])('in %s', (_, resolution, ticks, seconds, nanoseconds) => {
    const { packets } = readBytes(
      join(
        sectionHeader(),
        interfaceDescription({ options: [option(9, resolution)] }),
        enhancedPacket(arp(), { ticks }),
      ),
    )
    expect(packets).toMatchObject([{ seconds, nanoseconds }])
  })

  test('is shifted by its offset, also to before 1970', () => {
    const times = [100n, -1_000_000_000_000n].map((offset) => {
      const options = [option(14, u64(offset & 0xffff_ffff_ffff_ffffn))]
      const { packets } = readBytes(join(sectionHeader(), interfaceDescription({ options }), enhancedPacket(arp())))
      return [packets[0]?.seconds, packets[0]?.nanoseconds]
    })
    expect(times).toEqual([
      [1_700_000_100, 123_456_000],
      [-998_300_000_000, 123_456_000],
    ])
  })

  test('finer than a microsecond makes the whole capture one of nanoseconds', () => {
    const nanosecond = [6, 7, 0x80 + 19, 0x80 + 20].map((resolution) => {
      const options = [option(9, Uint8Array.of(resolution))]
      return readBytes(join(sectionHeader(), interfaceDescription({ options }))).reader.nanosecond
    })
    expect(nanosecond).toEqual([false, true, false, true])
  })
})

describe('a damaged pcapng file', () => {
  test.each([
    ['a block of 8 bytes', block(6, new Uint8Array(0), { length: 8 }), /multiple of 4 and at least 12/, /^8$/],
    ['a block of 17 bytes', block(0x7777, new Uint8Array(5)), /multiple of 4/, /^17$/],
    ['zeros', new Uint8Array(64), /multiple of 4/, /^0$/],
    ['another length after the block', enhancedPacket(arp(), { trailer: 80 }), /76 again after the block/, /^80$/],
    ['an unknown block with another length after it', block(99, u32(0), { trailer: 12 }), /16 again/, /^12$/],
    ['a packet of an unknown interface', enhancedPacket(arp(), { interface: 5 }), /described before/, /interface 5 /],
    [
      'more data than fits the block',
      enhancedPacket(arp(), { captured: 100 }),
      /100 bytes of packet data/,
      /room for 44/,
    ],
    ['a packet block without a packet header', block(6, new Uint8Array(8)), /at least 32 bytes/, /one of 20 bytes/],
    ['a packet that is too long', enhancedPacket(new Uint8Array(262_148)), /at most 262144/, /claims 262148/],
    ['an interface description of 12 bytes', block(1, new Uint8Array(0)), /at least 20 bytes/, /12 bytes/],
    ['a section with another mark', sectionHeader({ mark: 7 }), /byte-order mark 0x1a2b3c4d/, /0x07000000/],
    ['a section of another version', sectionHeader({ major: 2 }), /version 1.0/, /2.0/],
    ['a section with another length after it', sectionHeader({ trailer: 32 }), /28 again/, /^32$/],
    ['a block of 4 GB', block(6, arp().subarray(0, 40), { length: 0xffff_fffc }), /at most/, /4294967292/],
    [
      'an unknown block of 4 GB',
      block(99, u32(0), { length: 0xffff_fffc }),
      /a block of 4294967292/,
      /end of the file after 92/,
    ],
  ])('with %s delivers what comes before', (_, wrong, expected, found) => {
    const { packets, reader } = readBytes(file(enhancedPacket(arp()), wrong, enhancedPacket(arp())))
    expect(packets).toHaveLength(1)
    expect(reader.damage).toMatchObject({ offset: 124, packet: 2 })
    expect(reader.damage?.expected).toMatch(expected)
    expect(reader.damage?.found).toMatch(found)
  })

  test('has a packet but no interface', () => {
    const { packets, reader } = readBytes(join(sectionHeader(), simplePacket(arp())))
    expect(packets).toEqual([])
    expect(reader.damage).toMatchObject({ offset: 28, found: 'interface 0 of a section with 0 interfaces' })
  })

  test('in its very first block is no capture at all', () => {
    expect(() => readBytes(sectionHeader({ mark: 7 }))).toThrow(/byte-order mark/)
    expect(() => readBytes(sectionHeader({ major: 3 }))).toThrow(/version 1.0/)
    expect(() => readBytes(sectionHeader({ trailer: 99 }))).toThrow(/found 99/)
  })

  test('stays at its end after the damage', () => {
    const { reader } = readBytes(file(enhancedPacket(arp(), { trailer: 80 }), enhancedPacket(arp())))
    expect(reader.damage).not.toBeNull()
    expect(reader.position).toBe(48)
  })
})
