/**
 * Holds the agreement with tshark at the level it has reached.
 *
 *     node src/tools/conformance-floor.mjs RESULT [--update]
 *
 * RESULT is what the comparison with the reference captures wrote: `fields`, how often each field was there (`total`)
 * and equal (`agree`), and `files` with the number of rows wanted and given. Fields are judged in groups, because a
 * single rare field tells little. Exit code 1 if a group agrees less than test/conformance-floor.json asks for.
 * `--update` raises the floor to what was reached; it never lowers it.
 */

import { readFileSync, writeFileSync } from 'node:fs'

/** Group → whether a field belongs to it. */
const groups = {
  frame: oneOf('frame.number', 'frame.time_epoch', 'frame.len', 'frame.cap_len'),
  eth: under('eth'),
  vlan: under('vlan'),
  arp: under('arp'),
  ip: under('ip'),
  ipv6: under('ipv6'),
  icmp: under('icmp'),
  icmpv6: under('icmpv6'),
  igmp: under('igmp'),
  udp: (field) => under('udp')(field) && field !== 'udp.stream',
  tcp: under('tcp'),
  dns: under('dns'),
  dhcp: under('dhcp'),
  http: under('http'),
  http2: under('http2'),
  websocket: under('websocket'),
  tls: under('tls'),
}

function oneOf(...names) {
  return (field) => names.includes(field)
}

function under(protocol) {
  return (field) => field.startsWith(`${protocol}.`)
}

/** Per cent of a group's values that are equal, rounded down, so that reaching the floor again is enough. */
const agreement = (fields, belongs) => {
  let agree = 0
  let total = 0
  for (const [field, score] of Object.entries(fields)) {
    if (!belongs(field)) continue
    agree += score.agree
    total += score.total
  }
  return total === 0 ? 0 : Math.floor((100_000 * agree) / total) / 1000
}

const floorFile = new URL('../../test/conformance-floor.json', import.meta.url)
const [resultFile, option] = process.argv.slice(2)
const { fields, files } = JSON.parse(readFileSync(resultFile, 'utf8'))
const floor = JSON.parse(readFileSync(floorFile, 'utf8'))

const complete = files.filter((file) => !file.late && file.gotRows === file.wantRows).length
const rows = [['captures', complete, floor.captures]]
for (const [group, belongs] of Object.entries(groups)) {
  rows.push([group, agreement(fields, belongs), floor.groups[group] ?? 0])
}

let below = 0
for (const [name, reached, asked] of rows) {
  const verdict = reached < asked ? 'BELOW THE FLOOR' : reached > asked ? 'above, may be raised' : ''
  if (reached < asked) below++
  process.stdout.write(
    `${name.padEnd(12)} ${String(reached).padStart(8)}  floor ${String(asked).padStart(8)}  ${verdict}\n`,
  )
}

if (option === '--update') {
  const [[, captures, least], ...rest] = rows
  const raised = Object.fromEntries(rest.map(([group, reached, asked]) => [group, Math.max(reached, asked)]))
  const next = { captures: Math.max(captures, least), groups: raised }
  writeFileSync(floorFile, `${JSON.stringify(next, null, 2)}\n`)
}
if (below > 0) {
  process.stderr.write(`agreement with tshark fell: ${below} of ${rows.length} lines above are below the floor\n`)
  process.exitCode = 1
}
