#!/usr/bin/env node
/** The command: arguments in, exit code out. */
import { runCommandLine } from './cli/run.js'

// Whatever still listens (a pipe nobody ends, the thread of a closed session) must not keep the program.
process.exit(await runCommandLine(process.argv.slice(2)))
