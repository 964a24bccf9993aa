import { describe, expect, it } from 'vitest'
import { End, Illegal, Reason, Start } from '../../src/track/tcp-state.js'
import { each, handshake, Trace, type Verdict } from '../support/tcp-trace.js'

const states = (v: Verdict): string => v.states
/** A column of the changes that the segments themselves have made; 0 where one has changed nothing. */
const changes = (trace: string, what: 'startOf' | 'endOf' | 'illegalOf' | 'reasonOf', msl = 60): number[] => {
  const play = new Trace({}, msl)
  const table = play.connections.states.changes
  return play
    .play(trace)
    .map((v, i) => (v.change !== 0 && table.packetOf(v.change) === i + 1 ? table[what](v.change) : 0))
}

describe('the states of both ends', () => {
  it('follow a three-way handshake and a close of four segments', () => {
    const trace = `${handshake}
      0.03 C FA 1 ack 1
      0.04 S A  1 ack 2
      0.05 S FA 1 ack 2
      0.06 C A  2 ack 2`
    expect(each(trace, states)).toEqual([
      'SynSent Listen',
      'Established SynReceived',
      'Established Established',
      'FinWait1 CloseWait',
      'FinWait2 CloseWait',
      'TimeWait LastAck',
      'TimeWait Closed',
    ])
    expect(changes(trace, 'startOf')).toEqual([Start.Unanswered, Start.HalfOpen, Start.ThreeWay, 0, 0, 0, 0])
    expect(changes(trace, 'endOf').at(-1)).toBe(End.FourWay)
  })

  it('tell a close of three segments and a half-close from one of four', () => {
    const three = `${handshake}
      0.03 S FA 1 ack 1
      0.04 C FA 1 ack 2
      0.05 S A  2 ack 2`
    expect(each(three, states).slice(3)).toEqual(['CloseWait FinWait1', 'LastAck TimeWait', 'Closed TimeWait'])
    expect(changes(three, 'endOf').at(-1)).toBe(End.ThreeSegment)
    const half = `${handshake}
      0.03 C FA 1 ack 1
      0.04 S A  1:501 ack 2
      0.05 C A  2 ack 501
      0.06 S FA 501 ack 2
      0.07 C A  2 ack 502`
    expect(changes(half, 'endOf').at(-1)).toBe(End.HalfClose)
  })

  it('cross when both open at once and close at once', () => {
    const trace = `
      0.000 C S  0
      0.001 S S  0
      0.020 C SA 0 ack 1
      0.021 S SA 0 ack 1
      0.040 C FA 1 ack 1
      0.041 S FA 1 ack 1
      0.050 C A  2 ack 2
      0.051 S A  2 ack 2`
    expect(each(trace, states)).toEqual([
      'SynSent Listen',
      'SynReceived SynReceived',
      'SynReceived Established',
      'Established Established',
      'FinWait1 CloseWait',
      'Closing Closing',
      'Closing TimeWait',
      'TimeWait TimeWait',
    ])
    expect(changes(trace, 'startOf')[3]).toBe(Start.Simultaneous)
    expect(changes(trace, 'endOf').at(-1)).toBe(End.Simultaneous)
  })

  it('end with a reset, which says who and in which state', () => {
    const trace = `${handshake}
      0.03 C FA 1 ack 1
      0.04 S R  1`
    expect(each(trace, states).at(-1)).toBe('Closed Closed')
    expect(changes(trace, 'endOf').at(-1)).toBe(End.Reset + 16 + 7)
  })

  it('do not change for a reset with a number that the other end does not take', () => {
    const trace = `${handshake}
      0.03 C A 1:101 ack 1
      0.04 S A 1 ack 101 win 1000
      0.05 C R 90000`
    expect(each(trace, states).at(-1)).toBe('Established Established')
    expect(changes(trace, 'reasonOf').at(-1)).toBe(Reason.ResetIgnored)
  })

  it('say that a connection was refused, or not answered so many times', () => {
    const trace = new Trace()
    const verdicts = trace.play(`
      0 C S  0
      1 C S  0
      2 S RA 0 ack 1 win 0`)
    const table = trace.connections.states.changes
    expect(verdicts.map((v) => [table.startOf(v.change), table.syns(v.change)])).toEqual([
      [Start.Unanswered, 1],
      [Start.Unanswered, 2],
      [Start.Refused, 2],
    ])
    expect(verdicts.at(-1)!.states).toBe('Closed Closed')
  })

  it('go back to LISTEN when a half-open connection is reset by the client', () => {
    const trace = `
      0.00 C S  0
      0.01 S SA 0 ack 1
      0.02 C R  1`
    expect(each(trace, states).at(-1)).toBe('Closed Listen')
  })

  it('are established from the start where the capture begins in the middle', () => {
    const trace = `
      0.0 S A 1:101 ack 1
      0.1 C A 1 ack 101`
    expect(each(trace, states)).toEqual(['Established Established', 'Established Established'])
    expect(changes(trace, 'startOf')).toEqual([Start.MidStream, 0])
  })

  it('open fast when the SYN carried data that were acknowledged', () => {
    const trace = `
      0.00 C S  0:4
      0.01 S SA 0 ack 5
      0.02 C A  5 ack 1`
    expect(changes(trace, 'startOf').at(-1)).toBe(Start.FastOpen)
  })

  it('leave TIME-WAIT after twice the maximum segment lifetime, which a FIN sent again makes longer', () => {
    const close = `${handshake}
      0.03 C FA 1 ack 1
      0.04 S FA 1 ack 2
      0.05 C A  2 ack 2`
    const stray = (time: number): string | undefined =>
      new Trace({}, 30).play(`${close}\n${time} S A 2 ack 2`).at(-1)?.states
    expect(stray(59)).toBe('TimeWait Closed')
    expect(stray(61)).toBe('Closed Closed')
    const again = new Trace({}, 30).play(`${close.replace(/.*\n.*$/, '')}
      0.04 S FA 1 ack 2
      50   S FA 1 ack 2
      90   S A  2 ack 2`)
    expect(again.at(-1)?.states).toBe('TimeWait LastAck')
  })

  it('stay half-open while the server is not acknowledged', () => {
    const trace = `
      0.00 C S  0
      0.01 S SA 0 ack 1
      0.02 C A  1 ack 0
      0.03 C A  1 ack 1`
    expect(each(trace, states).slice(1)).toEqual([
      'Established SynReceived',
      'Established SynReceived',
      'Established Established',
    ])
  })

  it('do not allow what RFC 9293 does not allow', () => {
    const last = (trace: string): number => changes(trace, 'illegalOf').at(-1)!
    expect(last('0 C SF 0')).toBe(Illegal.SynWithFin)
    expect(last('0 C SR 0')).toBe(Illegal.SynWithRst)
    expect(last('0 C - 0')).toBe(Illegal.NoAck)
    expect(last('0 C S 0\n 1 S SA 0 ack 700')).toBe(Illegal.AcksNoSyn)
    expect(last(`${handshake}\n 1 C FA 1 ack 1\n 2 C A 2:50 ack 1`)).toBe(Illegal.AfterFin)
    expect(last(`${handshake}\n 1 C RA 1 ack 1\n 2 C A 1 ack 1`)).toBe(Illegal.AfterReset)
    expect(last(`${handshake}\n 1 C FA 1:20 ack 1\n 2 C FA 1:20 ack 1`)).toBe(Illegal.None)
    expect(last(`${handshake}\n 1 C FA 1 ack 1\n 2 C FA 60 ack 1`)).toBe(Illegal.SecondFin)
    expect(last('0 C S 0\n 1 C SA 0 ack 1')).toBe(Illegal.NoSyn)
    expect(last('0 C S 0\n 1 S SA 0 ack 1\n 2 S SA 9000 ack 1')).toBe(Illegal.SecondSyn)
    expect(last('0 C S 0\n 1 S SA 0 ack 1\n 2 C A 1 ack 0')).toBe(Illegal.AcksOther)
  })
})
