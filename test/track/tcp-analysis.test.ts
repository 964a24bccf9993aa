import { describe, expect, it } from 'vitest'
import { each, handshake, Trace, type Verdict } from '../support/tcp-trace.js'

const found = (v: Verdict): string => v.found

describe('sequence analysis', () => {
  it('finds nothing in a connection that goes well', () => {
    const trace = `${handshake}
      0.030 C PA 1:101 ack 1
      0.040 S A  1 ack 101
      0.050 S PA 1:801 ack 101
      0.060 C A  101 ack 801
      0.070 C FA 101 ack 801
      0.080 S FA 801 ack 102
      0.090 C A  102 ack 802`
    expect(each(trace, found).join('')).toBe('')
    expect(each(trace, (v) => v.acks)).toEqual([0, 1, 2, 0, 4, 0, 6, 0, 8, 9])
  })

  it('counts bytes in flight and bytes since the last PSH', () => {
    const trace = `${handshake}
      0.03 C A  1:101 ack 1
      0.04 C PA 101:201 ack 1
      0.05 C A  201:301 ack 1
      0.06 S A  1 ack 201
      0.07 C A  301:401 ack 1`
    expect(each(trace, (v) => [v.flight, v.pushed]).slice(3)).toEqual([
      [100, 100],
      [200, 200],
      [300, 100],
      [0, 0],
      [200, 200],
    ])
  })

  it('tells a retransmission, and from when its delay counts', () => {
    const verdicts = new Trace().play(`${handshake}
      0.03 C PA 1:101 ack 1
      0.28 C PA 1:101 ack 1
      0.78 C PA 1:101 ack 1`)
    expect(verdicts.slice(4).map((v) => [v.found, v.reference])).toEqual([
      ['Retransmission', 4],
      ['Retransmission', 4],
    ])
  })

  it('calls what was acknowledged already spurious', () => {
    const trace = `${handshake}
      0.03 C PA 1:101 ack 1
      0.04 S A  1 ack 101
      0.28 C PA 1:101 ack 1`
    expect(each(trace, found).at(-1)).toBe('SpuriousRetransmission')
  })

  it('counts duplicate acknowledgments, and sees that the segment which they ask for comes at once', () => {
    const verdicts = new Trace().play(`${handshake}
      0.030 C A 1:101 ack 1
      0.040 S A 1 ack 101
      0.050 C A 201:301 ack 1
      0.060 S A 1 ack 101 sack 201-301
      0.061 C A 301:401 ack 1
      0.071 S A 1 ack 101 sack 201-401
      0.072 C A 101:201 ack 1`)
    expect(verdicts.map(found).slice(5)).toEqual([
      'LostSegment',
      'DuplicateAck',
      '',
      'DuplicateAck',
      'FastRetransmission',
    ])
    expect([verdicts[6]!, verdicts[8]!].map((v) => [v.duplicates, v.reference])).toEqual([
      [1, 5],
      [2, 5],
    ])
  })

  it('leaves out of the bytes in flight what was acknowledged selectively', () => {
    const trace = `${handshake}
      0.03 C A 1:101 ack 1
      0.04 C A 101:201 ack 1
      0.05 S A 1 ack 1 sack 101-201
      0.06 C A 201:301 ack 1`
    expect(each(trace, (v) => v.flight).at(-1)).toBe(200)
  })

  it('calls a segment out of order when it comes within a round trip, and a retransmission afterwards', () => {
    const early = `${handshake}
      0.030 C A 101:201 ack 1
      0.045 C A 1:101 ack 1`
    expect(each(early, found).slice(3)).toEqual(['LostSegment', 'OutOfOrder'])
    const late = early.replace('0.045', '0.055')
    expect(each(late, found).at(-1)).toBe('Retransmission')
  })

  it('notices acknowledgments of what it never saw, behind a gap every time', () => {
    const trace = `${handshake}
      0.030 C A 1:101 ack 1
      0.031 C A 201:301 ack 1
      0.040 S A 1 ack 301
      0.050 S A 1 ack 701`
    expect(each(trace, found).slice(5)).toEqual(['AckLostSegment', 'AckLostSegment'])
  })

  it('says nothing of an acknowledgment beyond a gap when numbers have gone more than half a circle ahead since', () => {
    const trace = `${handshake}
      0.03 C A 2:11 ack 1
      0.04 C A 11 ack 1
      0.05 C A 11 ack 1
      0.06 C A 1705912848:1705912849 ack 1
      0.07 C A 2649414600:2649414601 ack 1
      0.08 S A 1 ack 11`
    expect(each(trace, found).at(-1)).toBe('')
  })

  it('follows a window that fills, closes, is probed and opens', () => {
    const trace = `
      0.00 C S  0
      0.01 S SA 0 ack 1 win 300
      0.02 C A  1 ack 1
      0.03 C A  1:201 ack 1
      0.04 C PA 201:301 ack 1
      0.05 S A  1 ack 301 win 0
      0.30 C A  301:302 ack 1
      0.31 S A  1 ack 301 win 0
      0.50 S A  1 ack 301 win 300`
    expect(each(trace, found).slice(3)).toEqual([
      '',
      'WindowFull',
      'ZeroWindow',
      'ZeroWindowProbe',
      'ZeroWindow ZeroWindowProbeAck',
      'WindowUpdate',
    ])
  })

  it('knows that the window of a SYN is not scaled', () => {
    const trace = `
      0.00 C S  0 scale 7
      0.01 S SA 0 ack 1 win 300 scale 7
      0.02 C A  1:301 ack 1`
    const verdicts = new Trace().play(trace)
    expect(verdicts.at(-1)!.found).toBe('WindowFull')
    expect(verdicts.map((v) => v.scale)).toEqual([7, 7, 7])
  })

  it('scales no window when one end declines', () => {
    const trace = `
      0.00 C S  0 scale 7
      0.01 S SA 0 ack 1
      0.02 C A  1 ack 1`
    expect(each(trace, (v) => v.scale)).toEqual([7, -2, -2])
  })

  it('tells keep-alives and their answers, with and without a byte', () => {
    const trace = `${handshake}
      0.03 C PA 1:101 ack 1
      0.04 S A  1 ack 101
      60   C A  100 ack 1
      60.1 S A  1 ack 101
      99   C A  100:101 ack 1
      99.1 S A  1 ack 101`
    expect(each(trace, found).slice(5)).toEqual(['KeepAlive', 'KeepAliveAck', 'KeepAlive', 'KeepAliveAck'])
  })

  it('is not confused by numbers that go round', () => {
    const trace = `${handshake}
      0.030 C A  1:101 ack 1
      0.031 C A  101:201 ack 1
      0.032 C PA 201:301 ack 1
      0.040 S PA 1:101 ack 301
      0.050 C A  301 ack 101`
    const verdicts = new Trace({ client: 0xffffff80, server: 0xfffffffe }).play(trace)
    expect(verdicts.map(found).join('')).toBe('')
    expect(verdicts.map((v) => v.flight)).toEqual([0, 0, 0, 100, 200, 300, 100, 0])
    expect(verdicts.at(-1)!.acks).toBe(7)
  })

  it('raises the severity of packets in which something is wrong', () => {
    const trace = `${handshake}
      0.03 C A 101:201 ack 1
      0.50 C A 1:101 ack 1`
    expect(each(trace, (v) => v.worst)).toEqual([0, 0, 0, 3, 2])
  })
})

