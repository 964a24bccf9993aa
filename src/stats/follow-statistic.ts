/** `-z follow,…`: what both sides of a stream said, in tshark's words. */
import { ipv4Text, ipv6Text, etherText } from '../dissect/address.js'
import { Address, type Library } from '../dissect/dissection.js'
import type { Recording } from '../dissect/recording.js'
import type { Registry } from '../dissect/registry.js'
import { Follower } from '../follow/follower.js'
import { HttpFollower } from '../follow/http-follower.js'
import type { Endpoint, Transport } from '../follow/payloads.js'
import type { OutputBuffer } from '../output/output-buffer.js'
import type { LimitMet } from '../track/limits.js'
import { fixed } from './c-number.js'
import type { Statistic } from './statistic.js'

export const followModes = ['ascii', 'ebcdic', 'hex', 'raw', 'utf-8', 'yaml'] as const
export type FollowMode = (typeof followModes)[number]

export interface FollowOptions {
  readonly protocol: Transport | 'http'
  readonly mode: FollowMode
  /** What chooses the packets, as it is printed. */
  readonly filter: string
  /** The chunks that are printed, counted from 1. */
  readonly from: number
  readonly to: number
}

/** What printing needs of the capture. */
export interface FollowSource extends Library {
  readonly registry: Registry
  /** Dissects packet `i`, counted from 0, once more. */
  show(d: Recording, i: number): void
  readonly index: { secondsOf(packet: number): number; nanosecondsOf(packet: number): number }
}

export class FollowStatistic implements Statistic {
  private readonly follower: Follower | HttpFollower
  /** One for each side: a character may begin in one chunk and end in the next. */
  private readonly decoders = [new TextDecoder('utf-8', NO_BOM), new TextDecoder('utf-8', NO_BOM)] as const

  constructor(
    private readonly source: FollowSource,
    private readonly options: FollowOptions,
  ) {
    const { protocol } = options
    this.follower =
      protocol === 'http'
        ? new HttpFollower(source.registry, (d, packet) => source.show(d, packet - 1))
        : new Follower(source.registry, protocol)
  }

  packet(show: (d: Recording) => void): void {
    this.follower.take(show)
  }

  print(out: OutputBuffer): void {
    const { mode } = this.options
    if (mode === 'yaml') this.printPeers(out)
    else this.printHead(out)
    const { chunks } = this.follower
    const { from, to } = this.options
    const offsets: [number, number] = [0, 0]
    for (let i = 0; i < chunks.length; i++) {
      const side = chunks.side(i)
      if (i + 1 >= from && i + 1 <= to) this.printChunk(out, i, side, offsets[side]!)
      offsets[side]! += chunks.size[i]!
    }
    if (mode !== 'yaml') out.text(RULE)
  }

  limits(): readonly LimitMet[] {
    const { protocol, filter } = this.options
    return [[`follow,${protocol}: later pieces of ${filter} left out`, this.follower.chunks.refused]]
  }

  private printHead(out: OutputBuffer): void {
    const { protocol, mode, filter } = this.options
    const { client, server } = this.follower
    out.text(`\n${RULE}Follow: ${protocol},${mode}\nFilter: ${filter}\n`)
    out.text(`Node 0: ${nodeText(client)}\nNode 1: ${nodeText(server)}\n`)
  }

  private printPeers(out: OutputBuffer): void {
    out.text('peers:\n')
    for (const [peer, end] of [this.follower.client, this.follower.server].entries()) {
      out.text(`  - peer: ${peer}\n    host: ${hostText(end)}\n    port: ${end?.port ?? 0}\n`)
    }
    out.text('packets:\n')
  }

