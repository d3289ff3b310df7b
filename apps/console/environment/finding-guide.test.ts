import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { aboutJob, guideOf, isGuided } from './finding-guide.ts'

const layer = { layer: 'entity-minimum', heading: '其他风险', verdict: 'block' as const, explanation: '说明', cure: '怎么改', evidence: {} }
const CHECKS = new URL('../../../core/disclosure-control/', import.meta.url)

describe('a finding for somebody who is no statistician', () => {
  test('tells its example from the measured counts where they are told, and never a gap in their place', () => {
    const evidence = { rows: 3, of: 8, minimum: 10 }
    const { example, change } = guideOf({ ...layer, title: 'too-few-entities', evidence })
    expect(example).toMatch(/^本结果共 8 行，其中 3 行不足 10 个主体。好比/)
    expect(change[0]).toContain('>= 10')
    expect(guideOf({ ...layer, title: 'too-few-entities', evidence: {} }).example).toMatch(/^好比/)
    expect(guideOf({ ...layer, title: 'too-few-entities', evidence: { extent: '部分', minimum: 10 } }).example).toMatch(/^本结果的部分行不足 10 个主体。好比/)
    expect(guideOf({ ...layer, title: 'identifier-column', evidence: { column: 'phone', kind: '手机号码' } }).example).toBe('字段“phone”符合手机号码的编码规则（含校验位）。')
  })

  test('names the column that names an entity, and speaks of totals and conditions only where the statement has them', () => {
    const job = { sql: 'select area, avg(pay) from p group by area', entity_keys: [{ table: 'p', columns: ['id_number'] }] }
    const told = (title: string, sql = job.sql): string | undefined => guideOf({ ...layer, title }, aboutJob({ ...job, sql })).change[0]
    expect(told('too-few-entities')).toContain('count(distinct id_number)')
    expect(told('too-few-counted')).toContain('where 该字段 is not null')
    expect(told('too-few-counted', 'select avg(pay) filter (where sex = 1) from p')).toContain('filter')
    expect(told('figures-subtract-to-few')).not.toContain('合计')
    expect(told('figures-subtract-to-few', 'select area, count(*) from p group by rollup (area)')).toContain('去掉合计')
    expect(aboutJob({ sql: '', entity_keys: [{ table: 'p', columns: ['a', 'b'] }] }).key).toBe('主体标识')
  })

  test('of a rule that is not known here says what the report itself says to do', () => {
    expect(guideOf({ ...layer, title: 'some-later-rule' })).toEqual({ why: '', example: null, change: ['怎么改'] })
    expect(guideOf({ ...layer, title: 'some-later-rule', cure: '' }).change).toEqual([])
  })

  test('is there for every rule of the checks that holds a job back or asks for a person', () => {
    const sources = readdirSync(CHECKS).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).map((name) => readFileSync(new URL(name, CHECKS), 'utf8')).join('\n')
    const named = [...sources.matchAll(/finding\('([a-z-]+)', '(?:block|review)'|code: '([a-z-]+)', (?:heading: '[a-z-]+', )?verdict: '(?:block|review)'|verdict: (?:block|\([^)]*\) => policy\.\w+), code: '([a-z-]+)'/g)].flatMap(([, one, other, third]) => [one ?? other ?? third ?? ''])
    expect(named.length).toBeGreaterThan(RULES_MIN)
    expect([...new Set(named)].filter((rule) => !isGuided(rule))).toEqual([])
  })
})

/** Fewer would mean that the pattern above no longer finds them. */
const RULES_MIN = 25
