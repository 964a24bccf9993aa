/** The lines that say of which packets a datagram or message was put together. */
import { bool, type Dissection, type Field, framenum, uint32 } from '../../src/dissect/index.js'
import { type Assemblies, PieceFlag } from '../../src/track/assemblies.js'

/** The labels of the fields, with what the pieces are called (`Fragment`) and the whole (`IPv4`). */
export const pieceFields = (piece: string, whole: string, more: { illegal: string; end: string; error: string }) => ({
  self: framenum(`${whole} ${piece}`),
  overlap: {
    self: bool(`${piece} overlap`, 0),
    conflict: bool(`Conflicting data in ${piece.toLowerCase()} overlap`, 0),
  },
  multipletails: bool(`Multiple tail ${piece.toLowerCase()}s found`, 0, { about: more.illegal }),
  toolongfragment: bool(`${piece} too long`, 0, { about: more.end }),
  error: framenum(more.error),
  count: uint32(`${piece} count`),
})

export interface ReassemblyFields {
  readonly all: Field<'bytes'> | Field<'none'>
  readonly piece: ReturnType<typeof pieceFields>
  /** How many bytes it has; null where that is not shown. */
  readonly length: Field<'uint'> | null
  /** All bytes; null where they are not shown. */
  readonly data: Field<'bytes'> | null
  /** What the pieces are called in the title: `IPv4 Fragments`; and what one alone is, where that is not the same. */
  readonly title: string
  readonly one?: string
}

/** A title of many pieces is cut there. */
const MAX_TITLE = 239

/**
 * Writes the lines of assembly `a` at the current depth. The dissection must stand in the assembled bytes, of which
 * `size` are the assembly's.
 */
export function reassemblyTree(
  d: Dissection,
  f: ReassemblyFields,
  assemblies: Assemblies,
  a: number,
  size: number,
): void {
  const data = f.data !== null && d.wants(f.data)
  const wantsLength = f.length !== null && d.wants(f.length)
  if (!d.wants(f.all) && !d.wants(f.piece.self) && !d.wants(f.piece.error) && !wantsLength && !data) {
    if (!d.wants(f.piece.count) && !d.wants(f.piece.overlap.self) && !d.wants(f.piece.overlap.conflict)) return
  }
  const pos = d.pos
  let opened = -1
  if (f.all.kind === 'bytes') {
    d.spanAt(f.all, 0, size)
    if (d.showing) d.caption(titleText(assemblies, a, f, size))
    d.markGenerated()
    d.enter()
  } else {
    opened = d.open(f.all)
    if (d.showing) d.caption(titleText(assemblies, a, f, size), opened)
    d.markGenerated()
  }
  let count = 0
  for (let i = assemblies.first[a]!; i !== 0; ) {
    i = pieceLine(d, f, assemblies, i)
    count++
  }
  numberAt(d, f.piece.count, count)
  if (f.length !== null) numberAt(d, f.length, size)
  if (f.data !== null) {
    d.spanAt(f.data, 0, size)
    d.markGenerated()
  }
  if (f.all.kind === 'bytes') d.leave()
  else d.closeAt(opened, 0, size)
  d.pos = pos
}

function numberAt(d: Dissection, field: Field<'uint'>, value: number): void {
  d.at(field, 0, 0, value)
  d.markGenerated()
}

/** Writes the line of the piece `i` and of those that came with the same packet behind it; returns the next. */
function pieceLine(d: Dissection, f: ReassemblyFields, assemblies: Assemblies, i: number): number {
  const carrier = assemblies.carrier(i)
  const start = assemblies.offset[i]!
  const next = behind(assemblies, i)
  const size = sizeOf(assemblies, i, next)
  const flags = assemblies.flags[i]!
  const wrong = flags & (PieceFlag.Conflict | PieceFlag.OtherEnd | PieceFlag.TooLong)
  const there = Math.min(start, d.end)
  d.at(wrong ? f.piece.error : f.piece.self, there, Math.min(start + size, d.end), carrier)
  if (d.showing) {
    const bytes = `${size} byte${size === 1 ? '' : 's'}`
    d.caption(
      size === 0
        ? `Frame: ${carrier} (no data)`
        : `Frame: ${carrier}, payload: ${start}-${start + size - 1} (${bytes})`,
    )
  }
  d.markGenerated()
  if (flags === 0) return next
  d.enter()
  flagLine(d, f.piece.overlap.self, flags & PieceFlag.Overlap, there)
  flagLine(d, f.piece.overlap.conflict, flags & PieceFlag.Conflict, there)
  flagLine(d, f.piece.multipletails, flags & PieceFlag.OtherEnd, there)
  flagLine(d, f.piece.toolongfragment, flags & PieceFlag.TooLong, there)
  d.leave()
  return next
}

function flagLine(d: Dissection, field: Field<'bool'>, set: number, at: number): void {
  if (set === 0) return
  d.at(field, at, at, 1)
  d.markGenerated()
}

/** The first piece behind `i` that came with another packet or lies elsewhere. */
function behind(assemblies: Assemblies, i: number): number {
  const carrier = assemblies.carrier(i)
  let reach = assemblies.offset[i]! + assemblies.end[i]! - assemblies.start[i]!
  let next = assemblies.next[i]!
  while (next !== 0 && continues(assemblies, next, carrier, reach)) {
    reach += assemblies.end[next]! - assemblies.start[next]!
    next = assemblies.next[next]!
  }
  return next
}
const continues = (assemblies: Assemblies, i: number, carrier: number, reach: number): boolean =>
  assemblies.carrier(i) === carrier && assemblies.offset[i] === reach && (assemblies.flags[i]! & PieceFlag.Begins) === 0

function sizeOf(assemblies: Assemblies, i: number, until: number): number {
  let size = 0
  for (let j = i; j !== until; j = assemblies.next[j]!) size += assemblies.end[j]! - assemblies.start[j]!
  return size
}

/** `3 IPv4 Fragments (4008 bytes): #1(1480), #2(1480), #3(1048)`; one alone has no `s`. */
function titleText(assemblies: Assemblies, a: number, f: ReassemblyFields, size: number): string {
  let count = 0
  let list = ''
  for (let i = assemblies.first[a]!; i !== 0; ) {
    const next = behind(assemblies, i)
    if (list.length < MAX_TITLE) {
      list += `${count === 0 ? '' : ', '}#${assemblies.carrier(i)}(${sizeOf(assemblies, i, next)})`
    }
    count++
    i = next
  }
  return `${count} ${count === 1 && f.one !== undefined ? f.one : f.title} (${size} byte${size === 1 ? '' : 's'}): ${list}`.slice(
    0,
    MAX_TITLE,
  )
}
