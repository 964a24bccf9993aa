/** Which other packet a field leads to: where the answer is, what is acknowledged, where a message was put together. */
import type { Detail, TreeNode } from '../session/session.js'

/** Where `o` leads. */
export interface Linked {
  /** The packet, 0 for none. */
  readonly packet: number
  /** The field that leads there. */
  readonly node: TreeNode | undefined
}

/**
 * Where a field of a packet leads: it, or else the first field below it that leads to another packet; with `anywhere`, or
 * else the first one of the whole packet.
 */
export function linkedPacket({ number, nodes }: Detail, selected: number, anywhere: boolean): Linked {
  const leads = (node: TreeNode): boolean => node.link > 0 && node.link !== number
  const depth = nodes[selected]?.depth ?? Infinity
  let end = selected + 1
  while (end < nodes.length && nodes[end]!.depth > depth) end++
  const own = selected < 0 ? undefined : nodes.slice(selected, end).find(leads)
  const node = own ?? (anywhere ? nodes.find(leads) : undefined)
  return { packet: node?.link ?? 0, node }
}

/** Which letters of a field's line are the number of the packet that it leads to: from, and behind the last. */
export function linkIn(label: string, link: number): readonly [number, number] | null {
  if (link === 0) return null
  const found = new RegExp(`(?<!\\d)${link}(?!\\d)`).exec(label)
  return found && [found.index, found.index + found[0].length]
}
