/** What Info says of a DHCPv6 message: gathered while it is dissected, put into words when a list shows it. */
import { hexText, ipv6Text } from '../src/dissect/index.js'
import { messageNames } from './dhcpv6-names.js'

/** What Info may speak of. */
export const Point = {
  Message: 0,
  Transaction: 1,
  Link: 2,
  Client: 3,
  Address: 4,
  RootOnly: 5,
  Violation: 6,
  TooLong: 7,
} as const
export type Point = (typeof Point)[keyof typeof Point]

/** Messages in messages end somewhere, and so does a line. */
const MAX_POINTS = 64

/** Where in a message the things are that Info speaks of. */
export class Gist {
  private count = 0
  private readonly points = new Uint8Array(MAX_POINTS)
  private readonly starts = new Uint32Array(MAX_POINTS)
  private readonly sizes = new Uint16Array(MAX_POINTS)

  clear(): void {
    this.count = 0
  }

  add(point: Point, start: number, size: number): void {
    const n = this.count
    if (n === MAX_POINTS) return
    this.points[n] = point
    this.starts[n] = start
    this.sizes[n] = size
    this.count++
  }

  text(b: Uint8Array): string {
    let out = ''
    for (let n = 0; n < this.count; n++) out += pointText(b, this.points[n]!, this.starts[n]!, this.sizes[n]!)
    return out
  }
}

function pointText(b: Uint8Array, point: number, start: number, size: number): string {
  switch (point) {
    case Point.Message:
      return `${messageNames[b[start]!] ?? `Message Type ${b[start]}`} `
    case Point.Transaction:
      return `XID: 0x${hexText(b, start, start + 3)} `
    case Point.Link:
      return `L: ${ipv6Text(b, start)} `
    case Point.Client:
      return `CID: ${hexText(b, start, start + size)} `
    case Point.Address:
      return `IAA: ${ipv6Text(b, start)} `
    case Point.RootOnly:
      return ' [ROOT-ONLY DOMAIN NAME]'
    case Point.Violation:
      return ' [PROTOCOL VIOLATION]'
    default:
      return ' [DOMAIN FIELD LEN EXCEEDED]'
  }
}
