/**
 * A session without a file: packets are made up from their numbers, any number of them, and arrive as slowly as wanted.
 */

import type {
  ColumnChoice,
  CaptureInfo,
  Detail,
  FilterInsight,
  FilterWarning,
  Found,
  FollowAnswers,
  FollowRequest,
  FrameFilters,
  LimitMet,
  Part,
  Row,
  Saved,
  SaveRequest,
  Session,
  Severity,
  Status,
  TimeFormat,
  TreeNode,
} from '../../src/session/session.js'
import type { CaptureInterface } from '../../src/capture/source.js'
import { Bitmap } from '../../src/filter/bitmap.js'
import { Displayed, RefusedFilter } from '../../src/session/session.js'

export interface FakeOptions {
  readonly packets?: number
  /** Packets that are there at once; the rest arrives with `arrive`. */
  readonly arrived?: number
  readonly error?: string
  /** Milliseconds until rows and details are there. */
  readonly delay?: number
  /** Filters decide only so many packets until `letFiltersGoOn`. */
  readonly held?: number
  /** Answers what is asked of a stream. */
  readonly stream?: (request: FollowRequest) => unknown
  /** Put in place of the Info text of packet 3. */
  readonly hostile?: string
  readonly limits?: readonly LimitMet[]
}

const protocols = [
  { name: 'TCP', layer: 'tcp', info: '51532 → 80 [ACK] Seq=1 Ack=442 Win=64128 Len=0' },
  { name: 'DNS', layer: 'dns', info: 'Standard query 0x1a2b A www.example.com' },
  { name: 'HTTP', layer: 'http', info: 'GET /index.html HTTP/1.1' },
  { name: 'TLSv1.3', layer: 'tls', info: 'Client Hello (SNI=www.example.com)' },
  { name: 'ARP', layer: 'arp', info: 'Who has 192.168.1.1? Tell 192.168.1.10' },
  { name: 'ICMPv6', layer: 'icmpv6', info: 'Neighbor Solicitation for fe80::1 from 3c:22:fb:01:02:03' },
] as const

export class FakeSession implements Session {
  formats: TimeFormat[] = []
  /** The columns of the rows, once they were set. */
  columns: readonly ColumnChoice[] | undefined
  /** What searches find, one after the other. */
  finds: Found[] = []
  /** How many rows were asked for in all. */
  asked = 0
  /** Filters that were applied. */
  filters: string[] = []
  /** What was to be saved. */
  saves: SaveRequest[] = []
  displayed = new Displayed(null)
  private bits: Bitmap | null = null
  /** Packets that the filter has decided, while it is held back. */
  private held: number
  private readonly options: FakeOptions
  private readonly listeners = new Set<(status: Status) => void>()
  private arrived: number
  /** Nothing more comes, however many there were to be. */
  private ended = false

  constructor(options: FakeOptions = {}) {
    this.options = options
    this.arrived = options.arrived ?? options.packets ?? 1204
    this.held = options.held ?? Number.POSITIVE_INFINITY
    this.list()
  }

  status(): Status {
    const packets = this.options.packets ?? 1204
    const complete = this.ended || this.arrived >= packets
    return {
      file: 'sample.pcapng',
      packets: this.arrived,
      done: this.arrived * 100,
      total: packets * 100,
      complete,
      duration: this.arrived * 0.0103,
      problems: Math.floor(this.arrived / 400),
      limits: this.options.limits ?? [],
      error: complete ? (this.options.error ?? '') : '',
      forgotten: 0,
      saving: null,
      finding: null,
      filter: this.filters.at(-1) ?? '',
      displayed: this.displayed.length,
      filtering: this.displayed.decided < this.arrived ? this.displayed.decided / this.arrived : null,
      filterTime: 3,
      filterError: '',
    }
  }

