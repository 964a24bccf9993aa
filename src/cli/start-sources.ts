/** What the start screen shows and starts, from the system. */
import { CaptureError } from '../capture/damage.js'
import { filterProblem } from '../capture/live/capture-filter.js'
import { checkEngines } from '../capture/live/engine-check.js'
import { type EngineName, engineNames } from '../capture/live/engines.js'
import { listInterfaces, trafficOf, usualLinkType } from '../capture/live/interfaces.js'
import type { CaptureSettings } from '../capture/live/live-capture.js'
import { deleteLeftover, endOrphans, leftovers, saveLeftover } from '../capture/live/spools.js'
import { history } from '../config/history.js'
import type { StartSources } from '../session/start-sources.js'
import { interfaceSettings } from './interfaces.js'

export interface StartWays {
  /** Shows a capture or a file in place of the start screen; resolves with what stands in the way. */
  readonly begin: (settings: CaptureSettings) => Promise<string>
  readonly open: (path: string) => Promise<string>
  readonly engine: EngineName | 'auto'
}

/** In words, what libpcap calls by names of its own. */
const LINK_TYPES: Readonly<Record<string, string>> = {
  EN10MB: 'Ethernet',
  LINUX_SLL2: 'cooked',
  RAW: 'raw IP',
  IEEE802_11: 'Wi-Fi',
  IEEE802_11_RADIO: 'Wi-Fi, radio',
  USB_LINUX_MMAPPED: 'USB',
  BLUETOOTH_LINUX_MONITOR: 'Bluetooth',
  IPV4: 'IPv4',
}

export function startSources({ begin, open, engine }: StartWays): StartSources {
  void endOrphans()
  const filters = history('capture')
  const files = history('files')
  return {
    filters,
    interfaces: async () =>
      (await listInterfaces()).map(({ name, description, addresses, state }) => {
        const linkType = usualLinkType(name)
        return { name, description, addresses, state, linkType: LINK_TYPES[linkType] ?? linkType }
      }),
    traffic: trafficOf,
    obstacle,
    filterProblem: (filter, name) => filterProblem(filter, usualLinkType(name)),
    recentFiles: () => files.list(),
    leftovers,
    capture: async (names, filter) => {
      try {
        const usual = { filter, snaplen: 0, promiscuous: true, monitor: false, buffer: 0, linkType: '' }
        const interfaces = await interfaceSettings(names.map((name) => ({ ...usual, name })))
        const problem = await begin({ interfaces, engine })
        if (problem === '') filters.add(filter)
        return problem
      } catch (error) {
        return sentenceOf(error)
      }
    },
    open,
    saveLeftover: (path, to) => attempt(() => saveLeftover({ path }, to)),
    deleteLeftover: (path) => attempt(() => deleteLeftover({ path })),
  }
}

/** Why nobody may capture here, with the first command that mends it. */
async function obstacle(): Promise<string> {
  const findings = await checkEngines()
  if (findings.some(({ good }) => good)) return ''
  const first = engineNames.flatMap((name) => findings.find((one) => one.engine === name) ?? [])[0]
  if (first === undefined) return ''
  const [remedy] = first.remedy
  return `${first.what}${remedy === undefined ? '' : `: ${remedy}`} (more: framewise doctor)`
}

function attempt(act: () => void): string {
  try {
    act()
    return ''
  } catch (error) {
    return sentenceOf(error)
  }
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof CaptureError)) throw error
  return error.message.replaceAll('\n', ' ')
}
