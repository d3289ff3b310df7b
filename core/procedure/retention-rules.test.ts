import { describe, expect, test } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import { keepingOf, keepingRules, keepingSteps } from '#core/procedure/retention-rules.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import { lawOf } from '#tests/support/case-law.ts'

const law = await lawOf('chengdu-2026')

/** The opening of a step that keeps, as the engine enters it. */
function opened(step: string, on: string): CaseEvent {
  return {
    type: 'task-opened', task: step, step, branch: [], office: 'platform', organization: 'platform', on: legalDate(on),
    clock: { id: step, unit: 'year', amount: 3, basis: { kind: 'provision' }, history: [{ kind: 'started', on: legalDate(on), trigger: '终止提供数据' }] },
  }
}

describe('what keeps a case’s records', () => {
  test('are the steps that wait for a lower bound of months or years, by the pack’s own figures', () => {
    expect([...keepingSteps(law, 'record-retention')]).toEqual([['keep-logs', { unit: 'year', amount: 3 }], ['keep-destruction', { unit: 'year', amount: 3 }]])
    expect(keepingSteps(law, 'implementation-plan').size).toBe(0)
  })

  test('is the longest of all that were started: to its last day, and not a day less', () => {
    const logs = keepingRules(law, 'case-a', 'record-retention', [opened('keep-logs', '2026-09-15')])
    const destruction = keepingRules(law, 'case-b', 'record-retention', [opened('keep-destruction', '2026-11-23')])
    expect(keepingOf(law, [...logs, ...destruction], false)).toMatchObject({ until: '2029-11-23', prunableFrom: '2029-11-24', decidedBy: ['case-b/keep-destruction'] })
    expect(logs[0]?.until).toBe('2029-09-15')
  })

  test('where no rule was started, nothing may be disposed of', () => {
    expect(keepingOf(law, [], false)).toMatchObject({ until: null, prunableFrom: null })
  })
})
