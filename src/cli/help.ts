/** What `--help` and `--version` print. */
import { readFileSync } from 'node:fs'
import { packageFile } from '../package-files.js'
import { optionGroups } from './arguments.js'
import { commands } from './commands.js'

const WIDTH = 26

/** The whole help, made of the tables that the program itself goes by. */
export function helpText(): string {
  const line = (left: string, right: string): string => `  ${left.padEnd(WIDTH)} ${right}\n`
  const groups = optionGroups.map(
    ({ title, options }) => `\n${title}:\n${options.map((o) => line(o.flags, o.description)).join('')}`,
  )
  const others = Object.entries(commands).map(([name, { about }]) => line(`framewise ${name}`, about))
  return (
    `framewise ${version()}: looks into packet captures, in the terminal.\n\n` +
    `usage: framewise [options] FILE\n\n` +
    'Without arguments, on a terminal, it shows interfaces and recent files to choose from.\n' +
    'On a terminal the capture opens on the screen. Into a file or a pipe, or when an output is asked\n' +
    'for, packets are printed as tshark prints them.\n' +
    `${groups.join('')}\nCommands:\n${others.join('')}`
  )
}

/** The version of this package. */
export function version(): string {
  const manifest = readFileSync(packageFile('package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
