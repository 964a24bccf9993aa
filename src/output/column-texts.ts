/** The texts of columns that somebody asked for, one packet after the other. */
import type { Dissection } from '../dissect/dissection.js'
import { allFields, type Field } from '../dissect/field.js'
import type { PacketInfo } from '../dissect/packet-info.js'
import type { Recording } from '../dissect/recording.js'
import { type BytesOf, noNames, type Resolver } from '../dissect/value.js'
import { addressText } from './address-texts.js'
import { bytesOf } from './bytes-of.js'
import type { ColumnPlan } from './column-formats.js'
import { columnValue, THERE } from './column-value.js'
import { FieldPicker } from './field-printer.js'
import { dayText, type TimeFormat, timeText } from './time-text.js'

/** Longer texts are cut, as Wireshark cuts them. */
const MAX_INFO = 4095
const MAX_VALUES = 2047

/** What one packet's columns are made of. */
export interface ColumnPacket {
  /** The dissection that has just read the packet. */
  readonly d: Dissection
  /** Another of the same packet, or the same one, that recorded `wanted`; null when nothing is wanted. */
  readonly recording: Recording | null
  /** Digits of a second's fraction. */
  readonly digits: number
}

export class ColumnTexts {
  /** The fields that must be recorded. */
  readonly wanted: readonly Field[]
  private readonly picker: FieldPicker
  /** For each column where its fields begin among those of `picker`. */
  private readonly places: readonly number[]
  private latest: ColumnPacket | null = null

  constructor(
    readonly plans: readonly ColumnPlan[],
    private readonly names: Resolver,
  ) {
    this.picker = new FieldPicker(
      plans.flatMap(({ fields }) => fields),
      allFields.length,
    )
    this.wanted = this.picker.wanted
    let place = 0
    this.places = plans.map(({ fields }) => (place += fields.length) - fields.length)
  }

  /** Afterwards `text` speaks of this packet. */
  take(packet: ColumnPacket): void {
    this.latest = packet
    if (packet.recording !== null) this.picker.pick(packet.recording.tape)
  }

  /** Column `i` of the packet; times are written as `time` says unless the column says otherwise. */
  text(i: number, time: TimeFormat): string {
    const { d, digits } = this.latest!
    const plan = this.plans[i]!
    const names = plan.resolved ? this.names : noNames
    switch (plan.kind) {
      case 'number':
        return String(d.packet.number)
      case 'time':
        return timeOf(d.packet, plan.time ?? time, digits)
      case 'source':
        return addressText(d.addressKind, d.addressBytes, d.src, names)
      case 'destination':
        return addressText(d.addressKind, d.addressBytes, d.dst, names)
      case 'protocol':
        return d.protocolText()
      case 'length':
        return String(d.packet.original)
      case 'info':
        return d.infoText().slice(0, MAX_INFO)
      case 'severity':
        return this.severity(i)
      case 'innermost':
        return this.innermost(i, names)
      case 'fields':
        return this.values(i, plan)
    }
  }

  private values(i: number, { fields, occurrence, resolved }: ColumnPlan): string {
    const { recording } = this.latest!
    if (recording === null) return ''
    const nodes = fields.flatMap((_, k) => this.nodes(this.places[i]! + k))
    const at = occurrence > 0 ? occurrence - 1 : nodes.length + occurrence
    const chosen = occurrence === 0 ? nodes : nodes.slice(Math.max(at, 0), Math.max(at + 1, 0))
    const bytes: BytesOf = (source) => bytesOf(recording, source)
    let text = ''
    for (const [k, node] of chosen.entries()) {
      const value = columnValue(recording.tape, node, bytes, this.names, resolved)
      if (value === THERE && k > 0) continue
      text += k === 0 ? value : `,${value}`
      if (text.length > MAX_VALUES) break
    }
    return text.slice(0, MAX_VALUES)
  }

  /** The last value in a layer of its own; what is quoted does not count. */
  private innermost(i: number, names: Resolver): string {
    const { recording } = this.latest!
    if (recording === null) return ''
    const { tape } = recording
    const nodes = this.plans[i]!.fields.flatMap((_, k) => this.nodes(this.places[i]! + k))
    const node = nodes.reduce((last, each) => (tape.depth[each] === 1 && each > last ? each : last), -1)
    if (node < 0) return ''
    const bytes: BytesOf = (source) => bytesOf(recording, source)
    const text = columnValue(tape, node, bytes, names, true)
    switch (tape.fieldAt(node).kind) {
      case 'ether':
        return names.ether(bytes(tape.source[node]!), tape.start[node]!) || text
      case 'ipv4':
      case 'ipv6':
        return names.ip(text) || text
      default:
        return text
    }
  }

  /** That of the worst expert item. */
  private severity(i: number): string {
    const { recording } = this.latest!
    if (recording === null) return ''
    const { tape } = recording
    const nodes = this.nodes(this.places[i]!)
    if (nodes.length === 0) return ''
    const worst = nodes.reduce((most, node) => (tape.value[node]! > tape.value[most]! ? node : most))
    return columnValue(tape, worst, (source) => bytesOf(recording, source), noNames, true)
  }

  private nodes(name: number): number[] {
    const nodes: number[] = []
    for (let node = this.picker.first[name]!; node >= 0; node = this.picker.after(node)) nodes.push(node)
    return nodes
  }
}

function timeOf(p: PacketInfo, format: TimeFormat | 'doy' | 'udoy', digits: number): string {
  if (format === 'doy' || format === 'udoy') return dayText(p, format === 'udoy', digits)
  return timeText(p, format, digits)
}
