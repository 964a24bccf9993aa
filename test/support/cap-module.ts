/** Whether the optional native module `cap` can be loaded here. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

// In a process of its own: it may not be loaded twice in one.
export const hasCap = spawnSync(process.execPath, ['-e', "require('cap')"], { cwd: root, stdio: 'ignore' }).status === 0
