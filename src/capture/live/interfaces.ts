/** The interfaces that can be captured on, numbered and named as tshark does. Listing them takes no privilege. */
import { readdirSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { findProgram, runProgram } from './run-program.js'

export interface LiveInterface {
  /** What `-i NUMBER` means, from 1. */
  readonly number: number
  readonly name: string
  /** What it is, e.g. `Loopback`; '' when there is nothing to say. */
  readonly description: string
  readonly addresses: readonly string[]
  readonly loopback: boolean
  readonly state: 'up' | 'down' | 'unknown'
}

/** One way to look at an interface's frames. */
export interface LinkType {
  /** As `-y` takes it, e.g. `EN10MB`. */
  readonly name: string
  readonly description: string
}

const SYSTEM = '/sys/class/net'
/** IFF_UP and IFF_RUNNING of <net/if.h>. */
const UP = 1
/** Bytes and packets that an interface has seen; dropped are those it had no room for. */
export interface Traffic {
  readonly bytes: number
  readonly packets: number
  readonly dropped: number
}

/** All interfaces, in the order of libpcap. */
export async function listInterfaces(): Promise<LiveInterface[]> {
  const dumpcap = findProgram('dumpcap')
  if (dumpcap !== '') {
    const { status, output } = await runProgram(dumpcap, ['-D', '-M'])
    if (status === 0 && output !== '') return output.trimEnd().split('\n').flatMap(fromDumpcap)
  }
  const tcpdump = findProgram('tcpdump')
  if (tcpdump !== '') {
    const { status, output } = await runProgram(tcpdump, ['-D'])
    if (status === 0 && output !== '') return output.trimEnd().split('\n').flatMap(fromTcpdump)
  }
  return fromSystem()
}

/** How the interface is shown in lists and messages: `Loopback: lo`. */
export const interfaceTitle = (io: { readonly name: string; readonly description: string }): string =>
  io.description === '' ? io.name : `${io.description}: ${io.name}`

/** What has passed the interface since it came up, for `any` all of them; null when the system does not say. */
export function trafficOf(name: string): Traffic | null {
  if (name === 'any') return trafficOfAll()
  if (!isPlainName(name)) return null
  const count = (file: string): number => Number(readFileSync(`${SYSTEM}/${name}/statistics/${file}`, 'latin1'))
  try {
    return {
      bytes: count('rx_bytes') + count('tx_bytes'),
      packets: count('rx_packets') + count('tx_packets'),
      dropped: count('rx_dropped') + count('rx_missed_errors'),
    }
  } catch {
    return null
  }
}

function trafficOfAll(): Traffic | null {
  const each = devices().flatMap((name) => (name === 'any' ? [] : (trafficOf(name) ?? [])))
  const sum = (of: (one: Traffic) => number): number => each.reduce((total, one) => total + of(one), 0)
  if (each.length === 0) return null
  return { bytes: sum((one) => one.bytes), packets: sum((one) => one.packets), dropped: sum((one) => one.dropped) }
}

/** Whether the interface is up; `unknown` for those that are no device, such as `any`. */
export function stateOf(name: string): LiveInterface['state'] {
  if (!isPlainName(name)) return 'unknown'
  try {
    return (Number(readFileSync(`${SYSTEM}/${name}/flags`, 'latin1')) & UP) === 0 ? 'down' : 'up'
  } catch {
    return 'unknown'
  }
}

/**
 * The link type that libpcap gives the interface unless told otherwise, in its own names. It is told from the kind of
 * the device (ARPHRD_ of <net/if_arp.h>), without opening it.
 */
export function usualLinkType(name: string): string {
  if (name === 'any') return 'LINUX_SLL2'
  const special = name.startsWith('usbmon') ? 'USB_LINUX_MMAPPED' : SPECIAL[name]
  if (special !== undefined) return special
  try {
    return ARPHRD[Number(readFileSync(`${SYSTEM}/${name}/type`, 'latin1'))] ?? 'EN10MB'
  } catch {
    return 'EN10MB'
  }
}

const SPECIAL: Readonly<Record<string, string>> = {
  nflog: 'NFLOG',
  nfqueue: 'IPV4',
  'bluetooth-monitor': 'BLUETOOTH_LINUX_MONITOR',
  'dbus-system': 'DBUS',
  'dbus-session': 'DBUS',
}

const ARPHRD: Readonly<Record<number, string>> = {
  1: 'EN10MB',
  280: 'CAN_SOCKETCAN',
  512: 'RAW',
  768: 'RAW',
  769: 'RAW',
  772: 'EN10MB',
  776: 'RAW',
  778: 'RAW',
  801: 'IEEE802_11',
  802: 'PRISM_HEADER',
  803: 'IEEE802_11_RADIO',
  824: 'NETLINK',
  65534: 'RAW',
}

/** A line of `dumpcap -D -M`: number and name, then vendor, friendly name, kind, addresses, loopback between tabs. */
function fromDumpcap(line: string): LiveInterface[] {
  const [first = '', vendor = '', friendly = '', , addresses = '', loopback = ''] = line.split('\t')
  const [, number = '', name = ''] = /^(\d+)\. (.+)$/.exec(first) ?? []
  if (name === '') return []
  return [
    {
      number: Number(number),
      name,
      description: friendly !== '' ? friendly : vendor,
      addresses: addresses === '' ? [] : addresses.split(','),
      loopback: loopback === 'loopback',
      state: stateOf(name),
    },
  ]
}

/** A line of `tcpdump -D`: `3.lo [Up, Running, Loopback]`. */
function fromTcpdump(line: string): LiveInterface[] {
  const [, number = '', name = '', flags = ''] = /^(\d+)\.(\S+)(?: \(.*\))?(?: \[(.*)\])?$/.exec(line) ?? []
  return name === '' ? [] : [described(Number(number), name, flags.includes('Loopback'))]
}

function fromSystem(): LiveInterface[] {
  const names = process.platform === 'linux' ? devices() : Object.keys(networkInterfaces())
  return names.map((name, i) => described(i + 1, name, /^lo\d*$/.test(name)))
}

function devices(): string[] {
  try {
    const names = readdirSync(SYSTEM).filter((name) => name !== 'bonding_masters')
    return [...names.filter((name) => name !== 'lo'), 'any', ...names.filter((name) => name === 'lo')]
  } catch {
    return Object.keys(networkInterfaces())
  }
}

function described(number: number, name: string, loopback: boolean): LiveInterface {
  const addresses = (networkInterfaces()[name] ?? []).map(({ address }) => address)
  return { number, name, description: loopback ? 'Loopback' : '', addresses, loopback, state: stateOf(name) }
}

/** It becomes part of a path. */
const isPlainName = (name: string): boolean => /^[\w.:@-]+$/.test(name) && !/^\.+$/.test(name)
