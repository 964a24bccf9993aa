import { describe, expect, it } from 'vitest'
import type { Overlay } from '../../src/ui/overlay.js'
import { FakeSession, type FakeOptions } from '../support/fake-session.js'
import { Canvas } from '../../src/ui/canvas.js'
import { CaptureInfoView } from '../../src/ui/capture-info-view.js'
import { LimitWatch } from '../../src/ui/limit-watch.js'
import { createTheme } from '../../src/ui/theme.js'

const tooLong = 'tcp: messages too long to be put together'

async function viewOf(options: FakeOptions = {}): Promise<Overlay> {
  const view = await new Promise<Overlay>((resolve) => {
    const opened: Overlay = new CaptureInfoView({
      session: new FakeSession(options),
      changed: () => resolve(opened),
      say: () => undefined,
    })
  })
  return view
}

function linesOf(view: Overlay, width: number, height: number): string[] {
  const canvas = new Canvas(width, height)
  view.draw(canvas, { x: 0, y: 0, width, height }, createTheme('none'))
  return canvas.lines()
}

describe('the information about a capture', () => {
  it('says what the file is, when it began, and which limits were met how often', async () => {
    const text = linesOf(await viewOf({ limits: [[tooLong, 1234]] }), 80, 40).join('\n')
    expect(text).toMatch(/name +sample\.pcapng/)
    expect(text).toMatch(/first +Nov 22, 2026 17:09:31/)
    expect(text).toMatch(/1,234 +tcp: messages too long/)
    expect(text).toMatch(/dropped +7/)
    expect(text).toMatch(/tcp +602 +50\.0 % +90\.0 kB {2}Transmission Control Protocol/)
  })

  it('says that none was met', async () => {
    expect(linesOf(await viewOf(), 80, 40).join('\n')).toMatch(/Limits met +│\n│ +none/)
  })

  it('scrolls where it has no room, and leaves with Esc', async () => {
    const view = await viewOf()
    const top = linesOf(view, 80, 12)
    expect(view.key('end')).toBe(false)
    const end = linesOf(view, 80, 12)
    expect(end).not.toEqual(top)
    expect(end.join('\n')).toContain('Protocols by packets')
    expect(view.key('escape')).toBe(true)
  })

  it('makes what the file says harmless', async () => {
    const view = await viewOf()
    expect(linesOf(view, 80, 60).join('\n')).not.toContain('\u001b')
  })
})

describe('the watch over limits', () => {
  it('speaks once for each', () => {
    const watch = new LimitWatch()
    const status = new FakeSession().status()
    expect(watch.news(status)).toBe('')
    expect(watch.news({ ...status, limits: [[tooLong, 1]] })).toContain(tooLong)
    expect(watch.news({ ...status, limits: [[tooLong, 2]] })).toBe('')
    const next = watch.news({
      ...status,
      limits: [
        [tooLong, 2],
        ['udp: packets', 1],
      ],
    })
    expect(next).toContain('udp: packets')
    expect(next).not.toContain(tooLong)
  })
})
