/** What stands behind `-z follow,tcp,`: how the stream is printed, which one, and which of its chunks. */
import { parseIpv4, parseIpv6 } from '../filter/addresses.js'
import type { Transport } from '../follow/payloads.js'
import { type FollowMode, type FollowOptions, followModes } from '../stats/follow-statistic.js'
import { suggestion, UsageError } from './usage-error.js'

/** Understands `MODE,STREAM[,RANGE]`. Throws `UsageError`. */
export function followOptionsOf(protocol: FollowOptions['protocol'], text: string): FollowOptions {
  const [, modeText = '', rest = ''] = /^([^,]*),?(.*)$/s.exec(text) ?? []
  const mode = followModes.find((one) => one === modeText)
  if (mode === undefined) throw new UsageError(`${beginning(protocol)}${modeText}: ${modeProblem(modeText)}`)
  const [filter, range] = streamOf(protocol, mode, rest)
  return { protocol, mode, filter, ...rangeOf(protocol, range) }
}

const beginning = (protocol: string): string => `-z follow,${protocol},`

function modeProblem(text: string): string {
  return `a stream is printed as ${followModes.join(', ')}.${suggestion(text, followModes)}`
}

/** The filter for the stream that `text` begins with, and what comes behind it. */
function streamOf(protocol: FollowOptions['protocol'], mode: FollowMode, text: string): [string, string] {
  const transport: Transport = protocol === 'http' ? 'tcp' : protocol
  const number = /^(\d+)(?:,(.*))?$/s.exec(text)
  if (number !== null && Number(number[1]) <= MAX_STREAM) {
    return [`${transport}.stream eq ${Number(number[1])}`, number[2] ?? '']
  }
  const ends = /^(\[[^\]]*\]|[^:,]*):(\d+),(\[[^\]]*\]|[^:,]*):(\d+)(?:,(.*))?$/s.exec(text)
  const [, from = '', fromPort = '', to = '', toPort = '', rest = ''] = ends ?? []
  const family = familyOf(from)
  if (ends === null || family === '' || family !== familyOf(to) || !isPort(fromPort) || !isPort(toPort)) {
    throw new UsageError(
      `${beginning(protocol)}${mode},${text}: behind ${mode} comes the number of a stream, or both its ends as in ` +
        '192.0.2.1:5000,192.0.2.2:80 or [2001:db8::1]:5000,[2001:db8::2]:80.',
    )
  }
  const end = (way: string, address: string, port: string): string =>
    `(${family}.${way} eq ${address.replace(/[[\]]/g, '')} and ${transport}.${way}port eq ${Number(port)})`
  const one = `(${end('src', from, fromPort)} and ${end('dst', to, toPort)})`
  const other = `(${end('src', to, toPort)} and ${end('dst', from, fromPort)})`
  return [`${one} or ${other}`, rest]
}
const MAX_STREAM = 0xffff_ffff

function familyOf(address: string): 'ip' | 'ipv6' | '' {
  if (parseIpv4(address) !== null) return 'ip'
  return address.startsWith('[') && parseIpv6(address.slice(1, -1)) !== null ? 'ipv6' : ''
}

const isPort = (text: string): boolean => Number(text) >= 1 && Number(text) <= 0xffff

/** `3` or `3-5`, chunks counted from 1; '' for all. */
function rangeOf(protocol: string, text: string): { readonly from: number; readonly to: number } {
  if (text === '') return { from: 1, to: Number.POSITIVE_INFINITY }
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? []
  const from = Number(first)
  const to = last === undefined ? from : Number(last)
  if (first === undefined || from < 1 || to < from) {
    throw new UsageError(`${beginning(protocol)}…,${text}: chunks are counted from 1, as in 3 or 3-5.`)
  }
  return { from, to }
}
