/** Filters on the command line. */
import { describe, expect, it } from 'vitest'
import { fixture, framewise, hasTshark, tshark } from '../support/program.js'

const sample = ['-r', fixture('sample.pcapng'), '-n']
const numbers = ['-T', 'fields', '-e', 'frame.number']

describe('-Y', () => {
  it('prints the packets that pass', () => {
    const { out, code } = framewise([...sample, ...numbers, '-Y', 'frame.number in {3, 5..7}'])
    expect([out, code]).toEqual(['3\n5\n6\n7\n', 0])
  })

  it('counts with -c what is read, not what is printed', () => {
    expect(framewise([...sample, ...numbers, '-c', '4', '-Y', 'frame.number > 2']).out).toBe('3\n4\n')
  })

  it('shows where a filter makes no sense, and ends with 2', () => {
    const { out, err, code } = framewise([...sample, '-Y', 'udp && tcp.srcprot == 80'])
    expect([out, code]).toEqual(['', 2])
    expect(err.split('\n')).toEqual([
      'framewise: tcp.srcprot is neither a field nor a protocol; did you mean tcp.srcport?',
      '    udp && tcp.srcprot == 80',
      '           ^~~~~~~~~~~',
      '',
    ])
  })

  it('without a filter in it lets everything pass', () => {
    expect(framewise([...sample, ...numbers, '-Y', '']).out).toBe(framewise([...sample, ...numbers]).out)
  })

  it('knows the names of /etc/hosts', () => {
    const { out } = framewise([...sample, ...numbers, '-Y', 'ip.addr == localhost'])
    expect(out).toBe(framewise([...sample, ...numbers, '-Y', 'ip.addr == 127.0.0.1']).out)
  })

  it
    .skipIf(!hasTshark)
    .each([[['-Y', 'tcp']], [['-Y', 'udp', '-t', 'd']], [['-Y', 'udp', '-t', 'dd']], [['-2', '-Y', 'icmp']]])(
    'prints with %j the lines that tshark prints',
    (args) => {
      const path = ['-r', fixture('udp/conversation.pcap'), '-n']
      expect(framewise([...path, ...args]).out).toBe(tshark([...path, ...args]))
    },
  )

  it.skipIf(!hasTshark)('tells the time since the packet displayed before', () => {
    const args = [...sample, '-T', 'fields', '-e', 'frame.time_delta', '-e', 'frame.time_delta_displayed', '-Y', 'udp']
    expect(framewise(args).out).toBe(tshark(args))
  })
})

describe('-2 and -R', () => {
  it('-R leaves packets out and numbers the others anew', () => {
    const { out } = framewise([...sample, ...numbers, '-2', '-R', 'frame.number > 2', '-Y', 'frame.number <= 3'])
    expect(out).toBe('1\n2\n3\n')
  })

  it('-c counts what is read, and goes on with -R to a packet that passes', () => {
    const echo = ['-r', fixture('udp/echo.pcap'), ...numbers, '-e', 'frame.len']
    const sizes = (...args: string[]): string[] =>
      framewise([...echo, ...args])
        .out.trimEnd()
        .split('\n')
    expect(sizes('-Y', 'frame.len > 47', '-c', '3')).toEqual(['3\t48'])
    expect(sizes('-2', '-Y', 'frame.len > 47', '-c', '4')).toEqual(['3\t48', '4\t48'])
    for (const count of ['1', '2', '3']) expect(sizes('-2', '-R', 'frame.len > 47', '-c', count)).toEqual(['1\t48'])
    expect(sizes('-2', '-R', 'frame.len > 47', '-c', '4')).toEqual(['1\t48', '2\t48'])
    expect(sizes('-2', '-R', 'frame.len > 47', '-c', '5')).toEqual(['1\t48', '2\t48', '3\t67'])
  })

  it('-R without -2 is refused with what to write instead', () => {
    const { err, code } = framewise([...sample, '-R', 'tcp'])
    expect([err, code]).toEqual(['framewise: -R goes with -2; for one pass: -Y.\n', 1])
  })

  it('a second pass knows what comes later', () => {
    const one = framewise([...sample, '-V']).out.split('\n').length
    expect(framewise([...sample, '-2', '-V']).out.split('\n').length).toBeGreaterThanOrEqual(one)
  })
})

describe('framewise fields', () => {
  it('lists fields by a part of their names or labels', () => {
    const { out, code } = framewise(['fields', 'tcp.*port'])
    expect(code).toBe(0)
    expect(out).toMatch(/^tcp\.srcport +FT_UINT16 +Source Port$/m)
    expect(out).not.toContain('udp.')
  })

  it('explains one field with its values', () => {
    const { out } = framewise(['fields', 'tcp.flags.syn'])
    expect(out).toContain('FT_BOOLEAN')
    expect(out).toContain('RFC 9293')
    expect(out).toContain('Not set')
  })

  it('names the nearest when there is none', () => {
    const { err, code } = framewise(['fields', 'tcp.prot'])
    expect([err, code]).toEqual(['framewise fields: no field is called like tcp.prot. Did you mean tcp.port?\n', 1])
  })
})
