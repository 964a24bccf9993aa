import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { runApp } from '../../src/ui/app.js'
import { FakeSession } from '../support/fake-session.js'

function streams() {
  const input = new PassThrough()
  const output = Object.assign(new PassThrough(), { columns: 80, rows: 24 })
  let text = ''
  output.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return { input, output, written: () => text }
}

const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))

describe('runApp', () => {
  it('runs on any pair of streams and leaves no listeners behind', async () => {
    const before = process.listenerCount('SIGTERM') + process.listenerCount('uncaughtException')
    const { input, output, written } = streams()
    const session = new FakeSession()
    const code = runApp(session, { input, output, color: '16', time: 'e', program: 'framewise 0.1' })
    await pause(100)
    input.write('jj')
    await pause(100)
    input.write('q')
    expect(await code).toBe(0)
    expect(session.formats).toEqual(['e'])
    expect(written()).toContain('sample.pcapng')
    expect(written()).toContain('\x1b[?1049h')
    expect(written()).not.toContain('38;5;')
    expect(process.listenerCount('SIGTERM') + process.listenerCount('uncaughtException')).toBe(before)
  })

  it('ends when its input ends, as when a terminal is closed', async () => {
    const { input, output } = streams()
    const code = runApp(new FakeSession(), { input, output, color: 'none' })
    await pause(50)
    input.end()
    expect(await code).toBe(129)
  })
})