  onStatus(listener: (status: Status) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async save(request: SaveRequest): Promise<Saved | 'exists' | null> {
    this.saves.push(request)
    if (request.path === '/exists' && !request.replace) return 'exists'
    if (request.path.endsWith('/')) throw new Error(`${request.path}: this is a folder.`)
    return { packets: this.arrived, bytes: this.arrived * 100 }
  }

  async cancelSave(): Promise<void> {}

  async captureInfo(): Promise<CaptureInfo> {
    const { limits } = this.status()
    return {
      format: 'pcapng',
      nanosecond: true,
      bytes: 120_400,
      packets: this.arrived,
      forgotten: 0,
      captured: 100_000,
      original: 110_000,
      began: 'Nov 22, 2026 17:09:31.000000000 UTC',
      ended: 'Nov 22, 2026 17:09:43.000000000 UTC',
      seconds: 12,
      interfaceCount: 1,
      interfaces: [{ ...interfaceOf('eth0'), link: 'Ethernet', packets: this.arrived }],
      sectionCount: 1,
      sections: [{ offset: 0, bigEndian: false, hardware: '', os: 'Linux', application: 'a\u001b[2Jb', comments: [] }],
      comments: 2,
      names: 0,
      secrets: 0,
      limits,
      protocols: [{ id: 'tcp', name: 'Transmission Control Protocol', packets: 602, bytes: 90_000 }],
    }
  }

  follow = async <R extends FollowRequest>(request: R): Promise<FollowAnswers[R['do']]> =>
    (this.options.stream?.(request) ?? null) as FollowAnswers[R['do']]

  /** The last packets arrive. */
  end(packets: number): void {
    this.ended = true
    this.arrive(packets)
  }

  arrive(packets: number): void {
    this.arrived = Math.min(this.options.packets ?? 1204, this.arrived + packets)
    this.list()
    this.tell()
  }

  letFiltersGoOn(): void {
    this.held = Number.POSITIVE_INFINITY
    this.list()
    this.tell()
  }

  /**
   * A filter is the id of a protocol; `nothing` is one that no packet passes, and what begins with `wrong` is refused at
   * its first letters.
   */
  async filter(text: string): Promise<readonly FilterWarning[]> {
    await this.wait()
    if (text.startsWith('wrong')) throw new RefusedFilter('wrong is neither a field nor a protocol', 0, 5)
    this.filters.push(text)
    this.bits = text === '' ? null : new Bitmap()
    this.displayed = new Displayed(this.bits?.pages ?? null)
    this.list()
    this.tell()
    return []
  }

  async filterInsight(text: string, cursor: number): Promise<FilterInsight> {
    await this.wait()
    const parts = [...text.matchAll(/[\w.]+|[^\w\s]+/g)].map((match): Part => {
      const kind = /^\d/.test(match[0]) ? 'value' : /^\w/.test(match[0]) ? 'field' : 'operator'
      return { kind, start: match.index, end: match.index + match[0].length }
    })
    const word = /[\w.]*$/.exec(text.slice(0, cursor))?.[0] ?? ''
    const items = ['tcp', 'tcp.port', 'tcp.srcport', 'dns', 'http']
      .filter((name) => name.startsWith(word) && name !== word)
      .map((name) => ({ text: name, kind: 'field' as const, about: `about ${name}` }))
    return {
      parts,
      complaint: text.startsWith('wrong')
        ? { sentence: 'wrong is neither a field nor a protocol', start: 0, end: 5 }
        : null,
      warnings: [],
      completions: { start: cursor - word.length, end: cursor, items, hint: '' },
    }
  }

  async nodeFilter(number: number, node: number): Promise<string> {
    return `${tree(number)[node]?.name} == ${node}`
  }

  async frameFilters(number: number): Promise<FrameFilters> {
    const { layer } = this.row(number)
    return {
      cells: [
        { name: 'Source', filter: 'ip.src == 192.168.1.10' },
        { name: 'Protocol', filter: layer },
      ],
      conversations: [{ name: 'IPv4', filter: '(ip.addr eq 192.168.1.10 and ip.addr eq 93.184.216.34)' }],
    }
  }

  /** What is found is what was put into `finds`. */
  async find(): Promise<Found | 'nowhere' | 'cancelled'> {
    await this.wait()
    return this.finds.shift() ?? 'nowhere'
  }

  async cancelFind(): Promise<void> {}

  async rows(first: number, count: number): Promise<Row[]> {
    this.asked += count
    await this.wait()
    const rows: Row[] = []
    for (let place = first; place < first + count && place <= this.displayed.length; place++) {
      rows.push(this.row(this.displayed.packetAt(place)))
    }
    return rows
  }

  async detail(number: number): Promise<Detail> {
    await this.wait()
    if (number < 1 || number > this.arrived) throw new RangeError(`there is no packet ${number}`)
    const frame = Uint8Array.from({ length: 94 }, (_, i) => (i * 7 + number) & 0xff)
    const body = new TextEncoder().encode('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Hello</h1>'.repeat(8))
    return {
      number,
      nodes: tree(number),
      sources: [
        { name: 'Frame (94 bytes)', bytes: frame },
        { name: `Reassembled TCP (${body.length} bytes)`, bytes: body },
      ],
    }
  }

  async setTimeFormat(format: TimeFormat): Promise<void> {
    this.formats.push(format)
  }

  async setColumns(columns: readonly ColumnChoice[]): Promise<readonly ColumnChoice[]> {
    this.columns = columns.map(({ title, format }) => ({ title: title || format.split(':')[1]!, format }))
    return this.columns
  }

  async close(): Promise<void> {
    this.listeners.clear()
  }

  private tell(): void {
    for (const listener of this.listeners) listener(this.status())
  }

  /** Lists what there is of packets that pass. */
  private list(): void {
    const { bits, displayed } = this
    const end = bits === null ? this.arrived : Math.min(this.arrived, this.held)
    const wanted = this.filters.at(-1)
    for (let i = displayed.decided; bits !== null && i < end; i++) if (this.row(i + 1).layer === wanted) bits.set(i)
    bits?.page(0)
    displayed.update(end, bits === null ? end : bits.count(end))
  }

  private row(number: number): Row {
    const kind = protocols[number % protocols.length] ?? protocols[0]
    const six = kind.layer === 'icmpv6'
    const severity: Severity = number % 400 === 0 ? 3 : number % 90 === 0 ? 2 : number % 50 === 0 ? 1 : 0
    const format = this.formats.at(-1) ?? 'r'
    return {
      number,
      time: (format === 'r' ? '' : '2026-11-22 ') + (number * 0.010301).toFixed(6),
      source: six ? 'fe80::3e22:fbff:fe01:203' : '192.168.1.10',
      destination: six ? '2001:db8:85a3:1234:5678:8a2e:370:7334' : '93.184.216.34',
      protocol: kind.name,
      length: 60 + ((number * 37) % 1440),
      info: number === 3 && this.options.hostile !== undefined ? this.options.hostile : kind.info,
      layer: kind.layer,
      severity,
      ...(this.columns
        ? { cells: this.columns.map((column) => (column.format.startsWith('%Cus') ? `cell ${number}` : '')) }
        : {}),
    }
  }

  private wait(): Promise<void> {
    const { delay } = this.options
    return new Promise((resolve) => (delay === undefined ? resolve() : setTimeout(resolve, delay)))
  }
}

function tree(number: number): TreeNode[] {
  const nodes: TreeNode[] = []
  const add = (
    depth: number,
    layer: string,
    name: string,
    label: string,
    start = 0,
    end = 0,
    more: Partial<TreeNode> = {},
  ): void => {
    nodes.push({
      depth,
      layer,
      name,
      label,
      start,
      end,
      source: 0,
      mask: 0,
      generated: false,
      link: 0,
      severity: 0,
      ...more,
    })
  }
  add(0, 'frame', 'frame', `Frame ${number}: 94 bytes on wire (752 bits), 94 bytes captured (752 bits)`, 0, 94)
  add(1, 'frame', 'frame.number', `Frame Number: ${number}`)
  add(0, 'eth', 'eth', 'Ethernet II, Src: 3c:22:fb:01:02:03, Dst: 00:1b:21:0a:0b:0c', 0, 14)
  add(1, 'eth', 'eth.dst', 'Destination: 00:1b:21:0a:0b:0c', 0, 6)
  add(1, 'eth', 'eth.src', 'Source: 3c:22:fb:01:02:03', 6, 12)
  add(1, 'eth', 'eth.type', 'Type: IPv4 (0x0800)', 12, 14)
  add(0, 'ip', 'ip', 'Internet Protocol Version 4, Src: 192.168.1.10, Dst: 93.184.216.34', 14, 34)
  add(1, 'ip', 'ip.version', '0100 .... = Version: 4', 14, 15, { mask: 0xf0 })
  add(1, 'ip', 'ip.hdr_len', '.... 0101 = Header Length: 20 bytes (5)', 14, 15, { mask: 0x0f })
  add(1, 'ip', 'ip.ttl', 'Time to Live: 64', 22, 23)
  add(1, 'ip', 'ip.checksum', 'Header Checksum: 0x1a2b [incorrect]', 24, 26, { severity: 2 })
  add(0, 'tcp', 'tcp', 'Transmission Control Protocol, Src Port: 51532, Dst Port: 80, Seq: 1, Ack: 1', 34, 54)
  add(1, 'tcp', 'tcp.srcport', 'Source Port: 51532', 34, 36)
  add(1, 'tcp', 'tcp.dstport', 'Destination Port: 80', 36, 38)
  add(1, 'tcp', 'tcp.stream', '[Stream index: 3]', 0, 0, { generated: true })
  const acknowledged = Math.max(1, number - 2)
  const ack = `[This is an ACK to the segment in frame: ${acknowledged}]`
  add(1, 'tcp', 'tcp.analysis.acks_frame', ack, 0, 0, { generated: true, link: acknowledged })
  add(1, 'tcp', 'tcp.flags', 'Flags: 0x018 (PSH, ACK)', 46, 48)
  add(2, 'tcp', 'tcp.flags.res', '000. .... .... = Reserved: Not set', 46, 48, { mask: 0xe00 })
  add(2, 'tcp', 'tcp.flags.ack', '.... ...1 .... = Acknowledgment: Set', 46, 48, { mask: 0x10 })
  add(2, 'tcp', 'tcp.flags.push', '.... .... 1... = Push: Set', 46, 48, { mask: 0x08 })
  add(0, 'http', 'http', 'Hypertext Transfer Protocol', 0, 44, { source: 1 })
  add(1, 'http', 'http.response.code', 'Status Code: 200', 9, 12, { source: 1 })
  return nodes
}

const interfaceOf = (name: string): CaptureInterface => ({
  linkType: 1,
  snaplen: 262_144,
  section: 0,
  id: 0,
  name,
  description: '',
  filter: 'tcp or udp',
  os: '',
  hardware: '',
  comments: ['the first one'],
  ticksPerSecond: 1e9,
  fcsLength: -1,
  received: 1204,
  dropped: 7,
})
