/** The clock of an interface against the same sum in whole numbers of any size. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newRecord } from '../../src/capture/source.js'
import { TickClock } from '../../src/capture/timestamps.js'

test('every tick count of every resolution becomes exactly the time it means', () => {
  const ticks = fc.oneof(fc.bigInt(0n, (1n << 64n) - 1n), fc.bigInt(1_600_000_000_000_000n, 1_900_000_000_000_000_000n))
  fc.assert(
    fc.property(fc.nat(24), fc.boolean(), ticks, (power, binary, count) => {
      const record = newRecord()
      new TickClock(power + (binary ? 0x80 : 0), 0).stamp(record, Number(count >> 32n), Number(count & 0xffff_ffffn))
      const perSecond = (binary ? 2n : 10n) ** BigInt(power)
      expect(record.seconds).toBe(Number(count / perSecond))
      expect(record.nanoseconds).toBe(Number(((count % perSecond) * 1_000_000_000n) / perSecond))
    }),
    { numRuns: 5_000, examples: [[10, false, 297_458_939_887_979_090n]] },
  )
})