describe('connections', () => {
  it('begin anew when the same ports open again with another number', () => {
    const trace = new Trace()
    const first = trace.play(handshake)
    const again = trace.play('9 C S 700000\n 9.1 S SA 800000 ack 700001')
    expect(first.map((v) => v.stream)).toEqual([0, 0, 0])
    expect(again.map((v) => [v.stream, v.found])).toEqual([
      [1, 'ReusedPorts'],
      [1, ''],
    ])
  })

  it('stay the same when the SYN is only sent again', () => {
    const trace = `
      0 C S 0
      1 C S 0
      3 C S 0`
    expect(each(trace, (v) => [v.stream, v.found])).toEqual([
      [0, ''],
      [0, 'Retransmission'],
      [0, 'Retransmission'],
    ])
  })

  it('say before each segment how much of them was captured', () => {
    const trace = `${handshake}
      0.03 C PA 1:101 ack 1
      0.04 S FA 1 ack 101
      0.05 C R  101
      0.06 C R  101`
    expect(each(trace, (v) => v.completeness)).toEqual([0, 1, 3, 7, 15, 31, 63])
  })

  it('know their round trip once the handshake is over', () => {
    expect(each(handshake, (v) => [v.syn, v.handshake])).toEqual([
      [1, 0],
      [1, 0],
      [1, 3],
    ])
  })
})
