import { describe, expect, test } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import { documentSchema } from '#core/pack/document-format.ts'
import type { CaseState } from '#core/procedure/case-state.ts'
import type { Scope } from '#core/procedure/operand.ts'
import { smallLaw } from '#tests/support/small-law.ts'
import { composeDocument, isIssued, issuerOf } from './compose.ts'

const law = smallLaw({
  offices: { agency: 'fixed', operator: 'party' },
  contents: {
    order: {
      type: 'group', title: '整改要求', items: {
        reason: { type: 'text', title: '理由' },
        due: { type: 'date', title: '期限' },
        kind: { type: 'choice', title: '类别', of: { late: '逾期报送' } },
        extra: { type: 'text', title: '其他', optional: true },
        measures: { type: 'table', title: '措施', columns: { measure: { type: 'text', title: '措施' }, by: { type: 'organization', title: '责任单位' } } },
        term: { type: 'group', title: '期间', items: { start: { type: 'date', title: '起' } } },
      },
    },
    proof: { type: 'file', title: '证据' },
  },
  procedures: {
    order: {
      open: { by: 'agency', title: '发起', requires: ['order', 'proof'], then: ['answer'], status: 'open' }, statuses: { open: '办理中' },
      steps: { answer: { title: '答复', by: 'operator', outcomes: { done: { title: '已答复', ends: true } } } },
    },
  },
})

const ORDER = { reason: '未按约定报送', due: '2026-10-09', kind: 'late', measures: [{ measure: '补报', by: 'org-2' }], term: { start: '2026-09-05' } }
const state: CaseState = {
  id: 'case-1', number: '整改〔2026〕1号', procedure: 'order', pack: law.ref, seq: 1, status: 'open', opened: legalDate('2026-09-05'), opened_by: { person: 'p', organization: 'org-1', office: 'agency' },
  parties: { agency: 'org-1', operator: 'org-2' }, links: {}, facts: {}, tasks: [], tokens: [],
  contents: { order: { value: ORDER, hash: 'h', step: 'open', person: 'p', on: legalDate('2026-09-05') }, proof: { value: { name: '记录.pdf', sha256: 'a'.repeat(64) }, hash: 'h', step: 'open', person: 'p', on: legalDate('2026-09-05') } },
  recused: [], conclusions: [{ task: 'answer', step: 'answer', branch: '', outcome: 'done', person: 'q', organization: 'org-2', office: 'operator', date: legalDate('2026-09-07'), recorded: legalDate('2026-09-07'), overdue_days: 0, voided: false }],
}
const scope: Scope = { law, procedure: 'order', state, given: {}, facts: {}, links: {}, parties: state.parties, actor: { person: 'p', organization: 'org-1', offices: ['agency'] }, act: { date: legalDate('2026-09-05'), recorded: legalDate('2026-09-05') }, branch: [], task: null, read: {} }
const names = { organization: (id: string) => ({ 'org-1': '某市数据局', 'org-2': '某数据公司' })[id] ?? id, person: (id: string) => id, record: (_register: string, key: string) => key }

const rule = (change: object = {}) => documentSchema.parse({
  document: 'order', title: '限期整改通知书', kind: 'order', basis: { 'platform-default': '试验所设' }, issuer: 'agency', mark: '整改通', addressees: ['operator'],
  issued_by: [{ procedure: 'order', step: 'open', outcome: 'opened' }],
  body: [{ text: '请{party.operator}于{content.order.due}前完成整改（{content.order.kind}）。' }, { content: 'order' }, { steps: ['answer'], heading: '办理过程' }],
  attachments: ['content.proof'], ...change,
})
const composed = (change: object = {}) => composeDocument({ rule: rule(change), scope, state, names, number: '整改通〔2026〕3号' })

describe('a document', () => {
  test('says dates, choices and organisations as documents do', () => {
    expect(composed().blocks[0]).toEqual({ block: 'paragraph', text: '请某数据公司于2026年10月9日前完成整改（逾期报送）。' })
    expect(composed()).toMatchObject({ addressees: ['某数据公司'], signatures: ['某市数据局'], number: '整改通〔2026〕3号', date: '2026-09-05', case_number: '整改〔2026〕1号' })
  })

  test('numbers the items of a content, leaves out what was optional and not given, and keeps tables', () => {
    expect(composed().blocks.slice(1, -2)).toEqual([
      { block: 'heading', level: 'first', text: '一、整改要求' },
      { block: 'paragraph', text: '（一）理由：未按约定报送。' },
      { block: 'paragraph', text: '（二）期限：2026年10月9日。' },
      { block: 'paragraph', text: '（三）类别：逾期报送。' },
      { block: 'heading', level: 'second', text: '（四）措施' },
      { block: 'table', head: ['序号', '措施', '责任单位'], rows: [['1', '补报', '某数据公司']] },
      { block: 'heading', level: 'second', text: '（五）期间' },
      { block: 'paragraph', text: '1. 起：2026年9月5日。' },
    ])
  })

  test('lists who did what and when, and the files that go with it', () => {
    expect(composed().blocks.at(-1)).toEqual({ block: 'table', head: ['日期', '环节', '单位', '结果'], rows: [['2026年9月7日', '答复', '某数据公司', '已答复']] })
    expect(composed().attachments).toEqual([{ name: '记录.pdf', sha256: 'a'.repeat(64) }])
  })

  test('is issued where its condition holds, under the name of the party or of the organisation that the rule names', () => {
    const late = { left: 'content.order.kind', is: 'equal', right: { value: 'late' } }
    expect(isIssued(rule({ when: late }), scope)).toBe(true)
    expect(isIssued(rule({ when: { ...late, right: { value: 'other' } } }), scope)).toBe(false)
    expect(issuerOf(rule(), scope)).toBe('org-1')
    expect(issuerOf(rule({ issuer: 'operator', organization: 'act.organization' }), scope)).toBe('org-1')
    expect(composed({ body: [{ text: '甲乙', when: { left: 'content.order.extra', is: 'present' } }, { text: '丙丁' }] }).blocks).toEqual([{ block: 'paragraph', text: '丙丁' }])
  })
})
