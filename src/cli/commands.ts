/** The commands beside showing a capture, each in its own file, loaded when it is asked for. */

/** Takes the arguments behind its name; resolves with the exit code. */
export type Command = (args: string[]) => Promise<number>

interface CommandEntry {
  /** One line for the help. */
  readonly about: string
  readonly load: () => Promise<Command>
}

/** One line for each command. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  doctor: {
    about: 'say what live capture lacks here, and what mends it',
    load: async () => (await import('./doctor.js')).doctorCommand,
  },
  fields: {
    about: 'list the fields, or explain one',
    load: async () => (await import('./fields.js')).fieldsCommand,
  },
  filters: {
    about: 'list, save and remove filters with names',
    load: async () => (await import('./filters.js')).filtersCommand,
  },
  verify: {
    about: 'compare captures with their expected dissection',
    load: async () => (await import('./verify.js')).verifyCommand,
  },
}
