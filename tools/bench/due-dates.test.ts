import { expect, test } from 'vitest'
import { measureDueDates } from '#tools/bench/due-dates.ts'

test('a share of the bench finds changed dates, all of them beyond the last notice, well within its share of the time', async () => {
  const { seconds, changed } = await measureDueDates(20_000)
  expect(changed.length).toBeGreaterThan(0)
  expect(changed.filter(({ before }) => !before.provisional)).toEqual([])
  expect(changed.filter(({ after }) => after.provisional)).toEqual([])
  // A fiftieth of a million, given ten times its share of the ten seconds: machines are busy when tests run.
  expect(seconds).toBeLessThan(2)
})
