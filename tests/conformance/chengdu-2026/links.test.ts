import { expect, test } from 'vitest'
import { begun, fresh } from '#tests/support/chengdu-oversight-story.ts'
import { lastCase } from '#tests/support/supply-story.ts'

/** Who begins what about an agreement, the code of a missing or foreign one, and the sentence that it rests on. */
const ABOUT_AN_AGREEMENT = [
  ['quality-issue', 'operator', 'issue-must-concern-an-agreement', 'cd26-26.1'],
  ['incident', 'drafter', 'incident-must-concern-an-agreement', 'cd26-27.1'],
  ['provider-question', 'transport', 'question-must-concern-an-agreement', 'cd26-26.2'],
  ['asset-declaration', 'operator', 'declaration-must-concern-an-agreement', 'cd26-31.2'],
  ['operator-evaluation', 'drafter', 'evaluation-must-concern-an-agreement', 'cd26-29.1'],
  ['management-rules', 'drafter', 'rules-must-concern-an-agreement', 'cd26-26.1'],
  ['internal-audit', 'drafter', 'audit-must-concern-an-agreement', 'cd26-26.1'],
  ['join-assessment', 'operator', 'join-must-concern-an-agreement', 'cd26-26.4'],
  ['distribution-rule', 'drafter', 'rule-must-concern-an-agreement', 'cd26-23.1'],
  ['settlement', 'drafter', 'settlement-must-concern-an-agreement', 'cd26-23.1'],
  ['ledger-month', 'operator', 'ledger-must-concern-an-agreement', 'cd26-28.1'],
  ['ledger-view', 'drafter', 'view-must-concern-an-agreement', 'cd26-28.1'],
  ['platform-node', 'operator', 'platform-must-concern-an-agreement', 'cd26-19.1'],
  ['log-delivery', 'operator', 'logs-must-concern-an-agreement', 'cd26-26.2'],
  ['agreement-expiry', 'drafter', 'expiry-must-concern-an-agreement', 'cd26-25.1.1'],
  ['rectification', 'drafter', 'rectification-must-concern-an-agreement', 'cd26-33.1'],
  ['exit', 'drafter', 'exit-must-concern-an-agreement', 'cd26-25.1'],
  ['liability', 'drafter', 'liability-must-concern-an-agreement', 'cd26-33.1'],
] as const

test.each(ABOUT_AN_AGREEMENT)('%s is begun about an agreement', (procedure, who, code, provision) => {
  const story = fresh()
  story.refusesOpening({ on: '2026-10-12', who, procedure }, code, provision)
  expect(story.cases.size).toBe(0)
})

test('liability follows a rectification that is overdue', () => {
  const { story, agreement } = begun()
  const opening = { on: '2026-10-12', who: 'drafter', procedure: 'liability', links: { agreement } }
  story.refusesOpening(opening, 'liability-must-follow-overdue-rectification', 'cd26-33.1')
  story.refusesOpening({ ...opening, links: { agreement, rectification: lastCase(story, 'agreement-expiry') } }, 'liability-must-follow-overdue-rectification', 'cd26-33.1')
})
