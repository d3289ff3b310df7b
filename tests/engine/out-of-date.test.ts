import { describe, expect, test } from 'vitest'
import { isOutOfDate } from '#core/procedure/out-of-date.ts'
import { SUPPLY_CAST, demanded } from '#tests/support/supply-story.ts'
import { CHECKLIST, decided, item, provision } from '#tests/support/supply-contents.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'
import type { StoryCase } from '#tests/support/story.ts'

const AIR = 'providers=environment-bureau/approved-items=air-quality'
const BUS = 'providers=transport-bureau/approved-items=bus-lines'

/** A demand of two providers: air quality is approved, the bus lines are still in review. */
function underReview(): StoryCase {
  return demanded(fresh(SUPPLY_CAST), '2026-08-31', [item('air-quality'), item('bus-lines')]).demand
    .act({ on: '2026-09-02', who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })
    .act({ on: '2026-09-10', who: 'environment', task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [decided('air-quality')] } })
}

/** Whether a page seen before the act is out of date for a task after it. */
function outOfDate(going: StoryCase, task: string, between: (going: StoryCase) => void): boolean {
  const seen = going.state.seq
  between(going)
  return isOutOfDate(going.state, task, going.events.slice(seen), going.events)
}

const provided = (going: StoryCase) => void going.act({ on: '2026-09-11', who: 'environment', task: 'provision', outcome: 'delivered', contents: { provision: provision({}) } })
const extended = (going: StoryCase) => void going.command({ on: '2026-09-11', who: 'transport' }, { type: 'ask-extension', task: 'provider-review@providers=transport-bureau', days: 5, reason: '需征求专家意见' })

describe('a page seen before somebody else acted', () => {
  test('stays good for the review of one provider when another provides its own item', () => {
    expect(outOfDate(underReview(), 'provider-review@providers=transport-bureau', provided)).toBe(false)
  })

  test('is out of date for the item itself and for what follows on its branch', () => {
    expect(outOfDate(underReview(), `provision@${AIR}`, provided)).toBe(true)
    expect(outOfDate(underReview(), `provision-receipt@${AIR}`, provided)).toBe(true)
  })

  test('is out of date where the same task was given more time, and good where another one was', () => {
    expect(outOfDate(underReview(), 'provider-review@providers=transport-bureau', extended)).toBe(true)
    expect(outOfDate(underReview(), `provision@${AIR}`, extended)).toBe(false)
  })

  test('stays good when the platform only noted that the task is late', () => {
    const going = underReview()
    expect(outOfDate(going, 'provider-review@providers=transport-bureau', (late) => void late.time('2026-09-30'))).toBe(false)
    expect(going.open).not.toContain(`provision@${BUS}`)
  })

  test('is out of date once the whole case was withdrawn or its task is gone', () => {
    expect(outOfDate(underReview(), `provision@${BUS}`, provided)).toBe(true)
const asked = demanded(fresh(SUPPLY_CAST), '2026-08-31', [item('air-quality')]).demand
    expect(outOfDate(asked, 'formal-review', (going) => void going.command({ on: '2026-09-01', who: 'operator' }, { type: 'withdraw', reason: '不再需要' }))).toBe(true)
  })
})
