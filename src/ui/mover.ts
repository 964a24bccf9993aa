/**
 * Moving: through the rows of the pane that has the keys, and from packet to packet, with a memory of where one was.
 */

import type { Found, Severity, Status } from '../session/session.js'
import type { Details } from './details.js'
import type { Packets } from './packets.js'
import type { Panes } from './panes.js'
import type { Tail } from './tail.js'
import { resolvePacket } from './go-to.js'
import { formatCount } from './status-line.js'
import { Visited } from './visited.js'

export interface MoverContext {
  readonly panes: Panes
  readonly packets: Packets
  readonly details: Details
  readonly tail: Tail
  readonly status: () => Status
  readonly say: (text: string, severity?: Severity) => void
}

export class Mover {
  private readonly context: MoverContext
  private readonly visited = new Visited()
  /** Where in the details of its packet something was found, as long as these are not there. */
  private found: Found | undefined

  constructor(context: MoverContext) {
    this.context = context
  }

  /** So many rows on, or back. */
  move(rows: number): void {
    if (this.panes.focused === 'tree') this.details.inTree((tree) => tree.list.move(rows))
    else if (this.panes.focused === 'bytes') this.details.inBytes((bytes) => bytes.moveRows(rows))
    else this.inList(false, () => this.packets.list.move(rows))
  }

  /** So many pages on, or back. */
  page(pages: number): void {
    if (this.panes.focused === 'tree') this.details.inTree((tree) => tree.list.page(pages))
    else if (this.panes.focused === 'bytes') this.details.inBytes((bytes) => bytes.movePages(pages))
    else this.inList(false, () => this.packets.list.page(pages))
  }

  /** To the first row (0), or to the last one. */
  toEnd(row: number): void {
    if (this.panes.focused === 'tree') this.details.inTree((tree) => tree.list.select(row))
    else if (this.panes.focused === 'bytes') this.details.inBytes((bytes) => bytes.moveTo(row))
    else if (row === 0) this.inList(true, () => this.packets.jumpTo(this.context.status().forgotten + 1, true))
    else this.inList(true, () => this.packets.list.select(row))
    if (row > 0 && this.panes.focused === 'list') this.context.tail.resume()
  }

  /** Changes the selected packet. `jump`: by more than a step, so that one can go back to where one was. */
  inList(jump: boolean, change: () => void): void {
    this.packets.release()
    change()
    this.visited.note(this.packets.selected, jump)
    this.load()
  }

  /** Asks for the details of the selected packet. */
  load(): void {
    this.details.load(this.packets.selected)
  }

  /** Selects a packet, or the nearest one that is listed. */
  select(packet: number): void {
    const hidden = this.packets.isHidden(packet)
    this.inList(true, () => this.packets.jumpTo(packet, this.context.status().filtering === null))
    if (!hidden) return
    const instead =
      this.context.status().displayed === 0 ? '' : ` Packet ${formatCount(this.packets.selected)} is the nearest.`
    this.context.say(`Packet ${formatCount(packet)} does not pass the display filter.${instead}`, 1)
  }

  /** Goes to a packet that was found, and in it to the line or the bytes. */
  showFound(found: Found): void {
    if (found.packet !== this.packets.selected) this.select(found.packet)
    this.found = found
    if (this.details.packet === found.packet) this.revealFound(found)
  }

  /** The details of a packet have come: it may be the one with what was found. */
  detailsCame(): void {
    if (this.found?.packet === this.details.packet) this.revealFound(this.found)
  }

  /** The first packets have come: they count as visited. */
  began(): void {
    if (this.visited.isEmpty) this.visited.note(this.packets.selected, true)
  }

  private revealFound(found: Found): void {
    this.found = undefined
    if (found.node >= 0) this.panes.focus('tree')
    else if (found.end > found.start) this.panes.focus('bytes')
    this.details.reveal(found)
  }

  /** Back to where one was, or forward again. */
  visit(step: -1 | 1): void {
    const packet = this.visited.go(step)
    if (packet === undefined)
      return this.context.say(`No packet was visited ${step < 0 ? 'before' : 'after'} this one.`)
    this.packets.jumpTo(packet, this.context.status().filtering === null)
    this.load()
  }

  /** Goes to the packet that the selected field names; from the list, to the first one that any field names. */
  toLinked(): void {
    const { packet } = this.details.linked(this.panes.focused === 'list')
    const what = this.panes.focused === 'list' ? 'packet' : 'field'
    const problem = packet === 0 ? `This ${what} names no other packet.` : this.goTo(`${packet}`)
    if (problem) this.context.say(problem, packet === 0 ? 0 : 2)
  }

  /** Goes to the packet that is meant. Returns what is wrong, if anything. */
  goTo(answer: string): string {
    const packet = resolvePacket(answer, this.packets.selected, this.context.status())
    if (typeof packet === 'string') return packet
    this.select(packet)
    return ''
  }

  toNextMark(): void {
    const next = this.packets.nextMark()
    if (next === undefined && this.packets.markCount > 0)
      this.context.say('No marked packet passes the display filter.')
    else if (next === undefined) this.context.say('No packet is marked; m marks one.')
    else this.select(next)
  }

  private get panes(): Panes {
    return this.context.panes
  }
  private get packets(): Packets {
    return this.context.packets
  }
  private get details(): Details {
    return this.context.details
  }
}
