/**
 * Which station says that an IPv4 address is its own. Two that say so of one address are what a person wants to see; each
 * such claim is remembered with the packet in which the other station was seen last.
 */
import { widened } from '../dissect/widened.js'
import type { Limited, LimitMet } from './limits.js'

/** Addresses whose owner is remembered, and claims of another station. */
const MAX_ADDRESSES = 1 << 16
const MAX_CLAIMS = 1 << 20
const MAC = 6

export class AddressOwners implements Limited {
  /** Addresses and claims for which there was no room. */
  forgotten = 0
  refused = 0
  private readonly owners = new Map<number, number>()
  private macs = new Uint8Array(64 * MAC)
  private seen = new Uint32Array(64)
  private claims = 0
  private claimOwners = new Uint32Array(64)
  private claimPackets = new Uint32Array(64)

  /**
   * The station whose hardware address begins at `mac` says in `packet` that `ip` is its own. Returns the number of the
   * claim, counted from 1, if another station has said so before, else 0.
   */
  claim(ip: number, bytes: Uint8Array, mac: number, packet: number): number {
    const owner = this.owners.get(ip)
    if (owner === undefined) {
      this.own(ip, bytes, mac, packet)
      return 0
    }
    let same = true
    for (let i = 0; i < MAC; i++) if (this.macs[owner * MAC + i] !== bytes[mac + i]) same = false
    if (same) {
      this.seen[owner] = packet
      return 0
    }
    if (this.claims === MAX_CLAIMS) {
      this.refused++
      return 0
    }
    const n = this.claims++
    if (n === this.claimOwners.length) {
      this.claimOwners = widened(this.claimOwners)
      this.claimPackets = widened(this.claimPackets)
    }
    this.claimOwners[n] = owner
    this.claimPackets[n] = this.seen[owner]!
    return n + 1
  }

  /** The packet in which the other station of a claim was seen last before it. */
  packetOf(claim: number): number {
    return this.claimPackets[claim - 1]!
  }
  /** The hardware address of that station. */
  macOf(claim: number): Uint8Array {
    const at = this.claimOwners[claim - 1]! * MAC
    return this.macs.subarray(at, at + MAC)
  }

  limits(): LimitMet[] {
    return [
      ['IP addresses whose owner is not remembered', this.forgotten],
      ['duplicate uses of an IP address not remembered', this.refused],
    ]
  }

  private own(ip: number, bytes: Uint8Array, mac: number, packet: number): void {
    const n = this.owners.size
    if (n === MAX_ADDRESSES) {
      this.forgotten++
      return
    }
    if (n === this.seen.length) {
      this.seen = widened(this.seen)
      this.macs = widened(this.macs)
    }
    this.owners.set(ip, n)
    this.seen[n] = packet
    for (let i = 0; i < MAC; i++) this.macs[n * MAC + i] = bytes[mac + i]!
  }
}
