/** What the screen asks of a stream that is followed, and what it gets. One stream is followed at a time. */

export type FollowSide = 0 | 1 | 'both'

/** A place in a stream: a block, and an offset into its bytes. */
export interface FollowPlace {
  readonly block: number
  readonly offset: number
}

export type FollowRequest =
  /** Begins to follow the stream of a packet. Answered with null when it has none, else once `place` is known or soon. */
  | { readonly do: 'open'; readonly packet: number }
  | { readonly do: 'state' }
  /** The block from `block` on (or back from it) that has something of `side`. */
  | { readonly do: 'block'; readonly block: number; readonly step: 1 | -1; readonly side: FollowSide }
  /** The bytes of `text` from a place on (or back from it), letters in either case. Another request for it ends it. */
  | {
      readonly do: 'find'
      readonly bytes: Uint8Array
      readonly from: FollowPlace
      readonly step: 1 | -1
      readonly side: FollowSide
    }
  /** What a side said goes into a file, which must not be there yet. Answered with the number of bytes. */
  | { readonly do: 'save'; readonly side: FollowSide; readonly path: string }
  /** Ends what is still searched or saved. */
  | { readonly do: 'cancel' }

export interface FollowState {
  readonly transport: 'tcp' | 'udp'
  readonly stream: number
  /** `address:port` of both ends, the one that sent the first packet first. */
  readonly ends: readonly [string, string]
  /** Bytes of both sides that are known so far. */
  readonly bytes: readonly [number, number]
  readonly blocks: number
  /** The first byte of the packet that led here, or where the stream stood when it came; null while it is looked for. */
  readonly place: FollowPlace | null
  /** Pieces that found no room and are not shown. */
  readonly refused: number
  /** Everything there is has been looked through. */
  readonly complete: boolean
  /** How far a search is, 0 to 1; null when nothing is searched for. */
  readonly searched: number | null
  /** The display filter for the stream. */
  readonly filter: string
}

/** What one packet adds. */
export interface FollowPiece {
  readonly packet: number
  readonly side: 0 | 1
  /** Seconds since the first packet of the capture. */
  readonly time: number
  /** Which of the block's bytes. */
  readonly start: number
  readonly end: number
  /** Bytes that the capture has not, though the other side had them; then the piece has no bytes. */
  readonly missing: number
}

/** A line of text that goes on in the next block is in the block where it begins. */
export interface FollowBlock {
  readonly block: number
  readonly pieces: readonly FollowPiece[]
  readonly bytes: Uint8Array
  /** How many bytes of each side lie before it. */
  readonly offsets: readonly [number, number]
  /** Whether its first piece goes on where the block before it ends. */
  readonly goesOn: boolean
}

/** What each request is answered with. */
export interface FollowAnswers {
  readonly open: FollowState | null
  readonly state: FollowState | null
  readonly block: FollowBlock | null
  readonly find: FollowPlace | null
  readonly save: number
  readonly cancel: null
}
