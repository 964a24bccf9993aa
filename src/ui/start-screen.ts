/**
 * The start screen: the interfaces with their traffic, a capture filter, what a crash left behind and recent files.
 * From here a capture or a file takes its place.
 */

import type { InputEvent } from './input.js'
import type { Screen, ScreenHost } from './screen.js'
import type { StartInterface, StartLeftover, StartSources } from '../session/start-sources.js'
import { Canvas } from './canvas.js'
import { CaptureFilterField } from './capture-filter-field.js'
import { Menu } from './menu.js'
import { Notice } from './notice.js'
import { Prompt } from './prompt.js'
import { drawFile, drawInterface, drawStartFrame, drawStartMessage, measureStart } from './start-layout.js'
import { TrafficMeter } from './traffic-meter.js'
import { VirtualList } from './virtual-list.js'

/** A capture that a crash left behind, or a file that was open before. */
export type StartFile = StartLeftover | { readonly path: string }

const areas = ['interfaces', 'filter', 'files'] as const
export type StartArea = (typeof areas)[number]

/** Between two looks at the traffic, and at which interfaces there are, in ms. */
const lookTime = 500
const listTime = 5000
const wheelRows = 3

export class StartScreen implements Screen {
  private readonly host: ScreenHost
  private readonly sources: StartSources
  private readonly notice: Notice
  private readonly filter: CaptureFilterField
  private readonly timers: NodeJS.Timeout[]
  private readonly meters = new Map<string, TrafficMeter>()
  private readonly chosen = new Set<string>()
  private readonly interfaceList = new VirtualList()
  private readonly fileList = new VirtualList()
  private interfaces: readonly StartInterface[] = []
  private files: readonly StartFile[] = []
  private area: StartArea = 'interfaces'
  private obstacle = ''
  private menu: Menu | undefined
  private prompt: Prompt | undefined
  private listed = false
  /** Something is being opened: keys wait for what comes of it. */
  private busy = false
  private gone = false

  constructor(host: ScreenHost, sources: StartSources, problems: readonly string[] = []) {
    this.host = host
    this.sources = sources
    this.notice = new Notice(host.changed)
    this.filter = new CaptureFilterField({
      problemOf: (text) => sources.filterProblem(text, this.names()[0] ?? 'any'),
      history: sources.filters,
      changed: host.changed,
    })
    this.timers = [setInterval(() => this.look(), lookTime), setInterval(() => void this.list(), listTime)]
    this.listFiles()
    void this.list()
    void sources.obstacle().then((obstacle) => {
      this.obstacle = obstacle
      host.changed()
    })
    if (problems.length > 0) this.notice.say(problems.join(' '), 2)
  }

  stop(): void {
    this.gone = true
    for (const timer of this.timers) clearInterval(timer)
    this.filter.stop()
    this.notice.clear()
  }

  handle(event: InputEvent): void {
    if (event.type === 'key') this.key(event.key)
    else if (event.type === 'paste') this.insert(event.text)
    else if (this.menu?.mouse(event.kind, event.x, event.y)) this.menu = undefined
    else if (!this.menu && (event.kind === 'wheelUp' || event.kind === 'wheelDown')) {
      this.listOf(this.area)?.scroll(event.kind === 'wheelUp' ? -wheelRows : wheelRows)
    }
    this.host.changed()
  }

  draw(width: number, height: number): Canvas {
    const canvas = new Canvas(width, height)
    const { theme } = this.host
    const layout = measureStart(width, height, this.interfaces.length, this.files.length)
    this.interfaceList.setHeight(layout.interfaces.height)
    this.fileList.setHeight(layout.files.height)
    const { area, filter, obstacle, listed, busy } = this
    const { message } = this.notice
    const state = { program: this.host.program, area, obstacle, listed, busy, message }
    drawStartFrame(canvas, layout, state, theme)
    for (let line = 0; line < layout.interfaces.height; line++) {
      const row = this.interfaceList.rowAt(line)
      const io = this.interfaces[row]
      if (!io) break
      const rect = { ...layout.interfaces, y: layout.interfaces.y + line, height: 1 }
      const selected = row === this.interfaceList.selected
      drawInterface(canvas, rect, io, { chosen: this.chosen.has(io.name), meter: this.meters.get(io.name) }, theme)
      if (selected) canvas.restyle(rect, () => theme.selection(area === 'interfaces'))
    }
    filter.draw(canvas, layout.filter, theme, area === 'filter')
    canvas.text(layout.filter.x, layout.filter.y + 1, filter.problem, theme.severity(3), width - layout.filter.x - 1)
    for (let line = 0; line < layout.files.height; line++) {
      const row = this.fileList.rowAt(line)
      const file = this.files[row]
      if (!file) break
      const rect = { ...layout.files, y: layout.files.y + line, height: 1 }
      drawFile(canvas, rect, file, theme)
      if (row === this.fileList.selected && area === 'files') canvas.restyle(rect, () => theme.selection(true))
    }
    if (this.prompt) this.prompt.draw(canvas, layout.status, theme)
    else drawStartMessage(canvas, layout, state, theme)
    this.menu?.draw(canvas, { x: 0, y: 0, width, height }, theme)
    return canvas
  }

  private key(key: string): void {
    if (key === 'C-c') return this.host.quit()
    if (key === 'C-z') return this.host.suspend()
    if (key === 'C-l') return this.host.redraw()
    this.notice.clear()
    if (this.busy) return
    const { menu, prompt } = this
    if (prompt) {
      if (prompt.key(key) && this.prompt === prompt) this.prompt = undefined
    } else if (menu) {
      if (menu.key(key) && this.menu === menu) this.menu = undefined
    } else if (key === 'tab' || key === 'S-tab') this.nextArea(key === 'tab' ? 1 : -1)
    else if (this.area === 'filter') this.filterKey(key)
    else this.listKey(key)
  }

