/** Fields that are recorded while packets are tracked are those that a second dissection finds. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Next } from '../../src/capture/source.js'
import { type Field, fieldsNamed } from '../../src/dissect/field.js'
import { Recording } from '../../src/dissect/recording.js'
import { arePlain, wantFields } from '../../src/dissect/want-mask.js'
import { Registry } from '../../src/dissect/registry.js'
import { Engine } from '../../src/session/engine.js'

const registry = new Registry(protocols)
const fields = (...names: string[]): Field[] => names.flatMap((name) => fieldsNamed(name))

/** Name, place and value of each node that holds one of these fields. */
function nodesOf(d: Recording, wanted: readonly Field[]): string[] {
  const t = d.tape
  const all = Array.from({ length: t.length }, (_, i) => i).filter((i) => wanted.includes(t.fieldAt(i)))
  return all.map((i) => `${t.fieldAt(i).name} ${t.start[i]}…${t.end[i]} ${t.value[i]}`)
}

const captures = readdirSync('fixtures', { recursive: true })
  .map((name) => join('fixtures', String(name)))
  .filter((name) => /\.pcap(ng)?$/.test(name))
const someOf = captures.filter((name) => /fixtures.(ipv4|tcp|udp|http|icmp|dns)\b/.test(name))

describe('plain fields', () => {
  it.each([
    ['ip.src', 'ip.dst', 'ip.proto', 'tcp.srcport', 'tcp.dstport', 'tcp.flags', 'tcp.len', 'frame.len'],
    ['udp.port', 'tcp.port', 'ip.id', 'frame.time_delta', 'http.host', 'http.response.code'],
  ])('%s, … are the same in the first pass and in a second', async (...names) => {
    const wanted = fields(...names)
    expect(arePlain(registry, wanted)).toBe(true)
    for (const file of someOf) {
      const capture = await openCapture(file)
      const first = new Recording(registry, wantFields(wanted), false)
      const second = new Recording(registry, wantFields(wanted), false)
      const engine = new Engine(capture, registry, first)
      const plain = new Engine(await openCapture(file), registry)
      while (engine.step() === Next.Packet && plain.step() === Next.Packet) {
        plain.again(second)
        expect(nodesOf(first, wanted), `${file}, packet ${engine.index.length}`).toEqual(nodesOf(second, wanted))
      }
      capture.close()
      plain.capture.close()
    }
  })

  it('do not depend on tracking, on what comes later, nor on expert items', () => {
    for (const name of ['tcp.stream', 'tcp.seq', 'tcp.analysis.flags', 'tcp.segment', 'eth.padding', '_ws.expert'])
      expect(arePlain(registry, fields(name)), name).toBe(false)
  })
})

describe('the tables that a protocol carries', () => {
  it('lead to every layer that a fixture has inside it', async () => {
    const carriers = protocols.filter((p) => p.carries !== null)
    expect(carriers.length).toBeGreaterThan(0)
    for (const file of captures) {
      const capture = await openCapture(file).catch(() => null)
      if (capture === null) continue
      const engine = new Engine(capture, registry)
      while (engine.step() === Next.Packet);
      capture.close()
      for (const stack of engine.stacks.all) {
        const names = [...stack].map((layer) => registry.layerNames[layer]!)
        for (const carrier of carriers) {
          for (const name of names.slice(names.indexOf(carrier.id) + 1)) {
            const under = Object.keys(registry.protocols[registry.protocolIndex(name)]?.under ?? {})
            // No table leads to what is part of a header, nor to data.
            if (!names.includes(carrier.id) || under.length === 0) continue
            expect(under, `${name} in ${names.join(':')}`).toSatisfy((tables: string[]) =>
              tables.some((each) => carrier.carries!.includes(each)),
            )
          }
        }
      }
    }
  }, 60_000)
})
