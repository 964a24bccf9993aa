/** The property finds fields whose filters do not find them, and lets the others pass. */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Next } from '../../src/capture/source.js'
import { bytes, fields, protocol, protocolField, uint8 } from '../../src/dissect/index.js'
import type { Protocol } from '../../src/dissect/protocol.js'
import { Registry } from '../../src/dissect/registry.js'
import { Engine } from '../../src/session/engine.js'
import { FilterProperty } from '../../src/verify/filter-property.js'

const f = fields('unfilterable', {
  self: protocolField('Unfilterable'),
  one: uint8('One'),
  rest: bytes('Rest'),
})

/** Reads one field the way it must not be read: only when the whole tree is wanted. */
const unfilterable = protocol({
  name: 'Unfilterable',
  short: 'UNFILTERABLE',
  spec: 'none',
  self: f.self,
  under: { 'udp.port': 53 },
  summary: () => ({}),
  dissect(d) {
    d.u8(f.one)
    if (d.wants(f.one)) d.take(f.rest, 2)
    else d.skip(2)
    d.pos = d.end
  },
})

async function complaints(known: readonly Protocol[]): Promise<string[]> {
  const registry = new Registry(known)
  const capture = await openCapture(fileURLToPath(new URL('../../fixtures/dns/lookups.pcap', import.meta.url)))
  const engine = new Engine(capture, registry)
  while (engine.step() !== Next.End);
  const found: string[] = []
  const property = new FilterProperty(registry, (message) => found.push(message))
  for (let i = 0; i < engine.index.length; i++) property.packet(engine, i)
  capture.close()
  return found
}

describe('every line is a filter', () => {
  it('that finds its packet', async () => {
    expect(await complaints(protocols)).toEqual([])
  })

  it('unless its field is there only beside others', async () => {
    const others = protocols.filter((p) => p.id !== 'dns')
    const found = await complaints([...others, unfilterable])
    expect(found[0]).toMatch(/^the filter unfilterable\.rest == ..:.. does not find its packet by its fields alone$/)
  })
})