  private insert(text: string): void {
    if (this.prompt) this.prompt.insert(text)
    else if (this.area === 'filter') this.filter.insert(text)
  }

  private filterKey(key: string): void {
    if (key === 'escape') this.area = 'interfaces'
    else if (key === 'enter') this.begin()
    else this.filter.key(key)
  }

  private listKey(key: string): void {
    if (key === 'q') return this.host.quit()
    if (key === 'f' || key === '/') this.area = 'filter'
    else if (key === 'o') this.askFile()
    else if (key === 'up' || key === 'k') this.move(-1)
    else if (key === 'down' || key === 'j') this.move(1)
    else if (key === 'pageup' || key === 'pagedown') this.listOf(this.area)?.page(key === 'pageup' ? -1 : 1)
    else if (key === 'home' || key === 'end') this.listOf(this.area)?.select(key === 'home' ? 0 : Infinity)
    else if (this.area === 'files') this.fileKey(key)
    else if (key === 'space') this.toggle()
    else if (key === 'enter') this.begin()
  }

  private fileKey(key: string): void {
    const file = this.files[this.fileList.selected]
    if (!file) return
    if (key === 'enter') this.attempt(this.sources.open(file.path))
    else if ('bytes' in file && key === 's') this.askPlace(file)
    else if ('bytes' in file && key === 'd') this.askDelete(file)
  }

  private move(step: 1 | -1): void {
    const list = this.listOf(this.area)
    if (!list) return
    const before = list.selected
    list.move(step)
    if (list.selected === before && this.area === (step > 0 ? 'interfaces' : 'files')) this.nextArea(step)
  }

  private nextArea(step: 1 | -1): void {
    const there = areas.filter((area) => area !== 'files' || this.files.length > 0)
    this.area = there[(there.indexOf(this.area) + step + there.length) % there.length] ?? 'interfaces'
  }

  private listOf(area: StartArea): VirtualList | undefined {
    return area === 'interfaces' ? this.interfaceList : area === 'files' ? this.fileList : undefined
  }

  private toggle(): void {
    const io = this.interfaces[this.interfaceList.selected]
    if (io && !this.chosen.delete(io.name)) this.chosen.add(io.name)
    // Whether a filter can be used depends on the kind of frames.
    this.filter.check()
  }

  /** The interfaces that were chosen, or else the one that is selected. */
  private names(): string[] {
    const chosen = this.interfaces.filter(({ name }) => this.chosen.has(name))
    const [selected] = this.interfaces.slice(this.interfaceList.selected)
    return (chosen.length > 0 ? chosen : selected ? [selected] : []).map(({ name }) => name)
  }

  private begin(): void {
    const names = this.names()
    if (names.length === 0) return this.notice.say('There is no interface to capture on. Why: framewise doctor', 2)
    const { text } = this.filter
    this.attempt(
      this.filter.verdict().then((problem) => {
        if (problem === '') return this.sources.capture(names, text)
        this.area = 'filter'
        return `The capture filter cannot be used: ${problem}`
      }),
    )
  }

  /** Waits for another screen to take this one's place, or says what stands in the way. */
  private attempt(way: Promise<string>): void {
    this.busy = true
    void way.then((problem) => {
      this.busy = false
      if (problem !== '' && !this.gone) this.notice.say(problem, 3)
      this.host.changed()
    })
  }

  private askFile(): void {
    this.prompt = new Prompt({
      label: 'Open file:',
      hint: 'Enter opens · Esc leaves',
      accept: (path) => {
        this.attempt(this.sources.open(path))
        return ''
      },
    })
  }

  private askPlace(file: StartLeftover): void {
    this.prompt = new Prompt({
      label: 'Save it to:',
      hint: 'Enter saves · Esc leaves',
      accept: (to) => {
        const problem = this.sources.saveLeftover(file.path, to)
        if (problem !== '') return problem
        this.notice.say(`Saved to ${to}.`)
        this.listFiles()
        return ''
      },
    })
  }

  private askDelete(file: StartLeftover): void {
    const remove = (): undefined => {
      const problem = this.sources.deleteLeftover(file.path)
      if (problem !== '') this.notice.say(problem, 3)
      this.listFiles()
    }
    this.menu = new Menu('Delete this capture? Nobody has saved it', [
      { key: 'd', text: 'Delete', about: file.path, choose: remove },
      { key: 'c', text: 'Cancel', choose: () => undefined },
    ])
  }

  private look(): void {
    const now = performance.now()
    for (const [name, meter] of this.meters) meter.look(this.sources.traffic(name), now)
    this.host.changed()
  }

  private async list(): Promise<void> {
    const interfaces = await this.sources.interfaces()
    if (this.gone) return
    const name = this.interfaces[this.interfaceList.selected]?.name
    this.interfaces = interfaces
    this.listed = true
    this.interfaceList.setCount(interfaces.length)
    const at = interfaces.findIndex((io) => io.name === name)
    if (at >= 0 && at !== this.interfaceList.selected) this.interfaceList.select(at)
    for (const io of interfaces) if (!this.meters.has(io.name)) this.meters.set(io.name, new TrafficMeter())
    this.look()
  }

  private listFiles(): void {
    this.files = [...this.sources.leftovers(), ...this.sources.recentFiles().map((path) => ({ path }))]
    this.fileList.setCount(this.files.length)
    if (this.files.length === 0 && this.area === 'files') this.area = 'interfaces'
  }
}
