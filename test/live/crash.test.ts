/** Who runs with which rights, and what a crash leaves behind. */

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { markOf } from '../../src/capture/live/processes.js'
import { framesIn } from '../support/frames.js'
import { describeLive, engines } from '../support/live.js'
import { processesWith, usersOf } from '../support/network.js'

const NOBODY = 65_534

describeLive('live capture', (net) => {
  test.each(engines)('through sudo, nothing stays root once %s has opened the device', async (engine) => {
    const folder = mkdtempSync('/tmp/framewise-sudo-')
    execFileSync('chmod', ['777', folder])
    const file = join(folder, 'saved.pcapng')
    const sudo = { SUDO_UID: String(NOBODY), SUDO_GID: String(NOBODY), TMPDIR: folder }
    const capture = await net.framewise(['-i', 'wire0', '-f', 'icmp', '-w', file, '--engine', engine], sudo)
    const program = engine === 'cap' ? 'cap-helper.js' : `/${engine} `
    const processes = [...processesWith(file), ...processesWith(program)].filter((pid) => isIn(pid, net.here))
    expect(processes.length).toBeGreaterThanOrEqual(2)
    for (const pid of processes) expect(usersOf(pid)).toEqual([NOBODY, NOBODY, NOBODY])
    await net.ping('10.77.0.2', 2)
    await capture.until(() => statSync(file).size > 600, 'the frames')
    const { code } = await capture.stop()
    expect(code).toBe(0)
    expect(await framesIn(file)).toHaveLength(4)
    expect(statSync(file).uid).toBe(NOBODY)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    execFileSync('rm', ['-r', folder])
  })

  test("a capture that is being made is nobody else's to read", async () => {
    const capture = await net.framewise(['-i', 'wire0', '-n'])
    const [name = ''] = net.captures()
    expect(name).toMatch(/^capture-\d{8}-\d{6}-[0-9a-f]{8}\.pcapng$/)
    expect(statSync(join(net.folder, 'framewise/captures', name)).mode & 0o777).toBe(0o600)
    expect(statSync(join(net.folder, 'framewise')).mode & 0o777).toBe(0o700)
    await capture.stop()
  })

  test('the program is killed: its engine ends, and the next start offers what it had captured', async () => {
    const capture = await net.framewise(['-i', 'wire0', '-f', 'icmp', '-n', '-l'])
    await net.ping('10.77.0.2', 3)
    await capture.until(() => capture.out.toString().split('\n').length > 6, 'the lines')
    const engine = processesWith('/dumpcap ').filter((pid) => isIn(pid, net.here))
    expect(engine).toHaveLength(1)
    const left = net.captures()
    capture.child.kill('SIGKILL')
    await capture.ended
    await pause(1500)
    expect(processesWith('/dumpcap ').filter((pid) => isIn(pid, net.here))).toEqual([])
    const [path = ''] = left.map((name) => join(net.folder, 'framewise/captures', name))
    const next = await net.framewise(['-i', 'wire0', '-n'])
    expect(next.err).toContain(`an earlier run ended before its capture was saved: framewise -r ${path}`)
    await next.stop()
    expect((await net.refused(['doctor'])).out).toContain(`rm ${path}`)
    expect(await framesIn(path)).toHaveLength(6)
    execFileSync('rm', [path])
  })

  test('an engine that was left behind is ended at the next start', async () => {
    const orphan = spawn(
      'ip',
      ['netns', 'exec', net.here, 'dumpcap', '-q', '-i', 'lo', '-w', join(net.folder, 'orphan')],
      { stdio: 'ignore' },
    )
    await pause(700)
    const gone = spawn('true')
    await once(gone, 'exit')
    const folder = join(net.folder, 'framewise')
    const note = (engine: object): string =>
      JSON.stringify({ owner: { pid: gone.pid, began: '1' }, engine, program: 'dumpcap', spool: '/nowhere' })
    writeFileSync(join(folder, 'engine-00000001.json'), note(markOf(orphan.pid!)))
    // A process that only has the number of an engine is nobody's orphan.
    writeFileSync(join(folder, 'engine-00000002.json'), note({ pid: process.pid, began: '1' }))
    writeFileSync(join(folder, 'engine-00000003.json'), 'not json')
    const ended = once(orphan, 'exit')
    const capture = await net.framewise(['-i', 'wire0', '-n'])
    await ended
    await capture.until(() => capture.err.includes('Engine'), 'the start')
    const { err } = await capture.stop()
    expect(err).toContain('a dumpcap that an earlier run left behind was ended.')
    expect(readdirSync(folder).filter((name) => name.startsWith('engine-'))).toEqual([])
  })
})

const isIn = (pid: number, namespace: string): boolean => {
  try {
    return (
      execFileSync('ip', ['netns', 'identify', String(pid)], { encoding: 'utf8' }).trim() === namespace &&
      readFileSync(`/proc/${pid}/comm`, 'utf8') !== ''
    )
  } catch {
    return false
  }
}
