import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { InputEvent } from '../../src/ui/input.js'
import { InputDecoder } from '../../src/ui/input.js'

afterEach(() => vi.useRealTimers())

function decode(...chunks: (string | Buffer)[]): string[] {
  vi.useFakeTimers()
  const events: string[] = []
  const decoder = new InputDecoder((event) => events.push(nameOf(event)))
  for (const chunk of chunks) decoder.write(chunk)
  vi.advanceTimersByTime(1000)
  vi.useRealTimers()
  return events
}

function nameOf(event: InputEvent): string {
  if (event.type === 'key') return event.key
  return event.type === 'paste' ? `paste(${event.text})` : `${event.kind}(${event.x},${event.y})`
}

describe('input', () => {
  it.each([
    ['\r', ['enter']],
    ['\r\n', ['enter']],
    ['\n', ['enter']],
    ['jG?', ['j', 'G', '?']],
    ['\x03\x1a\x07', ['C-c', 'C-z', 'C-g']],
    ['\x1b[A\x1bOB', ['up', 'down']],
    ['\x1b[5~\x1b[6~\x1b[H\x1b[4~', ['pageup', 'pagedown', 'home', 'end']],
    ['\x1b[1;5C', ['C-right']],
    ['\x1b[Z\t', ['S-tab', 'tab']],
    ['\x1b', ['escape']],
    ['\x1b\x1b[A', ['escape', 'up']],
    ['\x1bx', ['M-x']],
    ['é中😀', ['é', '中', '😀']],
    ['\x1b[<0;3;5M\x1b[<0;3;5m\x1b[<64;1;1M', ['down(2,4)', 'up(2,4)', 'wheelUp(0,0)']],
    ['\x1b[200~q\n\x1b[Ax\x1b[201~j', ['paste(q\n\x1b[Ax)', 'j']],
    ['\x1b[?62;c\x1b]11;rgb:00/00/00\x07\x1bP1$r\x1b\\j', ['j']],
    ['\x1b[999;999;999Xj', ['j']],
  ])('reads %j as %j', (bytes, keys) => {
    expect(decode(bytes)).toEqual(keys)
  })

  it('reads the same keys however the bytes are cut', () => {
    const whole = Buffer.from('j\x1b[A\x1b[<65;120;33M\x1b[200~paste é\x1b[201~é中\x1b[6~\x1bOPk')
    const wanted = decode(whole)
    expect(wanted).toEqual(['j', 'up', 'wheelDown(119,32)', 'paste(paste é)', 'é', '中', 'pagedown', 'f1', 'k'])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: whole.length - 1 })), (cuts) => {
        const at = [0, ...[...new Set(cuts)].sort((a, b) => a - b), whole.length]
        expect(decode(...at.slice(1).map((end, i) => whole.subarray(at[i], end)))).toEqual(wanted)
      }),
    )
  })

  it('survives any bytes and never gives out control characters as keys', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => {
        const keys = decode(...chunks.map((chunk) => Buffer.from(chunk))).filter((name) => !name.startsWith('paste('))
        expect(keys.join(' ')).not.toMatch(/[\x00-\x1f\x7f-\x9f]/)
      }),
    )
  })
})
