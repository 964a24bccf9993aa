import { describe, expect, it } from 'vitest'
import '../../dissectors/index.js'
import { compileFilter } from '../../src/filter/compile.js'
import { complaintText, FilterError } from '../../src/filter/filter-error.js'

/** The complaint about a filter: what is marked, and the sentence. */
function complaint(filter: string): string {
  try {
    compileFilter(filter)
  } catch (error) {
    if (error instanceof FilterError) return `${filter.slice(error.start, error.end)}| ${error.sentence}`
    throw error
  }
  return 'accepted'
}

describe('what is said of filters that make no sense', () => {
  it.each([
    ['tcp.prot == 80', 'tcp.prot| tcp.prot is neither a field nor a protocol; did you mean tcp.port?'],
    ['tcp.srcprot > 1 && udp', 'tcp.srcprot| tcp.srcprot is neither a field nor a protocol; did you mean tcp.srcport?'],
    ['udp && htpt', 'htpt| htpt is neither a field nor a protocol; did you mean http?'],
    ['ip.ttl-1 == 63', 'ip.ttl-1| ip.ttl-1 is one word; expected spaces, for a difference: ip.ttl - 1'],
    ['tcp.port == 70000', '70000| 70000 is too large for this field; expected at most 65535'],
    ['tcp.port == "80"', '"80"| "80" is not a number; expected a number'],
    ['ip.proto == "TPC"', '"TPC"| ip.proto has no value called "TPC"; did you mean "TCP"?'],
    [
      'ip.addr == 10.0.0.1/33',
      '10.0.0.1/33| 10.0.0.1/33 has no right prefix length; expected a prefix length up to /32',
    ],
    [
      'ip.addr == 300.1.1.1',
      '300.1.1.1| 300.1.1.1 is not an IPv4 address; expected an IPv4 address, with /bits for a network',
    ],
    [
      'eth.src == 00:11:22',
      '00:11:22| 00:11:22 has 3 bytes and not 6; expected a MAC address such as 00:11:22:33:44:55',
    ],
    [
      'tcp.port[0] == 1',
      'tcp.port[0]| tcp.port is a number and has no bytes to take a part of; expected @ before it for its bytes',
    ],
    [
      'tcp.port contains 8',
      'tcp.port| tcp.port is a number, in which contains cannot search; expected string(tcp.port) contains …',
    ],
    ['ip.src == eth.src', 'eth.src| eth.src is a MAC address and cannot be compared with an IPv4 address'],
    ['lenn(http.host) > 3', 'lenn| there is no function lenn; did you mean len?'],
    ['tcp.port == 80 &&', '| the filter ends too early; expected a field, a function or a value'],
    ['(tcp', '| the filter ends too early; expected )'],
    ['tcp udp', 'udp| udp makes no sense here; expected an operator such as ==, or and, or the end'],
    [
      'frame[3-1] == 0',
      '3-1| a range from 3 to 1 has no end after its beginning; expected a range such as [0:4], [2-5], [:3], [-4:] or [7]',
    ],
    ['http.host matches "\\d"', '\\d| \\d is no escape; expected a double backslash, or r"…" for regular expressions'],
    ['http.host matches "a(b"', '(| the regular expression makes no sense: a closing parenthesis is missing'],
    ['5 == 5', '5| one side of == has to be a field or a function; expected a field or a function'],
    ['tcp.analysis == 1', 'tcp.analysis| tcp.analysis has no value: it is there or not; expected no == behind it'],
    ['frame.time > "soon"', '"soon"| "soon" is not a time; expected a time such as "2026-11-22 17:09:31.5"'],
    ['tcp.port = 80', '=| = has no meaning here; did you mean ==?'],
    ['dns.qry.type == AAAB', 'AAAB| dns.qry.type has no value called AAAB; did you mean "AAAA"?'],
    ['${nosuch:1}', '${nosuch:1}| there is no macro nosuch; expected one of private_ipv4, private_ipv6, private_ether'],
    ['${private_ipv4:ip.src;2}', '${private_ipv4:ip.src;2}| the macro private_ipv4 takes 1 argument and not 2'],
  ])('%s', (filter, expected) => {
    expect(complaint(filter)).toBe(expected)
  })

  it('the place is marked below the filter', () => {
    const source = 'udp || tcp.prot == 80'
    try {
      compileFilter(source)
      expect.unreachable()
    } catch (error) {
      expect(
        complaintText(source, error as FilterError)
          .split('\n')
          .slice(1),
      ).toEqual(['    udp || tcp.prot == 80', '           ^~~~~~~~'])
    }
  })

  it('surprising uses are allowed with a warning', () => {
    const warnings = (filter: string): string[] => compileFilter(filter).warnings.map((w) => w.message)
    expect(warnings('tcp.port != 80')).toEqual([expect.stringContaining('occurs more than once')])
    expect(warnings('tcp.port !== 80')).toEqual([expect.stringContaining('as soon as one of them differs')])
    expect(warnings('tcp.flags.syn && tcp')).toEqual([expect.stringContaining('tcp.flags.syn == 1')])
    expect(warnings('tcp.port == 80 && tcp.srcport != 80 && all tcp.port != 3')).toEqual([])
  })
})
