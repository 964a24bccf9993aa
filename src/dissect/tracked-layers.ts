/**
 * What is known of a layer beside its own bytes: a dissection that tracks hands layers to the state of their protocols in
 * capture order and keeps what comes back; one that recalls gives it to their dissectors again.
 */
import type { Dissection } from './dissection.js'
import { Handover, MAX_LAYERS } from './handover.js'
import type { Protocol } from './protocol.js'
import type { Registry } from './registry.js'

/** Whether tracked state is asked, built or recalled while walking. */
export const Memory = { None: 0, Track: 1, Recall: 2 } as const
export type Memory = (typeof Memory)[keyof typeof Memory]

export class TrackedLayers extends Handover {
  /** State by protocol index, and what to do with it. */
  memory: Memory = Memory.None
  states: readonly (object | null)[] = []
  /** Conversation and facts of each tracked layer, in order: written while tracking, read while recalling. */
  trackedCount = 0
  /** How many of them were tracked: what follows is unknown when recalling. */
  trackedStored = 0
  readonly trackedConversation = new Uint32Array(MAX_LAYERS)
  readonly trackedFacts = new Uint32Array(MAX_LAYERS)
  readonly trackedForward = new Uint8Array(MAX_LAYERS)
  readonly trackedPrevious = new Uint32Array(MAX_LAYERS)

  /** What is known of the header that this packet quotes, if `hasQuoted`: written while tracking, read while recalling. */
  readonly quotedLayer = { conversation: 0, facts: 0, forward: true, previous: 0 }
  hasQuoted = false

  /** What each level knew. */
  readonly levelKnown: (object | null)[] = new Array<object | null>(MAX_LAYERS).fill(null)
  /** Which of the tracked layers it is, -1 for one that is not tracked. */
  protected readonly levelTracked = new Int8Array(MAX_LAYERS)

  readonly summaries: readonly object[]
  /** Summaries of the layers inside a quoted packet, so that they leave those of the packet around it alone. */
  protected readonly quotedSummaries: readonly object[]

  constructor(registry: Registry) {
    super(registry)
    this.summaries = registry.protocols.map((p) => p?.summary() ?? {})
    this.quotedSummaries = registry.protocols.map((p) => p?.summary() ?? {})
  }

  /** What `track` has said about this layer; for its `follow`. */
  get facts(): number {
    return this.trackedCount > 0 ? this.trackedFacts[this.trackedCount - 1]! : 0
  }

  /** What tracking found out about a layer, in this pass or in an earlier one. */
  protected knownOf(this: Dissection, p: Protocol, level: number): object | null {
    return this.levelKnown[level] ?? this.knownNow(p, level)
  }

  /** What tracking has just found out about a layer, for a dissection that tracks. */
  private knownNow(this: Dissection, p: Protocol, level: number): object | null {
    const n = this.levelTracked[level]!
    if (n < 0 || p.recall === null || this.memory !== Memory.Track) return null
    this.conversation = this.trackedConversation[n]!
    this.forward = this.trackedForward[n] === 1
    this.previous = this.trackedPrevious[n]!
    const state = this.states[this.levelProtocol[level]!]
    return state ? p.recall(state, this.conversation, this.trackedFacts[n]!, this) : null
  }

  protected remember(this: Dissection, p: Protocol, state: object, s: object, level: number): void {
    const n = this.trackedCount
    if (n === MAX_LAYERS) return
    this.trackedCount = n + 1
    this.trackedFacts[n] = p.track!(state, s, this)
    this.trackedConversation[n] = this.conversation
    this.trackedForward[n] = this.forward ? 1 : 0
    this.trackedPrevious[n] = this.previous
    this.levelTracked[level] = n
  }

  /** Tracks a layer that ended too early, if it was read far enough. */
  protected rememberCut(this: Dissection, p: Protocol, id: number): void {
    const level = this.levels - 1
    const state = this.states[id]
    if (this.memory !== Memory.Track || !state || this.levelTracked[level]! >= 0) return
    const s = (this.quoted ? this.quotedSummaries : this.summaries)[id]!
    if (!p.trackCut!(s)) return
    if (this.quoted) this.rememberQuoted(p, id, s)
    else this.remember(p, state, s, level)
  }

  /** Tracks the first header that is quoted. */
  protected rememberQuoted(this: Dissection, p: Protocol, id: number, s: object): void {
    const state = this.states[id]
    if (this.memory !== Memory.Track || this.hasQuoted || !state || p.trackQuoted === null) return
    const layer = this.quotedLayer
    const facts = p.trackQuoted(state, s, this)
    if (facts === null) return
    layer.facts = facts
    layer.conversation = this.conversation
    layer.forward = this.forward
    layer.previous = this.previous
    this.hasQuoted = true
  }

  protected recallQuoted(this: Dissection, p: Protocol, id: number): object | null {
    const state = this.states[id]
    if (this.memory !== Memory.Recall || !this.hasQuoted || !state || p.recall === null) return null
    const layer = this.quotedLayer
    this.hasQuoted = false
    this.conversation = layer.conversation
    this.forward = layer.forward
    this.previous = layer.previous
    return p.recall(state, layer.conversation, layer.facts, this)
  }

  protected recall(this: Dissection, p: Protocol, state: object): object | null {
    const n = this.trackedCount
    if (n >= this.trackedStored) return null
    this.trackedCount = n + 1
    this.conversation = this.trackedConversation[n]!
    this.forward = this.trackedForward[n] === 1
    this.previous = this.trackedPrevious[n]!
    return p.recall === null ? null : p.recall(state, this.conversation, this.trackedFacts[n]!, this)
  }
}
