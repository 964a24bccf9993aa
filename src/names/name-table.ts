/**
 * Sorted keys → names, as one binary file that is read once and searched where it lies.
 *
 * Layout, all numbers little-endian: `FWNT`, u32 number of sections, then for each section u32 bytes per key, u32 number
 * of rows and u32 offset of its first row; then the rows (key, big-endian so that it compares like packet bytes, and u32
 * offset of the name), then the names (u8 length, UTF-8). Nothing is decoded before somebody asks for it.
 */

import { readFileSync } from 'node:fs'
import { packageFile } from '../package-files.js'

/** One section as the generator hands it over: every key has the same number of bytes. */
export interface NameSection {
  readonly keyBytes: number
  readonly rows: readonly (readonly [key: Uint8Array, name: string])[]
}

export class NameTable {
  private readonly view: DataView
  private readonly sections: number
  private readonly decoded = new Map<number, string>()

  /** @throws Error if the bytes are not such a table. */
  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (bytes.length < headBytes || this.view.getUint32(0, true) !== magic) throw new Error('not a table of names')
    this.sections = this.view.getUint32(4, true)
    if (bytes.length < headBytes + this.sections * sectionBytes) throw new Error('table of names cut short')
    for (let i = 0; i < this.sections; i++) {
      const end = this.firstRow(i) + this.rows(i) * (this.keyBytes(i) + 4)
      if (end > bytes.length) throw new Error('table of names cut short')
    }
  }

  /**
   * The name of the key at `offset` of `key`, or '' if it has none or the table has no such section. In the key's last
   * byte only the bits of `lastMask` count. The key must lie wholly inside `key`.
   */
  find(section: number, key: Uint8Array, offset: number, lastMask = 0xff): string {
    if (section >= this.sections) return ''
    const width = this.keyBytes(section)
    const first = this.firstRow(section)
    let low = 0
    let high = this.rows(section) - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const row = first + middle * (width + 4)
      let order = 0
      for (let i = 0; i < width && order === 0; i++) {
        const byte = key[offset + i] ?? 0
        order = (i === width - 1 ? byte & lastMask : byte) - (this.bytes[row + i] ?? 0)
      }
      if (order === 0) return this.nameAt(this.view.getUint32(row + width, true))
      if (order < 0) high = middle - 1
      else low = middle + 1
    }
    return ''
  }

  private rows(section: number): number {
    return this.view.getUint32(headBytes + section * sectionBytes + 4, true)
  }

  private keyBytes(section: number): number {
    return this.view.getUint32(headBytes + section * sectionBytes, true)
  }

  private firstRow(section: number): number {
    return this.view.getUint32(headBytes + section * sectionBytes + 8, true)
  }

  private nameAt(at: number): string {
    let name = this.decoded.get(at)
    if (name === undefined) {
      name = new TextDecoder().decode(this.bytes.subarray(at + 1, at + 1 + (this.bytes[at] ?? 0)))
      this.decoded.set(at, name)
    }
    return name
  }
}

/** Packs sections into the bytes that `NameTable` reads. Rows may come in any order; names above 255 bytes are cut. */
export const packNames = (sections: readonly NameSection[]): Uint8Array => {
  const encoder = new TextEncoder()
  const names = new Map<string, number>()
  const encoded: Uint8Array[] = []
  let at = headBytes + sections.length * sectionBytes
  for (const { keyBytes, rows } of sections) at += rows.length * (keyBytes + 4)
  for (const { rows } of sections) {
    for (const [, name] of rows) {
      if (names.has(name)) continue
      const bytes = encoder.encode(name).subarray(0, 255)
      names.set(name, at)
      encoded.push(bytes)
      at += 1 + bytes.length
    }
  }

  const out = Buffer.alloc(at)
  out.writeUInt32LE(magic, 0)
  out.writeUInt32LE(sections.length, 4)
  let row = headBytes + sections.length * sectionBytes
  for (const [i, { keyBytes, rows }] of sections.entries()) {
    out.writeUInt32LE(keyBytes, headBytes + i * sectionBytes)
    out.writeUInt32LE(rows.length, headBytes + i * sectionBytes + 4)
    out.writeUInt32LE(row, headBytes + i * sectionBytes + 8)
    for (const [key, name] of [...rows].sort((a, b) => Buffer.compare(a[0], b[0]))) {
      out.set(key, row)
      out.writeUInt32LE(names.get(name) ?? 0, row + keyBytes)
      row += keyBytes + 4
    }
  }
  for (const bytes of encoded) {
    out[row] = bytes.length
    out.set(bytes, row + 1)
    row += 1 + bytes.length
  }
  return out
}

/** Reads a table that the build has made. Without the file the program works and knows no names. */
export const openNames = (file: string): NameTable => {
  try {
    return new NameTable(readFileSync(packageFile(`dist/src/names/${file}`)))
  } catch {
    return new NameTable(packNames([]))
  }
}

const magic = 0x544e5746
const headBytes = 8
const sectionBytes = 12
