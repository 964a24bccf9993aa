/** Starts the thread of a session. */
import { Worker } from 'node:worker_threads'
import { packageFile } from '../package-files.js'
import { quickFile } from '../quick-code.js'

/**
 * A thread that waits for a `WorkerStart`: it may be started before anybody knows what it will be told. `modules`: it is made
 * of modules that others can be added to, and not of the bundle that starts sooner.
 */
export function sessionThread(modules: boolean): Worker {
  const name = 'session/worker'
  const loader = modules || quickFile(name) === null ? null : quickFile('quick-thread')
  return new Worker(loader ?? packageFile(`dist/src/${name}.js`), { argv: [name], stdin: false })
}
