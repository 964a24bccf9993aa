/** The bounds that an open capture has met, so that nobody takes for everything what was given up in part. */
import type { Registry } from '../dissect/registry.js'
import type { Stacks } from '../store/stacks.js'
import { isLimited, type LimitMet } from '../track/limits.js'

/** Whose tables may be full: an engine. */
export interface Bounded {
  readonly registry: Registry
  readonly stacks: Stacks
  readonly states: readonly (object | null)[]
}

/** What was given up so far and how often, in the order of the protocols; empty as long as no bound was met. */
export function limitsMet({ registry, stacks, states }: Bounded): readonly LimitMet[] {
  const met: LimitMet[] = []
  if (stacks.lost > 0) met.push(['packets whose layers are not kept', stacks.lost])
  for (const [protocol, state] of states.entries()) {
    if (state === null || !isLimited(state)) continue
    for (const [what, count] of state.limits()) {
      if (count > 0) met.push([`${registry.protocols[protocol]!.id}: ${what}`, count])
    }
  }
  return met
}

/** The bounds as one line: `tcp: messages too long to be put together (2), …`. */
export const limitsText = (met: readonly LimitMet[]): string =>
  met.map(([what, count]) => `${what} (${count.toLocaleString('en-US')})`).join(', ')
