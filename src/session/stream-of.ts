/** Which stream a packet belongs to, as `f` and saving mean it. */
import { Payloads, type Transport } from '../follow/payloads.js'
import type { Engine } from './engine.js'

export interface PacketStream {
  readonly transport: Transport
  /** As `tcp.stream` or `udp.stream` has it. */
  readonly number: number
  /** The display filter that only its packets pass. */
  readonly filter: string
}

/** The stream of packet `packet`: the innermost of TCP if it has any, else of UDP; null when there is none. */
export function streamOf(engine: Engine, packet: number): PacketStream | null {
  if (!(packet > engine.index.forgotten && packet <= engine.index.length)) return null
  for (const transport of ['tcp', 'udp'] as const) {
    const payloads = new Payloads(engine.registry, transport)
    engine.show(payloads.dissection, packet - 1)
    let number = -1
    payloads.each(({ stream }) => {
      number = stream
    })
    if (number >= 0) return { transport, number, filter: `${transport}.stream eq ${number}` }
  }
  return null
}
