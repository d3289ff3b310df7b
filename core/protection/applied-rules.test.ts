import { expect, test } from 'vitest'
import type { DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'
import { withAppliedRules } from './applied-rules.ts'
import { protectionRulesSchema } from './protection-rules.ts'

const report: DisclosureReport = {
  verdict: 'review', summary: '', sections: [
    { heading: 'beyond-agreement', title: '超出授权协议使用', verdict: 'pass', findings: [] },
    { heading: 'other-risk', title: '其他风险', verdict: 'review', findings: [] },
  ],
}

test('a report names the version of the rules under the heading of the agreement, and its verdicts stay', () => {
  const rules = protectionRulesSchema.parse({ columns: [{ column: 'id', method: 'pseudonym' }, { column: 'name', method: 'remove' }], rows: [{ column: 'year', from: '2010' }] })
  const told = withAppliedRules(report, [{ title: '人员', pseudonymKeys: [], applied: { title: '人员', entry: 'persons', version: 3, digest: 'abc', rules } }])
  expect(told.sections.map(({ verdict, findings }) => [verdict, findings.length])).toEqual([['pass', 1], ['review', 0]])
  expect(told.sections[0]?.findings[0]).toMatchObject({
    verdict: 'pass', evidence: { entry: 'persons', version: 3, digest: 'abc' },
    message: '“人员”在作业读取之前已按保护规则第3版处理：id按场景假名化，name删除，按1项条件筛选行。',
  })
  expect(withAppliedRules(report, [])).toBe(report)
  expect(withAppliedRules(report, [{ title: '空气质量', applied: null, pseudonymKeys: [] }])).toBe(report)
})

test('a report names the keys that are pseudonyms without a rule', () => {
  const told = withAppliedRules(report, [{ title: '人员', applied: null, pseudonymKeys: ['证件号'] }])
  expect(told.sections[0]?.findings).toMatchObject([{ code: 'entity-keys-pseudonymised', verdict: 'pass', evidence: { keys: '证件号' } }])
})
