/** Domain names in DHCPv6 options (RFC 8415 section 10), and what is wrong with some of them. */
import {
  type Dissection,
  error,
  type Field,
  fields,
  group,
  text,
  uint8,
  uint16,
  utf8,
  warning,
} from '../src/dissect/index.js'
import { type Gist, Point } from './dhcpv6-gist.js'

const f = fields(
  'dhcpv6',
  {
    domain_field_len: uint16('Empty domain name - field length'),
    bogus_label_length: uint8('Non-DNS encoded name. Label length exceeds 63'),
    domain_field_len_exceeded: uint8('Remaining length in the domain name field exceeded'),
    decoded_portion: text('Portion successfully decoded'),
    root_only_domain_name: text('Root only domain name'),
    tld: text('Top Level Domain name'),
    partial_name_preceded_by_fqdn: text('Partial name preceded by FQDN'),
    expert: {
      name_not_dns_encoded: error('ERROR: This name is not a DNS record encoded', 'Protocol'),
      domain_field_length_exceeded: error('ERROR: FQDN exceeds length of the domain name field', 'Malformed'),
      root_only_domain_name: error('ERROR: A root-only domain name cannot be resolved.', 'Protocol'),
      tld_lookup: warning('WARNING: TLDs are rarely resolvable ', 'Comment'),
      partial_name_preceded_by_fqdn: error('ERROR: Partial name is preceded by an FQDN', 'Protocol'),
    },
    _why: group('What is wrong'),
  },
  'dhcpv6',
)
type Why = typeof f.expert.name_not_dns_encoded

const MAX_LABEL = 63

/** The option has no name: the client asks for one. */
export function emptyDomain(d: Dissection): void {
  d.at(f.domain_field_len, d.pos - 2, d.pos, 0)
  if (d.showing) d.caption('Empty domain field: the client requests the server to provide a domain name')
}

/** Names up to `end`, as `field`; only the last may lack its end. */
export function takeDomains(d: Dissection, gist: Gist, field: Field<'string'>, end: number): void {
  let before = false
  while (d.pos < end) {
    const start = d.pos
    const labels: string[] = []
    let whole = false
    while (d.pos < end && !whole) {
      const size = d.peek8()
      if (size > MAX_LABEL) return bogusLabel(d, size, labels, end)
      if (d.pos + 1 + size > end) {
        gist.add(Point.TooLong, start, 0)
        return tooLong(d, size, labels, start, end)
      }
      if (size === 0) whole = true
      else if (d.recording) labels.push(utf8(d.bytes, d.pos + 1, d.pos + 1 + size))
      d.skip(1 + size)
    }
    if (whole && d.pos === start + 1) rootOnly(d, gist, start)
    else if (whole && d.bytes[start]! + 2 === d.pos - start) topLevel(d, start, labels)
    else if (whole) d.textAt(field, start, d.pos, `${labels.join('.')}.`)
    else partial(d, gist, field, start, labels, before)
    before = true
  }
}

function rootOnly(d: Dissection, gist: Gist, start: number): void {
  gist.add(Point.RootOnly, start, 1)
  d.textAt(f.root_only_domain_name, start, d.pos, "['.' (0)]")
  why(d, f.expert.root_only_domain_name, start)
}

function topLevel(d: Dissection, start: number, labels: readonly string[]): void {
  if (d.recording) d.textAt(f.tld, start, d.pos, `${labels[0]}.`)
  if (d.showing) d.caption(`Top Level Domain name (TLD): ${labels[0]}.`)
  why(d, f.expert.tld_lookup, start)
}

/** A name that the receiver is to complete. */
function partial(
  d: Dissection,
  gist: Gist,
  field: Field<'string'>,
  start: number,
  labels: readonly string[],
  before: boolean,
): void {
  const name = labels.join('')
  if (before) {
    gist.add(Point.Violation, start, 0)
    const rule = 'ERROR: A single or multi-part partial name must be the only name in the domain field'
    d.textAt(f.partial_name_preceded_by_fqdn, start, d.pos, name)
    if (d.showing) d.caption(`Partial name: ${name}\n${rule}`)
    return why(d, f.expert.partial_name_preceded_by_fqdn, start)
  }
  d.textAt(field, start, d.pos, name)
  if (d.showing)
    d.caption(
      labels.length > 1 ? `Multi-part partially qualified Domain Name: ${name}` : `Partial domain name: ${name}`,
    )
}

function bogusLabel(d: Dissection, size: number, labels: readonly string[], end: number): void {
  const at = d.pos
  d.skip(1)
  d.at(f.bogus_label_length, at, d.pos, size)
  if (d.showing)
    d.caption(
      `Label Length: ${size}\nThis is not a DNS record encoded domain name. The value in the first octet of\n` +
        'a label is the length of the name that follows and must be 63 octets or less.\n' +
        `However, in this case it is ${size} which typically means that nobody has encoded it.`,
    )
  decoded(d, labels, 'The decoded portion of this FQDN to this point is')
  why(d, f.expert.name_not_dns_encoded, at)
  d.seek(end)
}

function tooLong(d: Dissection, size: number, labels: readonly string[], start: number, end: number): void {
  const left = end - d.pos - 1
  d.seek(end)
  d.at(f.domain_field_len_exceeded, start, end, size)
  if (d.showing)
    d.caption(
      `ERROR: The length of this name, ${size}, exceeds the remaining length, ${left}, in the\ndomain name field.`,
    )
  decoded(d, labels, 'The successfully decoded portion of this FQDN:')
  why(d, f.expert.domain_field_length_exceeded, start)
}

function decoded(d: Dissection, labels: readonly string[], words: string): void {
  if (labels.length === 0 || !d.recording) return
  const name = labels.join('.')
  d.enter()
  d.textAt(f.decoded_portion, d.pos, d.pos, name)
  if (d.showing) d.caption(`${words} [${name}]`)
  d.leave()
}

/** A line that says what is wrong, below the one written last. */
function why(d: Dissection, note: Why, start: number): void {
  d.enter()
  const opened = d.open(f._why)
  if (d.showing) d.caption(note.label, opened)
  d.note(note)
  d.closeAt(opened, start, d.pos)
  d.leave()
}
