/**
 * The one table of keys. What a key does, the help screen and the line of hints all come from here.
 *
 * A key may mean different things in different panes: entries with `pane` count only there and go before the general
 * ones.
 */

import type { Pane } from './layout.js'

export type Action =
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'first'
  | 'last'
  | 'goTo'
  | 'back'
  | 'forward'
  | 'linked'
  | 'filter'
  | 'clearFilter'
  | 'applyFilter'
  | 'prepareFilter'
  | 'conversation'
  | 'find'
  | 'findNext'
  | 'findPrevious'
  | 'findProblem'
  | 'follow'
  | 'mark'
  | 'nextMark'
  | 'sidewaysLeft'
  | 'sidewaysRight'
  | 'details'
  | 'open'
  | 'close'
  | 'toggle'
  | 'openAll'
  | 'closeAll'
  | 'previousByte'
  | 'nextByte'
  | 'previousSource'
  | 'nextSource'
  | 'nextPane'
  | 'previousPane'
  | 'zoom'
  | 'bytes'
  | 'time'
  | 'columns'
  | 'cancel'
  | 'redraw'
  | 'save'
  | 'pause'
  | 'stopOrStart'
  | 'restart'
  | 'captureFilter'
  | 'capture'
  | 'info'
  | 'help'
  | 'suspend'
  | 'quit'

export interface Binding {
  /** Names as `input.ts` gives them. */
  readonly keys: readonly string[]
  readonly action: Action
  readonly group: string
  readonly help: string
  /** One or two words for the line of hints. */
  readonly hint?: string
  readonly pane?: Pane
}

export const bindings: readonly Binding[] = [
  { keys: ['up', 'k'], action: 'up', group: 'Move', help: 'one row up' },
  { keys: ['down', 'j'], action: 'down', group: 'Move', help: 'one row down' },
  { keys: ['pageup'], action: 'pageUp', group: 'Move', help: 'one page up' },
  { keys: ['pagedown', 'space'], action: 'pageDown', group: 'Move', help: 'one page down' },
  { keys: ['home'], action: 'first', group: 'Move', help: 'to the first row' },
  { keys: ['end', 'G'], action: 'last', group: 'Move', help: 'to the last row; a number, then G: to that packet' },
  { keys: ['g', 'C-g'], action: 'goTo', group: 'Move', help: 'go to a packet: 60, +10 or -10', hint: 'go to' },
  { keys: ['C-f'], action: 'find', group: 'Move', help: 'find a filter, a text, hex or a regex', hint: 'find' },
  { keys: ['n'], action: 'findNext', group: 'Move', help: 'find the next one' },
  { keys: ['N'], action: 'findPrevious', group: 'Move', help: 'find the one before' },
  { keys: ['!'], action: 'findProblem', group: 'Move', help: 'find a warning or an error; n and N go on' },
  { keys: ['['], action: 'back', group: 'Move', help: 'back in the visited packets' },
  { keys: [']'], action: 'forward', group: 'Move', help: 'forward in the visited packets' },
  { keys: ['o'], action: 'linked', group: 'Move', help: 'to the packet that the field names; [ comes back' },

  { keys: ['/'], action: 'filter', group: 'Display filter', help: 'list what passes a filter', hint: 'filter' },
  { keys: ['C-/'], action: 'clearFilter', group: 'Display filter', help: 'list all packets again' },
  { keys: ['a'], action: 'applyFilter', group: 'Display filter', help: 'apply the selected field or cell as filter' },
  { keys: ['A'], action: 'prepareFilter', group: 'Display filter', help: 'the same, to be changed before that' },
  { keys: ['c'], action: 'conversation', group: 'Display filter', help: 'filter by a conversation of the packet' },

  { keys: ['f'], action: 'follow', group: 'Packet list', help: 'what both sides of its stream say', hint: 'follow' },
  { keys: ['m'], action: 'mark', group: 'Packet list', help: 'mark the packet, or take its mark away' },
  { keys: ["'"], action: 'nextMark', group: 'Packet list', help: 'to the next marked packet' },
  { keys: ['left', 'h'], action: 'sidewaysLeft', group: 'Packet list', help: 'scroll the info back', pane: 'list' },
  { keys: ['right', 'l'], action: 'sidewaysRight', group: 'Packet list', help: 'scroll the info on', pane: 'list' },
  { keys: ['enter'], action: 'details', group: 'Packet list', help: 'to the details of the packet', pane: 'list' },

  { keys: ['right', 'l'], action: 'open', group: 'Details', help: 'open the field, or step into it', pane: 'tree' },
  { keys: ['left', 'h'], action: 'close', group: 'Details', help: 'close the field, or step out of it', pane: 'tree' },
  { keys: ['enter'], action: 'toggle', group: 'Details', help: 'open or close the field', pane: 'tree' },
  { keys: ['E', '*'], action: 'openAll', group: 'Details', help: 'open the field and all below it', pane: 'tree' },
  { keys: ['C'], action: 'closeAll', group: 'Details', help: 'close the field and all below it', pane: 'tree' },

  { keys: ['left', 'h'], action: 'previousByte', group: 'Bytes', help: 'the byte before', pane: 'bytes' },
  { keys: ['right', 'l'], action: 'nextByte', group: 'Bytes', help: 'the byte after', pane: 'bytes' },
  { keys: ['<'], action: 'previousSource', group: 'Bytes', help: 'bytes of the frame, of reassembled data, …' },
  { keys: ['>'], action: 'nextSource', group: 'Bytes', help: 'the next of these' },

  { keys: ['tab'], action: 'nextPane', group: 'View', help: 'next pane', hint: 'next pane' },
  { keys: ['S-tab'], action: 'previousPane', group: 'View', help: 'previous pane' },
  { keys: ['z'], action: 'zoom', group: 'View', help: 'zoom the pane, and back', hint: 'zoom' },
  { keys: ['b'], action: 'bytes', group: 'View', help: 'show or hide the bytes', hint: 'bytes' },
  { keys: ['t'], action: 'time', group: 'View', help: 'next way to write the time', hint: 'time' },
  { keys: ['+'], action: 'columns', group: 'View', help: 'add the selected field as a column, or remove one' },
  { keys: ['escape'], action: 'cancel', group: 'View', help: 'leave, clear, back' },
  { keys: ['C-l'], action: 'redraw', group: 'View', help: 'draw the screen anew' },

  { keys: ['p'], action: 'pause', group: 'Capture', help: 'pause the list of a live capture, and go on' },
  { keys: ['C-e'], action: 'stopOrStart', group: 'Capture', help: 'stop a live capture, or begin anew' },
  { keys: ['C-r'], action: 'restart', group: 'Capture', help: 'begin a live capture anew' },
  { keys: ['C-k'], action: 'captureFilter', group: 'Capture', help: 'another capture filter' },
  { keys: ['L'], action: 'capture', group: 'Capture', help: 'what is captured, and what can be done with it' },

  { keys: ['w'], action: 'save', group: 'Program', help: 'save packets to a file', hint: 'save' },
  { keys: ['i'], action: 'info', group: 'Program', help: 'about the capture: file, interfaces, limits, protocols' },
  { keys: ['?', 'f1'], action: 'help', group: 'Program', help: 'this help', hint: 'help' },
  { keys: ['C-z'], action: 'suspend', group: 'Program', help: 'to the shell; fg comes back' },
  { keys: ['q', 'C-c'], action: 'quit', group: 'Program', help: 'quit', hint: 'quit' },
]

