/** Tells a process from a later one that was given the same number. */
import { readFileSync } from 'node:fs'

/** A process as it can be found again. */
export interface ProcessMark {
  readonly pid: number
  /** When it began, as the system words it; '' where the system does not say. */
  readonly began: string
}

/** The mark of the process `pid`. */
export function markOf(pid: number): ProcessMark {
  return { pid, began: beginning(pid) }
}

/** Whether that very process still runs. */
export function runs(mark: ProcessMark): boolean {
  try {
    process.kill(mark.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return mark.began === '' || beginning(mark.pid) === mark.began
}

/** Field 22 of `/proc/PID/stat`: ticks since the machine began. A process that has ended but not been waited for is gone. */
function beginning(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is a name in parentheses, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '')
  } catch {
    return ''
  }
}
