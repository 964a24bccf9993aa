/**
 * Spools whose beginning was given back to the disk. A note beside one says where the packets begin that are kept; with
 * that the file is made a whole capture again: what describes it, then these packets.
 */
import { closeSync, openSync, readFileSync, readSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'

const PIECE = 1 << 20
/** What stands before a packet's bytes: a record header, the fields of an enhanced packet block. */
const BEFORE = { pcap: 16, pcapng: 28 } as const
const PCAP_HEADER = 24
const BLOCK_HEADER = 8
/** Packet blocks of pcapng: obsolete, simple, enhanced. */
const PACKETS = new Set([2, 3, 6])
const LITTLE_SECTION = 0x4d

const noteOf = (spool: string): string => `${spool}.from`

/** Writes down that the packets of `spool` begin with the one whose bytes are at `offset`. */
export function noteBeginning(spool: string, offset: number): void {
  writeFileSync(noteOf(spool), String(offset), { mode: 0o600 })
}

/** Removes the note of a spool that is removed itself. */
export function removeBeginning(spool: string): void {
  rmSync(noteOf(spool), { force: true })
}

/**
 * Makes a spool whose beginning was given back a whole capture, when nobody writes to it any more. One that cannot be
 * (the disk is full) stays as it is.
 */
export function mendSpool(spool: string): void {
  const offset = beginningOf(spool)
  if (offset < 0) return
  const part = `${spool}.part`
  try {
    copyWhole(spool, offset, part)
    renameSync(part, spool)
    removeBeginning(spool)
  } catch {
    rmSync(part, { force: true })
  }
}

/** Writes what describes the capture, and the packets from the one whose bytes are at `offset`, to a file of their own. */
function copyWhole(spool: string, offset: number, part: string): void {
  const kind = spool.endsWith('.pcapng') ? 'pcapng' : 'pcap'
  const from = openSync(spool, 'r')
  const to = openSync(part, 'w', 0o600)
  try {
    const head = kind === 'pcap' ? PCAP_HEADER : endOfDescription(from, offset)
    copy(from, 0, head, to)
    copy(from, Math.max(offset - BEFORE[kind], head), Number.POSITIVE_INFINITY, to)
  } finally {
    closeSync(from)
    closeSync(to)
  }
}

function beginningOf(spool: string): number {
  try {
    const offset = Number(readFileSync(noteOf(spool), 'latin1'))
    return Number.isSafeInteger(offset) && offset >= 0 ? offset : -1
  } catch {
    return -1
  }
}

/** Behind the blocks before the first packet, which describe section and interfaces; at most `limit`. */
function endOfDescription(fd: number, limit: number): number {
  const order = Buffer.alloc(1)
  readSync(fd, order, 0, 1, BLOCK_HEADER)
  const little = order[0] === LITTLE_SECTION
  const header = Buffer.alloc(BLOCK_HEADER)
  let at = 0
  while (at < limit && readSync(fd, header, 0, BLOCK_HEADER, at) === BLOCK_HEADER) {
    const type = little ? header.readUInt32LE(0) : header.readUInt32BE(0)
    const size = little ? header.readUInt32LE(4) : header.readUInt32BE(4)
    if (PACKETS.has(type) || size < BLOCK_HEADER + 4) break
    at += size
  }
  return Math.min(at, limit)
}

/** Appends bytes `start…end` of one file to another, or what there is of them. */
function copy(from: number, start: number, end: number, to: number): void {
  const buffer = Buffer.alloc(PIECE)
  for (let at = start; at < end; ) {
    const size = readSync(from, buffer, 0, Math.min(PIECE, end - at), at)
    if (size === 0) return
    writeSync(to, buffer, 0, size)
    at += size
  }
}
