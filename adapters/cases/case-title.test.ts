import { beforeAll, describe, expect, test } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { Json } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { CaseState } from '#core/procedure/case-state.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { caseTitle } from './case-title.ts'

const DAY = legalDate('2026-06-08')
const NAME_LONG = '空气'.repeat(60)

let law: CaseLaw
beforeAll(async () => {
  law = await lawOf('chengdu-2026')
})

function stateOf(procedure: string, contents: Record<string, Json>): CaseState {
  const recorded = Object.entries(contents).map(([key, value]) => [key, { value, hash: '', step: 'open', person: 'p', on: DAY }] as const)
  return {
    id: 'case-1', number: '1', procedure, pack: law.ref, seq: 1, status: 'open', opened: DAY, opened_by: { person: 'p', organization: 'o', office: 'x' },
    parties: {}, links: {}, contents: Object.fromEntries(recorded), facts: {}, tasks: [], tokens: [], conclusions: [], recused: [],
  }
}
const title = (procedure: string, contents: Record<string, Json>, linked: string | null = null) => caseTitle(law, stateOf(procedure, contents), linked)

describe('a case is called', () => {
  test('by the name that it was opened with, until its document has a name of its own', () => {
    expect(title('implementation-plan', { 'case-name': '空气质量授权' })).toBe('空气质量授权')
    expect(title('implementation-plan', { 'case-name': '空气质量授权', 'implementation-plan': { name: '空气质量公共数据授权运营实施方案' } })).toBe('空气质量公共数据授权运营实施方案')
  })

  test('by a name, a title, the name of its scenario, or its purpose, in the order of the procedure', () => {
    expect(title('product', { product: { name: '空气质量指数', description: '说明' } })).toBe('空气质量指数')
    expect(title('catalog-entry', { 'catalog-entry': { code: 'a', title: '空气质量监测日报' } })).toBe('空气质量监测日报')
    expect(title('data-demand', { demand: { 'market-demand': '多', scenario: { name: '通勤健康提示', purpose: '提示' } } })).toBe('通勤健康提示')
    expect(title('product-service', { 'usage-application': { scenario: 'x', purpose: '室内新风联动' }, 'identity-proof': { name: '青芽软件公司' } })).toBe('室内新风联动')
  })

  test('never by what a later step names, or by a person', () => {
    const opened = { 'registration-title': '空气质量监测日报' }
    expect(title('registration', { ...opened, 'publicity-objection': { name: '某某' }, 'publicity-notice': { 'data-name': '别的' } })).toBe('空气质量监测日报')
  })

  test('without a name by its procedure and what it is about', () => {
    expect(title('rectification', { 'breach-record': { clause: '第三条' }, 'rectification-due': '2026-12-09' }, '空气质量授权运营协议')).toBe('限期整改：空气质量授权运营协议')
    expect(title('disclosure', { 'period-from': '2026-01-01', 'period-to': '2026-12-31' })).toBe('授权运营情况年度披露（2026-01-01至2026-12-31）')
    expect(title('rectification', {})).toBe('限期整改')
  })

  test('in one line of at most 100 characters', () => {
    expect(title('product', { product: { name: ' 一\n二 ' } })).toBe('一 二')
    expect(title('product', { product: { name: NAME_LONG.slice(0, 100) } })).toBe(NAME_LONG.slice(0, 100))
    expect(title('product', { product: { name: NAME_LONG.slice(0, 101) } })).toBe(`${NAME_LONG.slice(0, 99)}…`)
  })
})
