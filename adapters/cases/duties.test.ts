import { describe, expect, test } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import { openedPeriods } from '#core/procedure/duty-openings.ts'

const duty = { every: { unit: 'year' as const, month_day: '01-01' } }
const inForce = legalDate('2026-06-08')
const periods = (today: string) => openedPeriods(duty, inForce, legalDate(today))

describe('a duty of each quarter or half-year', () => {
  const every = (unit: 'half-year' | 'quarter', today: string) => openedPeriods({ every: { unit } }, inForce, legalDate(today))

  test('opens on the day after the period, not on its last day; the first counts from the day of coming into force', () => {
    expect(every('quarter', '2026-06-30')).toEqual([])
    expect(every('quarter', '2026-07-01')).toEqual([{ period: '2026-Q2', opensOn: '2026-07-01', from: '2026-06-08', to: '2026-06-30' }])
    expect(every('quarter', '2027-01-01').map(({ period, from, to }) => ({ period, from, to }))).toEqual([
      { period: '2026-Q2', from: '2026-06-08', to: '2026-06-30' },
      { period: '2026-Q3', from: '2026-07-01', to: '2026-09-30' },
      { period: '2026-Q4', from: '2026-10-01', to: '2026-12-31' },
    ])
    expect(every('half-year', '2026-12-31').map((one) => one.period)).toEqual(['2026-H1'])
    expect(every('half-year', '2027-01-01').map(({ period, from, to }) => ({ period, from, to })).at(-1)).toEqual({ period: '2026-H2', from: '2026-07-01', to: '2026-12-31' })
  })
})

describe('a yearly duty', () => {
  test('has no period before the first year has ended, and one on the day it opens', () => {
    expect(periods('2026-12-31')).toEqual([])
    expect(periods('2027-01-01')).toEqual([{ period: '2026', opensOn: '2027-01-01', from: '2026-06-08', to: '2026-12-31' }])
  })

  test('opens every missed year after a long downtime, each whole', () => {
    expect(periods('2029-01-01').map(({ period, from, to }) => ({ period, from, to }))).toEqual([
      { period: '2026', from: '2026-06-08', to: '2026-12-31' },
      { period: '2027', from: '2027-01-01', to: '2027-12-31' },
      { period: '2028', from: '2028-01-01', to: '2028-12-31' },
    ])
  })
})
