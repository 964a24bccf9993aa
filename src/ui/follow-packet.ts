/** Opens the view of a packet's stream, once there is something to see. */
import type { Severity } from '../session/session.js'
import type { Overlay } from './overlay.js'
import { errorText } from './error-text.js'
import { type FollowOptions, FollowView } from './follow-view.js'

/** What following a packet needs of the screen around it. */
export interface FollowPacket extends Omit<FollowOptions, 'state'> {
  readonly packet: number
  readonly show: (overlay: Overlay) => void
  readonly say: (text: string, severity: Severity) => void
}

/** Shows the stream of a packet, or says that it has none. */
export async function followPacket(options: FollowPacket): Promise<void> {
  const { session, packet, show, say } = options
  if (packet === 0) return
  try {
    const state = await session.follow({ do: 'open', packet })
    if (state === null) say('This packet is part of no TCP or UDP stream.', 2)
    else show(new FollowView({ ...options, state }))
  } catch (error) {
    say(`Follow: ${errorText(error)}`, 3)
  }
  options.changed()
}
