/** What the tests use of pcap-parser, which has no types of its own. */
declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events'

  export interface ParsedPacket {
    header: {
      timestampSeconds: number
      timestampMicroseconds: number
      capturedLength: number
      originalLength: number
    }
    data: Buffer
  }

  /** Emits `packet`, `end` and `error`. */
  export function parse(path: string): EventEmitter
}