  private printChunk(out: OutputBuffer, i: number, side: number, offset: number): void {
    const { chunks } = this.follower
    const bytes = chunks.read(this.source, i)
    const indent = side === 1 ? '\t' : ''
    switch (this.options.mode) {
      case 'ascii':
      case 'ebcdic':
        out.text(`${indent}${bytes.length}\n`)
        printText(out, bytes, this.options.mode === 'ascii' ? asciiOf : ebcdicOf)
        return out.byte(LINE_FEED)
      case 'utf-8':
        out.text(`${indent}${bytes.length}\n`)
        out.text(this.decoders[side === 1 ? 1 : 0].decode(bytes, { stream: true }).replace(CONTROLS, '.'))
        return out.byte(LINE_FEED)
      case 'hex':
        return printHex(out, bytes, indent, offset)
      case 'raw':
        out.text(indent)
        out.hexBytes(bytes, 0, bytes.length)
        return out.byte(LINE_FEED)
      case 'yaml':
        return this.printPacket(out, chunks.packet[i]!, side, bytes)
    }
  }

  private printPacket(out: OutputBuffer, packet: number, side: number, bytes: Uint8Array): void {
    const { index } = this.source
    const time = index.secondsOf(packet) + index.nanosecondsOf(packet) / 1e9
    out.text(`  - packet: ${packet}\n    peer: ${side}\n    timestamp: ${fixed(time, 9)}\n    data: !!binary |\n`)
    for (let at = 0; at < bytes.length; at += BASE64_BYTES) {
      out.text(`      ${Buffer.from(bytes.subarray(at, at + BASE64_BYTES)).toString('base64')}\n`)
    }
  }
}

const RULE = '===================================================================\n'
const NO_BOM = { ignoreBOM: true }
/** What would do something to a terminal, other than ending a line. */
const CONTROLS = /[^\P{C}\r\n]/gu
const LINE_FEED = 0x0a
const DOT = 0x2e
const SPACE = 0x20
/** Bytes in a line of base64 and in a line of the hex dump. */
const BASE64_BYTES = 57
const HEX_BYTES = 16

function hostText(end: Endpoint | null): string {
  if (end === null || end.address.length === 0) return ''
  if (end.kind === Address.IPv4) return ipv4Text(end.address, 0)
  return end.kind === Address.IPv6 ? ipv6Text(end.address, 0) : etherText(end.address, 0)
}

function nodeText(end: Endpoint | null): string {
  const host = hostText(end)
  return `${end?.kind === Address.IPv6 ? `[${host}]` : host}:${end?.port ?? 0}`
}

const isPrintable = (byte: number): boolean => byte >= SPACE && byte < 0x7f

/** What stands for a byte in text: itself where it can be printed or ends a line. */
const asciiOf = Uint8Array.from({ length: 256 }, (_, byte) =>
  isPrintable(byte) || byte === LINE_FEED || byte === 0x0d ? byte : DOT,
)

/** The same as tshark reads EBCDIC: of the bytes from 0x20 to 0x7e only. */
const ebcdicOf = asciiOf.slice()
Buffer.from(" !\"#$%&'()*+,-./..23456789:;<=.? ...........<(+|&.........!$*);^-/........|,%_>?..........:#@'=").copy(
  ebcdicOf,
  SPACE,
)

function printText(out: OutputBuffer, bytes: Uint8Array, charOf: Uint8Array): void {
  const text = bytes.map((byte) => charOf[byte]!)
  for (let at = 0; at < text.length; at += 48) out.copy(text, at, Math.min(at + 48, text.length))
}

/** Lines of 16 bytes, numbered by where they lie in their side of the stream. */
function printHex(out: OutputBuffer, bytes: Uint8Array, indent: string, offset: number): void {
  for (let at = 0; at < bytes.length; at += HEX_BYTES) {
    const line = bytes.subarray(at, at + HEX_BYTES)
    let hex = ''
    let text = ''
    for (const [i, byte] of line.entries()) {
      hex += `${byte.toString(16).padStart(2, '0')} `
      text += isPrintable(byte) ? String.fromCharCode(byte) : '.'
      if (i !== HEX_BYTES / 2 - 1) continue
      hex += ' '
      text += ' '
    }
    const number = ((offset + at) >>> 0).toString(16).toUpperCase().padStart(8, '0')
    out.text(`${indent}${number}  ${hex.padEnd(HEX_BYTES * 3 + 2)}${text.replace(/ $/, '')}\n`)
  }
}
