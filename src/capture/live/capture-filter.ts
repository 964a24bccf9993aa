/** Compiles capture filters with libpcap's own compiler, so that what is wrong is known before a device is opened. */
import { printable } from '../damage.js'
import { findProgram, runProgram } from './run-program.js'

/**
 * What is wrong with `filter` for frames of `linkType` (libpcap's name of it), in libpcap's words; '' when nothing is,
 * or when there is no tcpdump to ask. Takes no privilege.
 */
export async function filterProblem(filter: string, linkType: string): Promise<string> {
  const tcpdump = filter === '' ? '' : findProgram('tcpdump')
  if (tcpdump === '') return ''
  const { status, errors } = await runProgram(tcpdump, ['-d', '-y', linkType, '--', filter])
  if (status === 0) return ''
  const lines = errors.split('\n').map((line) => line.replace(/^\S*tcpdump: /, '').trim())
  return lines.findLast((line) => line !== '' && !line.startsWith('Warning:')) ?? 'it cannot be compiled'
}

/** The sentence about a filter that cannot be used. */
export function filterComplaint(filter: string, problem: string): string {
  const shown = `the capture filter "${printable(filter)}" cannot be used: ${problem}.`
  // Nothing in the language of capture filters has a dot between words, or two of these in a row.
  const display = /[a-z]\.[a-z]|[=&|]{2}|!=/.test(filter)
  return display ? `${shown} Capture filters are written as in -f 'tcp port 80 and host 192.0.2.1'.` : shown
}
