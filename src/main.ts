#!/usr/bin/env node
/** The command: arguments in, exit code out. */
import { existsSync } from 'node:fs'
import { isatty } from 'node:tty'
import type * as CommandLine from './cli/run.js'
import { loadCode, quickFile } from './quick-code.js'
import { sessionThread } from './session/session-thread.js'

const STDOUT = 1
const args = process.argv.slice(2)
// Dissectors from outside share modules with this program, so for them it has to be made of modules.
const modules = args[0] === 'verify' || args.some((arg) => arg.startsWith('--dissector'))
// Most likely a file is to be opened on the screen: what reads it takes longest to start, and so it starts first.
const opening = isatty(STDOUT) && existsSync(args.at(-1) ?? '')
const thread = opening ? sessionThread(modules) : null
const quick = modules ? null : quickFile('cli/run')

const { runCommandLine } = quick === null ? await import('./cli/run.js') : (loadCode(quick).run() as typeof CommandLine)
// Whatever still listens (a pipe nobody ends, the thread of a closed session) must not keep the program.
process.exit(await runCommandLine(args, thread))
