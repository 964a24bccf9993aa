/** `-z`: which statistics there are, what their arguments mean, and those of one command line at work. */
import type { Recording } from '../dissect/recording.js'
import type { Resolver } from '../dissect/value.js'
import type { Macros } from '../filter/macros.js'
import type { OutputBuffer } from '../output/output-buffer.js'
import type { TimeFormat } from '../output/time-text.js'
import type { Engine } from '../session/engine.js'
import { type ConversationKind, conversationKinds } from '../stats/conversation-finder.js'
import { ConversationStatistic } from '../stats/conversation-statistic.js'
import { type FollowOptions, FollowStatistic } from '../stats/follow-statistic.js'
import type { Statistic } from '../stats/statistic.js'
import type { Arguments } from './arguments.js'
import { DisplayFilter, filterOf } from './display-filter.js'
import { followOptionsOf } from './follow-options.js'
import { tellMet } from './tell-limits.js'
import { suggestion, UsageError } from './usage-error.js'

/** How a statistic is made once there is a capture. */
export interface StatisticPlan {
  /** The packets that it is told of, '' for all. */
  readonly filter: string
  make(engine: Engine, manner: StatisticManner): Statistic
}

/** How its texts are written. */
export interface StatisticManner {
  readonly time: TimeFormat
  readonly names: Resolver
}

/** What may stand behind `-z`, by its beginning; the rest, behind a comma, is for the statistic to understand. */
const kinds: Readonly<Record<string, (rest: string | null) => StatisticPlan>> = {
  ...Object.fromEntries(conversationKinds.map((kind) => [`conv,${kind}`, conversationPlan(kind)])),
  'follow,tcp': (rest) => followPlan('tcp', rest),
  'follow,udp': (rest) => followPlan('udp', rest),
  'follow,http': (rest) => followPlan('http', rest),
}

/** Understands one `-z`. Throws `UsageError`. */
export function statisticOf(text: string): StatisticPlan {
  const [family = '', kind] = text.split(',', 2)
  const name = kind === undefined ? family : `${family},${kind}`
  const plan = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (plan === undefined) {
    const known = Object.keys(kinds)
    throw new UsageError(`-z ${text} is not known: it can be ${known.join(', ')}.${suggestion(name, known)}`)
  }
  return plan(text.length > name.length ? text.slice(name.length + 1) : null)
}

/** Throws `UsageError` for the first of these `-z` that makes no sense. */
export function checkStatistics(texts: readonly string[]): void {
  for (const text of texts) statisticOf(text)
}

function conversationPlan(kind: ConversationKind): (rest: string | null) => StatisticPlan {
  return (filter) => ({
    filter: filter ?? '',
    make: (engine, manner) => new ConversationStatistic(engine, { kind, filter, ...manner }),
  })
}

function followPlan(protocol: FollowOptions['protocol'], rest: string | null): StatisticPlan {
  const options = followOptionsOf(protocol, rest ?? '')
  return { filter: options.filter, make: (engine) => new FollowStatistic(engine, options) }
}

/** The statistics that a command line asks for, null for none. */
export function statisticsOf(args: Arguments, engine: Engine, names: Resolver): Statistics | null {
  const { statistics, time, config } = args
  if (statistics.length === 0) return null
  return new Statistics(statistics.map(statisticOf), engine, { time, names }, config.macros)
}

/** The statistics of a command line over one engine. Whether packets are printed too makes no difference to them. */
export class Statistics {
  private readonly all: { readonly statistic: Statistic; readonly filter: DisplayFilter | null }[]

  constructor(
    plans: readonly StatisticPlan[],
    private readonly engine: Engine,
    manner: StatisticManner,
    macros: Macros,
  ) {
    this.all = plans.map(({ filter, ...plan }) => ({
      statistic: plan.make(engine, manner),
      filter:
        filter === ''
          ? null
          : new DisplayFilter(engine, filterOf(filter, engine.capture.reader.names, macros), manner.names),
    }))
  }

  /** Takes packet `i`, counted from 0: each is to be given once, in order. */
  packet(i: number): void {
    const { engine } = this
    const show = (d: Recording): void => {
      if (i === engine.index.length - 1) engine.again(d)
      else engine.show(d, i)
    }
    for (const { statistic, filter } of this.all) if (filter === null || filter.passes(i)) statistic.packet(show)
  }

  /** Prints them all, the last one first, as tshark does, and says what was left out. */
  print(out: OutputBuffer): void {
    const all = this.all.toReversed()
    for (const { statistic } of all) statistic.print(out)
    tellMet(all.flatMap(({ statistic }) => statistic.limits?.() ?? []))
  }
}
