/**
 * A program that shows a fake session, for tests that need a process and a terminal of its own.
 *
 * Arguments: packets, packets there at the start, and `crash` or `reject` to fail on the key `t`.
 */

import { runApp } from '../../src/ui/app.js'
import { FakeSession } from './fake-session.js'

const [packets = '1204', arrived = packets, failing = ''] = process.argv.slice(2)
const session = new FakeSession({
  packets: Number(packets),
  arrived: Number(arrived),
  hostile: 'evil \x1b[31m\x1b]0;title\x07 \u202etxt 日本語 {red-fg}x{/}',
})
if (Number(arrived) < Number(packets)) setInterval(() => session.arrive(500), 100).unref()
if (failing) {
  session.setTimeFormat = () => {
    if (failing === 'reject') void Promise.reject(new Error('a promise broke'))
    else
      setTimeout(() => {
        throw new Error('a timer \x1b[31mbroke')
      })
    return Promise.resolve()
  }
}
process.exit(await runApp(session, { color: 'auto', program: 'framewise 0.1' }))
