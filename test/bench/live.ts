/**
 * `npm run bench -- live`: what share of bounded bursts each engine receives. The bursts go from one host in a network
 * namespace to another over a cable of their own (veth), so nothing else sees them. It takes root.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openCapture } from '../../src/capture/open.js'
import { Next, newRecord } from '../../src/capture/source.js'
import { leaveScreen, Network, noNetwork } from '../support/network.js'
import { PseudoTerminal } from '../support/pseudo-terminal.js'

const SECONDS = 2
const RATES = [50_000, 100_000]
/** Bytes of a frame: Ethernet, IPv4 and UDP headers are 42 of them. */
const SIZES = [100, 1400]
const HEADERS = 42
const FILTER = 'udp port 9'

interface Burst {
  readonly rate: number
  readonly size: number
}

/** Begins a capture; the function it resolves with ends it and resolves with the number of frames received. */
type Way = (net: Network, folder: string, burst: Burst) => Promise<() => Promise<number>>

/** Prints a table of shares; resolves with the exit code. */
export async function benchLive(program: string): Promise<number> {
  if (noNetwork !== '') {
    process.stderr.write(`the burst cannot be sent here: ${noNetwork}\n`)
    return 1
  }
  process.stdout.write(
    `bursts of ${SECONDS} s over veth, ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}\n\n` +
      '| engine | how | frame | asked for | sent at | received |\n|---|---|---|---|---|---|\n',
  )
  const folder = mkdtempSync(join(tmpdir(), 'framewise-burst-'))
  const net = new Network().open()
  try {
    writeFileSync(join(folder, 'sink.mjs'), SINK)
    writeFileSync(join(folder, 'send.mjs'), SENDER)
    const sink = net.start(net.there, [process.execPath, join(folder, 'sink.mjs')])
    await sink.until(() => sink.out.length > 0, 'the sink')
    await net.ping()
    await measure(net, folder, 'dumpcap', 'alone, without framewise', alone)
    for (const engine of ['dumpcap', 'tcpdump', 'cap']) {
      await measure(net, folder, engine, '-w FILE', saving(program, engine))
      await measure(net, folder, engine, 'screen', watching(program, engine, false))
      await measure(net, folder, engine, 'screen, stopped for 2 s', watching(program, engine, true))
    }
    return 0
  } finally {
    await net.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(net: Network, folder: string, engine: string, how: string, way: Way): Promise<void> {
  for (const rate of RATES) {
    for (const size of SIZES) {
      const finish = await way(net, folder, { rate, size })
      const sender = net.start(net.here, [
        process.execPath,
        join(folder, 'send.mjs'),
        String(rate * SECONDS),
        String(rate),
        String(size - HEADERS),
      ])
      const { sent, seconds } = JSON.parse((await sender.ended).out) as { sent: number; seconds: number }
      await pause(1500)
      const share = ((await finish()) / sent) * 100
      const speed = Math.round(sent / seconds / 1000)
      process.stdout.write(
        `| ${engine} | ${how} | ${size} B | ${rate / 1000}k/s | ${speed}k/s | ${share === 100 ? '100' : share.toFixed(2)} % |\n`,
      )
    }
  }
}

const alone: Way = async (net, folder) => {
  const file = join(folder, 'alone.pcapng')
  const dumpcap = net.start(net.there, ['dumpcap', '-q', '-i', 'wire1', '-f', FILTER, '-w', file])
  await dumpcap.until(() => dumpcap.err.includes('File:'), 'dumpcap')
  return async () => {
    await dumpcap.stop()
    return await count(file)
  }
}

const saving =
  (program: string, engine: string): Way =>
  async (net, folder) => {
    const file = join(folder, 'saved.pcapng')
    const args = [program, '-i', 'wire1', '-f', FILTER, '-w', file, '--engine', engine]
    const capture = net.start(net.there, [process.execPath, ...args])
    await capture.until(() => capture.err.includes('Engine '), 'the capture')
    return async () => {
      await capture.stop()
      return await count(file)
    }
  }

const watching =
  (program: string, engine: string, stopped: boolean): Way =>
  async (net) => {
    const args = [program, '-i', 'wire1', '-f', FILTER, '--engine', engine, '-n']
    const size = { columns: 200, rows: 50 }
    const data = { XDG_DATA_HOME: net.folder, XDG_RUNTIME_DIR: net.folder }
    const screen = new PseudoTerminal(['ip', 'netns', 'exec', net.there, process.execPath, ...args], size, data)
    await screen.see('? help')
    const blocked = stopped ? block(screen) : Promise.resolve()
    return async () => {
      await blocked
      const folder = join(net.folder, 'framewise/captures')
      const frames = await count(join(folder, readdirSync(folder)[0] ?? ''))
      await leaveScreen(screen)
      await screen.exited
      return frames
    }
  }

/** As if it were busy with something else in the middle of the burst. */
async function block(screen: PseudoTerminal): Promise<void> {
  await pause(700)
  screen.kill('SIGSTOP')
  await pause(2000)
  screen.kill('SIGCONT')
}

async function count(path: string): Promise<number> {
  const capture = await openCapture(path)
  const record = newRecord()
  let frames = 0
  while (capture.reader.next(record) === Next.Packet) frames++
  capture.close()
  return frames
}

/** Has the port, so that nothing is sent back, and reads nothing: it is stopped. */
const SINK = `
import { createSocket } from 'node:dgram'
createSocket('udp4').bind(9, () => {
  process.stdout.write('ready', () => process.kill(process.pid, 'SIGSTOP'))
})`

/** As evenly as it can: what is due at each turn of the event loop. */
const SENDER = `
import { createSocket } from 'node:dgram'
const [total, rate, size] = process.argv.slice(2).map(Number)
const socket = createSocket('udp4')
const bytes = Buffer.alloc(size)
socket.connect(9, '10.77.0.2', () => {
  const begun = performance.now()
  let sent = 0
  const turn = () => {
    const due = Math.min(total, ((performance.now() - begun) * rate) / 1000, sent + 400)
    for (; sent < due; sent++) socket.send(bytes)
    if (sent < total) return setImmediate(turn)
    const seconds = (performance.now() - begun) / 1000
    setTimeout(() => {
      console.log(JSON.stringify({ sent, seconds }))
      socket.close()
    }, 300)
  }
  turn()
})`
