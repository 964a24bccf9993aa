/** One IPv4 address of which two stations say that it is theirs, as ARP shows it. */
import { type Dissection, etherText, fields, framenum, group, ipv4Text, uint32, warning } from '../src/dissect/index.js'
import { AddressOwners } from '../src/track/address-owners.js'
import { noteBelow } from './shared/note-below.js'

const f = fields('arp', {
  _duplicate: group('Duplicate IP address detected'),
  'duplicate-address-frame': framenum('Frame showing earlier use of IP address'),
  'duplicate-address-detected': warning('Duplicate IP address configured', 'Sequence'),
  'seconds-since-duplicate-address-frame': uint32('Seconds since earlier frame seen'),
})

const MAC = 6
/** A packet makes two claims at most: of its sender, and of its target. */
const SENDER = 2
const TARGET = 1

/** The claims that a packet made and another station had made before it: their numbers, 0 for none. Refilled by every recall. */
export interface Duplicates {
  owners: AddressOwners
  sender: number
  target: number
}
const recalled: Duplicates = { owners: new AddressOwners(), sender: 0, target: 0 }

/** Facts for `duplicatesOf`, from the numbers of both claims; those of one packet follow each other. */
export const duplicateFacts = (sender: number, target: number): number =>
  (sender || target) * 4 + (sender === 0 ? 0 : SENDER) + (target === 0 ? 0 : TARGET)

export function duplicatesOf(owners: AddressOwners, facts: number): Duplicates {
  const first = facts >>> 2
  const both = (facts & 3) === SENDER + TARGET
  recalled.owners = owners
  recalled.sender = (facts & SENDER) === 0 ? 0 : first
  recalled.target = (facts & TARGET) === 0 ? 0 : both ? first + 1 : first
  return recalled
}

/** Neither a group of stations nor one without address has an IPv4 address. */
export function isClaim(b: Uint8Array, mac: number, ip: number): boolean {
  if ((b[mac]! & 1) !== 0 || (b[ip]! | b[ip + 1]! | b[ip + 2]! | b[ip + 3]!) === 0) return false
  for (let i = 0; i < MAC; i++) if (b[mac + i] !== 0) return true
  return false
}

/** The number of the claim to the address at `ip` that the station at `mac` makes; 0 if nobody else has it. */
export function claim(owners: AddressOwners, d: Dissection, mac: number, ip: number): number {
  const b = d.bytes
  const address = ((b[ip]! << 24) | (b[ip + 1]! << 16) | (b[ip + 2]! << 8) | b[ip + 3]!) >>> 0
  return owners.claim(address, b, mac, d.packet.number)
}

/** Shows a claim beside the layer: `ip` of the station at `mac` is in use by another one. */
export function writeDuplicate(d: Dissection, owners: AddressOwners, claimed: number, mac: number, ip: number): void {
  const packet = owners.packetOf(claimed)
  const address = ipv4Text(d.bytes, ip)
  d.nextLine(f._duplicate)
  d.markGenerated()
  if (d.showing) {
    const other = etherText(owners.macOf(claimed), 0)
    const own = etherText(d.bytes, mac)
    d.captionLayer(`Duplicate IP address detected for ${address} (${own}) - also in use by ${other} (frame ${packet})`)
  }
  d.generated(f['duplicate-address-frame'], packet)
  noteBelow(d, f['duplicate-address-detected'], `Duplicate IP address configured (${address})`)
  d.generated(f['seconds-since-duplicate-address-frame'], (d.packet.seconds - d.clock.secondsOf(packet)) >>> 0)
}