/** The table as it is now: the one above, with what the settings change. */
let present = bindings
export const presentBindings = (): readonly Binding[] => present
export function useBindings(changed: readonly Binding[]): void {
  present = changed
}

/** What `key` does while `pane` has the keys; undefined when it does nothing. */
export function actionOf(key: string, pane: Pane): Action | undefined {
  const own = present.find((binding) => binding.pane === pane && binding.keys.includes(key))
  return (own ?? present.find((binding) => binding.pane === undefined && binding.keys.includes(key)))?.action
}

/** Keys and words for the line of hints, the most needed first. */
export function hints(): { readonly key: string; readonly text: string }[] {
  const order: readonly Action[] = [
    'help',
    'filter',
    'nextPane',
    'goTo',
    'find',
    'follow',
    'bytes',
    'zoom',
    'time',
    'quit',
  ]
  return order.flatMap((action) => {
    const binding = present.find((each) => each.action === action)
    const key = binding?.keys[0]
    return binding?.hint && key ? [{ key: keyLabel(key), text: binding.hint }] : []
  })
}

/** What keys are called on the screen, where that is not their name. */
export const labels: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  space: 'Space',
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
}

/** A key's name as it stands on the screen: `C-g` is `Ctrl-G`. */
export function keyLabel(key: string): string {
  const [, held = '', base = key] = /^((?:[CMS]-)*)(.+)$/su.exec(key) ?? []
  const words = held.replace('C-', 'Ctrl-').replace('M-', 'Alt-').replace('S-', 'Shift-')
  return words + (labels[base] ?? (held.includes('C-') || /^f\d+$/.test(base) ? base.toUpperCase() : base))
}
