/**
 * What a dissector says of the packet beside reading it: the shape of its tree, values that stand in no byte, notes. Here
 * all of it goes nowhere but for the severity of notes; a `Recording` writes it down.
 */
import type { Field, Group, Note, Num, Span } from './field.js'
import { PacketReader, Signal } from './packet-reader.js'
import type { Table } from './protocol.js'

/** Fields whose value may be bytes that are not in the packet as they stand. */
export type ByteField = Field<'bytes'> | Field<'ether'> | Field<'ipv4'> | Field<'ipv6'> | Field<'guid'>

export class Outline extends PacketReader {
  /** The worst severity noted. */
  worst = 0
  /** Is anything written down? */
  readonly recording: boolean = false
  /** Is somebody going to read the lines? Then captions are worth their strings. */
  readonly showing: boolean = false

  /** Does anybody want this field, or something inside this group? If not, a dissector may step over its bytes. */
  wants(_f: Field): boolean {
    return false
  }
  /** Is anything wanted of the layers that `t` leads to, which must lead to none but these themselves? */
  wantsInside(_t: Table): boolean {
    return false
  }
  /** Opens a subtree at the read position; `close` it with what this returned. */
  open(_g: Group): number {
    return -1
  }
  /** Closes a subtree; it ends at the read position. */
  close(_opened: number): void {}
  /** Closes a subtree whose range is `start…end` whatever was read. */
  closeAt(_opened: number, _start: number, _end: number): void {}
  /** Opens the node written last as a subtree, as Wireshark puts bits below a number; end it with `leave`. */
  enter(): void {}
  leave(): void {}
  /** Adds a number at `start…end`, whatever the read position. The field's mask is applied. */
  at(_f: Num | Field<'double'>, _start: number, _end: number, _value: number): void {}
  /** Adds a span at `start…end`. */
  spanAt(_f: Span, _start: number, _end: number): void {}
  /** Adds a text at `start…end` that the bytes alone do not spell. Ask `wants(f)` before making the text. */
  textAt(_f: Field<'string'>, _start: number, _end: number, _text: string): void {}
  /** Adds bytes that are not in this packet as they stand. */
  bytesAt(_f: ByteField, _start: number, _end: number, _bytes: Uint8Array): void {}
  /** Adds a time at `start…end`. */
  timeAt(
    _f: Field<'abstime'> | Field<'reltime'>,
    _start: number,
    _end: number,
    _seconds: number,
    _nanos: number,
  ): void {}
  /** Adds a value that is in no byte of this packet: counted, tracked or computed. */
  generated(_f: Num | Field<'double'>, _value: number): void {}
  generatedText(_f: Field<'string'>, _text: string): void {}
  generatedTime(_f: Field<'abstime'> | Field<'reltime'>, _seconds: number, _nanos: number): void {}
  /** An address of the packet once more, as a generated field. */
  generatedSpan(_f: Span, _start: number, _end: number): void {}
  /** What follows this layer stands below its line, which ends at `end`, not beside it. To be called with no subtree open. */
  nest(_end: number): void {}
  /** The node written last is for filters only. */
  hide(): void {}
  /** This layer hands everything to another: its own line is for filters only. */
  hideLayer(): void {}
  /** The same, and not even filters find it. To be called before anything of this layer was read. */
  omitLayer(): void {}
  /** This layer's own line ends here and another one begins beside it (labels of a stack). */
  nextLine(_g: Group): void {}
  /** The node written last was computed. */
  markGenerated(): void {}
  /** Replaces the whole line of a subtree (what `open` returned) or, without it, of the node written last. */
  caption(_text: string, _opened?: number): void {}
  /** Adds to the line of a subtree or, without it, of the node written last. */
  append(_text: string, _opened?: number): void {}
  /** Replaces, or adds to, this layer's own line. */
  captionLayer(_text: string): void {}
  appendLayer(_text: string): void {}
  /** Notes something a person should look at. `text` replaces the note's own message. */
  note(n: Note, _text?: string): void {
    if (n.severity > this.worst) this.worst = n.severity
  }
  /** Notes an error and gives the rest of this packet up. */
  stop(n: Note, text?: string): never {
    this.note(n, text)
    throw Signal.Stopped
  }
  /** Gives the rest of this packet up as malformed. */
  malformed(): never {
    throw Signal.Malformed
  }
}
