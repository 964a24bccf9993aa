import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Next } from '../../src/capture/source.js'
import { Dissection } from '../../src/dissect/dissection.js'
import { fieldsNamed } from '../../src/dissect/field.js'
import { Recording } from '../../src/dissect/recording.js'
import { wantEverything } from '../../src/dissect/want-mask.js'
import { Registry } from '../../src/dissect/registry.js'
import { Engine } from '../../src/session/engine.js'

const fixtures = join(dirname(fileURLToPath(import.meta.url)), '../../fixtures')
const registry = new Registry(protocols)

interface Shown {
  layers: string
  info: string
  sources: string[]
  /** Values of a field. */
  all: (field: string) => number[]
}

/** Every packet of a fixture, shown after the whole capture was read; checks that both passes saw the same layers. */
async function packetsOf(path: string): Promise<Shown[]> {
  const capture = await openCapture(join(fixtures, path))
  const engine = new Engine(capture, registry)
  const first: string[] = []
  while (engine.step() === Next.Packet) first.push(`${layersOf(engine.first)} ${engine.first.infoText()}`)
  const shown: Shown[] = []
  const scan = new Dissection(registry)
  const mismatches: string[] = []
  for (let i = 0; i < engine.index.length; i++) {
    const d = new Recording(registry, wantEverything(), true)
    engine.show(d, i)
    engine.show(scan, i)
    const seen = `${layersOf(d)} ${d.infoText()}`
    // Only that a datagram was completed later is new.
    if (seen.replace(/ \[Reassembled in #\d+\]/, '') !== first[i]) mismatches.push(`${i + 1}: ${first[i]} / ${seen}`)
    if (seen !== `${layersOf(scan)} ${scan.infoText()}`) mismatches.push(`${i + 1}: ${seen} in the tree`)
    const all = (field: string): number[] => {
      const ids = new Set(fieldsNamed(field).map((f) => f.id))
      return Array.from(d.tape.field.subarray(0, d.tape.length)).flatMap((id, n) =>
        ids.has(id) ? [d.tape.value[n]!] : [],
      )
    }
    shown.push({
      layers: layersOf(d),
      info: d.infoText(),
      sources: d.sources.map((s) => `${s.name} ${s.bytes.length}`),
      all,
    })
  }
  capture.close()
  expect(mismatches).toEqual([])
  return shown
}
const layersOf = (d: Dissection): string =>
  Array.from(d.layers.subarray(1, d.layerCount), (l) => registry.layerNames[l]).join(':')

describe('reassembly', () => {
  it('of IP fragments shows the upper layers on the last, and every fragment points there', async () => {
    const packets = await packetsOf('ipv4/fragments.pcap')
    expect(packets[2]!.layers).toBe('eth:ethertype:ip:udp:data')
    expect(packets[2]!.all('ip.fragment')).toEqual([1, 2, 3])
    expect(packets[2]!.sources).toEqual(['Reassembled IPv4 128'])
    expect(packets[0]!.all('ip.reassembled_in')).toEqual([3])
    expect(packets[3]!.all('ip.reassembled_in')).toEqual([6])
    expect(packets[6]!.all('ip.reassembled_in')).toEqual([])
    expect(packets[0]!.info).toContain('[Reassembled in #3]')
  })

  it('flags fragments that contradict each other', async () => {
    const packets = await packetsOf('ipv4/fragments-overlap.pcap')
    expect(packets[6]!.all('ip.fragment')).toEqual([5, 7])
    expect(packets[6]!.all('ip.fragment.error')).toEqual([6])
    expect(packets[6]!.all('ip.fragment.overlap.conflict')).toEqual([1])
  })

  it('of TCP goes through IP fragments', async () => {
    const packets = await packetsOf('dns/tcp-in-fragments.pcap')
    expect(packets.map((p) => p.layers.split(':').at(-1))).toEqual(['tcp', 'tcp', 'tcp', 'data', 'dns', 'data', 'dns'])
    expect(packets[4]!.sources).toEqual(['Reassembled IPv4 60'])
    expect(packets[4]!.all('tcp.reassembled_in')).toEqual([7])
    expect(packets[6]!.sources).toEqual(['Reassembled IPv4 73', 'Reassembled TCP 31'])
    expect(packets[6]!.all('tcp.segment')).toEqual([5, 7])
    expect(packets[6]!.all('dns.id')).toEqual([2, 3])
  })

  it('of a message shows it with its last segment', async () => {
    const packets = await packetsOf('http/split-everywhere.pcap')
    expect(packets.flatMap((p, i) => (p.layers.includes('http') ? [i + 1] : []))).toEqual([9, 23])
    expect(packets[8]!.all('tcp.segment')).toEqual([4, 5, 6, 7, 8, 9])
    expect(packets[5]!.all('tcp.reassembled_in')).toEqual([9])
    expect(packets[5]!.info).toBe('GET /split HTTP/1.1  [TCP segment of a reassembled PDU]')
  })

  it('finds several messages in a segment, and the beginning of one', async () => {
    const packets = await packetsOf('http/pipelined.pcap')
    expect(packets[3]!.info).toBe('GET /a HTTP/1.1 GET /b HTTP/1.1 GET /c HTTP/1.1 ')
    expect(packets[4]!.info).toBe('HTTP/1.1 200 OK HTTP/1.1 200 OK ')
    expect(packets[5]!.layers).toBe('eth:ethertype:ip:tcp:http:data:http')
  })

  it('puts segments in order', async () => {
    const packets = await packetsOf('http/stream-out-of-order.pcap')
    expect(packets.flatMap((p, i) => (p.all('http.response.code').length > 0 ? [i + 1] : []))).toEqual([8])
    expect(packets[7]!.all('tcp.segment')).toEqual([8, 6, 5])
  })

  it('says when bytes sent again are others', async () => {
    const packets = await packetsOf('http/stream-overlap.pcap')
    expect(packets.map((p) => p.all('tcp.segment_differs').length)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])
    expect(packets.flatMap((p) => p.all('http.response.code'))).toEqual([200, 404])
  })

  it('skips what was not captured, and goes on with the next message', async () => {
    const packets = await packetsOf('http/stream-gap.pcap')
    expect(packets.flatMap((p) => p.all('http.response.code'))).toEqual([404])
    expect(packets.flatMap((p) => p.all('tcp.gap'))).toEqual([10])
  })

  it('of what has no length ends with the stream', async () => {
    const packets = await packetsOf('http/until-close.pcap')
    expect(packets[7]!.layers).toBe('eth:ethertype:ip:tcp:http:data-text-lines')
    expect(packets[7]!.sources).toEqual(['Reassembled TCP 68'])
  })

  it('recognises HTTP on a port of nobody', async () => {
    const packets = await packetsOf('http/other-port.pcap')
    expect(packets[3]!.layers).toBe('eth:ethertype:ip:tcp:http')
    expect(packets.at(-2)!.all('http.response.code')).toEqual([200])
  })

  it.each(['after-fin', 'gap-before', 'keep-alive', 'midstream', 'one-way', 'reset', 'syn-data', 'wraparound'])(
    'shows the same at first and later: %s',
    async (name) => {
      const packets = await packetsOf(`http/stream-${name}.pcap`)
      expect(packets.length).toBeGreaterThan(3)
    },
  )
})
