/** The one file that a session is saving at a time: how far it is, and giving it up. */
import type { CaptureInterface } from '../capture/source.js'
import type { Engine } from './engine.js'
import { savePackets } from './save-packets.js'
import type { Saved, SaveRequest } from './session.js'
import type { SessionFilter } from './session-filter.js'

export interface SaverSettings {
  /** What writes the file, for its header. */
  readonly application: string
  /** The capture is made on this machine, which the file says then. */
  readonly live: boolean
}

export class SessionSaver {
  /** How far it is, 0 to 1; null when nothing is being saved. */
  share: number | null = null
  private given = false

  /** `changed` is called when `share` has changed. */
  constructor(
    private readonly engine: Engine,
    private readonly settings: SaverSettings,
    private readonly changed: () => void,
  ) {}

  /** As `Session.save`; packets that are displayed are those that `filter` lists once it is through. */
  async save(request: SaveRequest, filter: SessionFilter): Promise<Saved | 'exists' | null> {
    if (this.share !== null) throw new Error('a file is being saved already: Esc gives it up.')
    this.share = 0
    this.given = false
    const { reader } = this.engine.capture
    const [io, ...others] = reader.interfaces
    if (io !== undefined && others.length === 0) this.note(io, request)
    try {
      if (request.packets === 'displayed') await filter.settled()
      if (this.given) return null
      const { displayed } = filter
      const progress = (share: number): boolean => {
        this.share = share
        this.changed()
        return !this.given
      }
      return await savePackets(request, { engine: this.engine, displayed, ...this.settings, progress })
    } finally {
      this.share = null
      this.changed()
    }
  }

  cancel(): void {
    this.given = true
  }

  /** A pcap file has no room for what the kernel dropped: the engine that made it told. */
  private note(io: CaptureInterface, { dropped = -1 }: SaveRequest): void {
    if (io.dropped >= 0 || dropped < 0) return
    io.received = this.engine.index.length
    io.dropped = dropped
  }
}
