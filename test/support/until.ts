import { expect } from 'vitest'
import type { LocalSession } from '../../src/session/local-session.js'

/** Waits, five seconds at most, until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  await expect.poll(holds, { interval: 5, timeout: 5000 }).toBe(true)
}

/** Sets a display filter and waits until it is through. */
export async function filtered(session: LocalSession, filter: string, selected = 1): Promise<void> {
  await session.filter(filter, selected)
  await until(() => session.status().filtering === null)
}
