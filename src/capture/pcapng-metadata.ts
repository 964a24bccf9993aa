/** The pcapng blocks that describe packets rather than carry them: sections, interfaces, names, secrets. */
import type { FileWindow } from './file-window.js'
import { registeredLinkType } from './link-types.js'
import { Option } from './pcapng-blocks.js'
import type { TextBudget } from './pcapng-options.js'
import { forEachOption, int64 } from './pcapng-options.js'
import type { CaptureInterface, CaptureSection } from './source.js'
import { MICROSECONDS, TickClock } from './timestamps.js'

/** More names for one address are dropped: they are compared one by one. */
const MAX_NAMES = 64

const NameRecord = { End: 0, Ipv4: 1, Ipv6: 2 } as const

/** The section header block of `length` bytes at index `at` of the window, `offset` in the file. */
export function readSection(
  window: FileWindow,
  at: number,
  length: number,
  little: boolean,
  offset: number,
  budget: TextBudget,
): CaptureSection {
  const { bytes, view } = window
  const comments: string[] = []
  let hardware = ''
  let os = ''
  let application = ''
  forEachOption(view, at + 24, at + length - 4, little, (code, from, size) => {
    const text = (): string => budget.text(bytes, from, from + size)
    if (code === Option.Comment) keep(comments, text())
    else if (code === Option.SectionHardware) hardware = text()
    else if (code === Option.SectionOs) os = text()
    else if (code === Option.SectionApplication) application = text()
  })
  return { offset, bigEndian: !little, hardware, os, application, comments }
}

/** The interface description block of `length` bytes at index `at`, with the clock of its packets. */
export function readInterface(
  window: FileWindow,
  at: number,
  length: number,
  little: boolean,
  section: number,
  id: number,
  budget: TextBudget,
): { interface: CaptureInterface; clock: TickClock } {
  const { bytes, view } = window
  const texts = { name: '', description: '', filter: '', os: '', hardware: '' }
  const comments: string[] = []
  let resolution = MICROSECONDS
  let offset = 0
  let fcsLength = -1
  forEachOption(view, at + 16, at + length - 4, little, (code, from, size) => {
    const text = (): string => budget.text(bytes, from, from + size)
    switch (code) {
      case Option.Comment:
        keep(comments, text())
        break
      case Option.InterfaceName:
        texts.name = text()
        break
      case Option.InterfaceDescription:
        texts.description = text()
        break
      case Option.InterfaceOs:
        texts.os = text()
        break
      case Option.InterfaceHardware:
        texts.hardware = text()
        break
      case Option.InterfaceFilter:
        // The first byte says whether text follows or BPF instructions.
        if (size > 0 && bytes[from] === 0) texts.filter = budget.text(bytes, from + 1, from + size)
        break
      case Option.InterfaceResolution:
        if (size === 1) resolution = view.getUint8(from)
        break
      case Option.InterfaceFcsLength:
        if (size === 1) fcsLength = view.getUint8(from)
        break
      case Option.InterfaceOffset:
        if (size === 8) offset = int64(view, from, little)
        break
    }
  })
  const clock = new TickClock(resolution, offset)
  const made: CaptureInterface = {
    linkType: registeredLinkType(view.getUint16(at + 8, little)),
    snaplen: view.getUint32(at + 12, little),
    section,
    id,
    ...texts,
    comments,
    ticksPerSecond: clock.ticksPerSecond,
    fcsLength,
    received: -1,
    dropped: -1,
  }
  return { interface: made, clock }
}

/** Adds the names of a name resolution block to `names`. */
export function readNames(
  window: FileWindow,
  at: number,
  length: number,
  little: boolean,
  names: Map<string, string[]>,
  budget: TextBudget,
): void {
  const { bytes, view } = window
  const end = at + length - 4
  for (let record = at + 8; record + 4 <= end; ) {
    const type = view.getUint16(record, little)
    const size = view.getUint16(record + 2, little)
    const start = record + 4
    if (type === NameRecord.End || start + size > end) return
    const addressSize = type === NameRecord.Ipv4 ? 4 : type === NameRecord.Ipv6 ? 16 : size
    if (addressSize < size) {
      const address = type === NameRecord.Ipv4 ? ipv4Text(bytes, start) : ipv6Text(view, start)
      addNames(names, address, bytes, start + addressSize, start + size, budget)
    }
    record = start + ((size + 3) & ~3)
  }
}

/** What a decryption secrets block holds, byte for byte as Latin-1 text; null when no more may be kept. */
export function readSecrets(
  window: FileWindow,
  at: number,
  length: number,
  little: boolean,
  budget: TextBudget,
): { type: number; text: string } | null {
  const { bytes, view } = window
  const size = Math.min(view.getUint32(at + 12, little), length - 20)
  if (!budget.grant(size)) return null
  return {
    type: view.getUint32(at + 8, little),
    text: Buffer.from(bytes.subarray(at + 16, at + 16 + size)).toString('latin1'),
  }
}

function keep(list: string[], text: string): void {
  if (text !== '') list.push(text)
}

/** Adds the zero-terminated names of one address. */
function addNames(
  names: Map<string, string[]>,
  address: string,
  bytes: Uint8Array,
  start: number,
  end: number,
  budget: TextBudget,
): void {
  for (let from = start; from < end; ) {
    const zero = bytes.subarray(from, end).indexOf(0)
    const to = zero < 0 ? end : from + zero
    const name = budget.text(bytes, from, to)
    from = to + 1
    if (name === '') continue
    const known = names.get(address)
    if (known === undefined) names.set(address, [name])
    else if (known.length < MAX_NAMES && !known.includes(name)) known.push(name)
  }
}

const ipv4Text = (bytes: Uint8Array, at: number): string => bytes.subarray(at, at + 4).join('.')

/** An IPv6 address as RFC 5952 writes it: the longest run of two or more zero groups becomes `::`. */
function ipv6Text(view: DataView, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(at + 2 * i))
  let best = 0
  let bestLength = 1
  for (let i = 0; i < 8; i++) {
    let run = 0
    while (i + run < 8 && groups[i + run] === 0) run++
    if (run > bestLength) {
      best = i
      bestLength = run
    }
  }
  const hex = (list: number[]): string => list.map((group) => group.toString(16)).join(':')
  return bestLength < 2 ? hex(groups) : `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLength))}`
}
