/** Bounds that were met: everything that traffic could make grow without end gives something up instead, and counts it. */

/** What was given up for want of room, as the user reads it, and how often. */
export type LimitMet = readonly [what: string, count: number]

/** What knows the bounds of its tables. Counts are 0 where a bound was never met. */
export interface Limited {
  limits(): readonly LimitMet[]
}

export const isLimited = (state: object): state is Limited => 'limits' in state && typeof state.limits === 'function'
