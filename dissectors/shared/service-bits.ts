/** The octet that IPv4 calls type of service and IPv6 traffic class: differentiated services (RFC 2474) and ECN (RFC 3168). */

const codepoints: readonly (readonly [number, string, string])[] = [
  [0, 'Default', 'CS0'],
  [1, 'Lower Effort', 'LE'],
  [8, 'Class Selector 1', 'CS1'],
  [10, 'Assured Forwarding 11', 'AF11'],
  [12, 'Assured Forwarding 12', 'AF12'],
  [14, 'Assured Forwarding 13', 'AF13'],
  [16, 'Class Selector 2', 'CS2'],
  [18, 'Assured Forwarding 21', 'AF21'],
  [20, 'Assured Forwarding 22', 'AF22'],
  [22, 'Assured Forwarding 23', 'AF23'],
  [24, 'Class Selector 3', 'CS3'],
  [26, 'Assured Forwarding 31', 'AF31'],
  [28, 'Assured Forwarding 32', 'AF32'],
  [30, 'Assured Forwarding 33', 'AF33'],
  [32, 'Class Selector 4', 'CS4'],
  [34, 'Assured Forwarding 41', 'AF41'],
  [36, 'Assured Forwarding 42', 'AF42'],
  [38, 'Assured Forwarding 43', 'AF43'],
  [40, 'Class Selector 5', 'CS5'],
  [44, 'Voice Admit', 'VOICE-ADMIT'],
  [46, 'Expedited Forwarding', 'EF PHB'],
  [48, 'Class Selector 6', 'CS6'],
  [56, 'Class Selector 7', 'CS7'],
]

/** Names of the differentiated services codepoints. */
export const dscpNames: Readonly<Record<number, string>> = Object.fromEntries(codepoints.map(([v, name]) => [v, name]))
const dscpShort: Readonly<Record<number, string>> = Object.fromEntries(codepoints.map(([v, , short]) => [v, short]))

/** Names of the congestion notification codepoints. */
export const ecnNames = {
  0: 'Not ECN-Capable Transport',
  1: "ECN-Capable Transport codepoint '01'",
  2: "ECN-Capable Transport codepoint '10'",
  3: 'Congestion Experienced',
} as const
const ecnShort = ['Not-ECT', 'ECT(1)', 'ECT(0)', 'CE'] as const

/** What follows the octet's value on its line: ` (DSCP: CS0, ECN: Not-ECT)`. */
export const serviceBitsText = (octet: number): string =>
  ` (DSCP: ${dscpShort[octet >>> 2] ?? 'Unknown'}, ECN: ${ecnShort[octet & 3]})`
