import { describe, expect, test } from 'vitest'
import type { EnvironmentTable } from '#apps/api/wire/environment.ts'
import { exampleStatement } from './example-statement.ts'
import { suggestionFor } from './suggestion.ts'

const column = (name: string, more: Partial<EnvironmentTable['columns'][number]> = {}): EnvironmentTable['columns'][number] =>
  ({ name, title: name, type: 'text', role: 'ordinary', category: null, grade: null, unit: null, nullable: false, authorized: true, domain: { one_of: [], from: null, to: null }, ...more })
const codes = (...one_of: string[]) => ({ domain: { one_of, from: null, to: null } })
const persons: EnvironmentTable = {
  table: 'persons', entry: 'e', title: '人员', provider: { id: 'p', name: '局' }, scenario: 's', agreement: 'a', rows: 9, version: 'v', supplied_on: '2026-06-08', standing: 'granted', entity: 'person', entity_key: ['id_number'], notice: null, samples: [],
  columns: [column('id_number', { role: 'entity-key' }), column('diagnosis', { role: 'sensitive', ...codes('甲', '乙') }), column('area', { role: 'quasi-identifier', ...codes('东', '西') }), column('pay', { type: 'decimal' })],
}
const air: EnvironmentTable = { ...persons, table: 'air', entity: 'none', entity_key: [], columns: [column('no', { type: 'integer' }), column('year', { type: 'integer', ...codes('2013', '2014') }), column('pm25', { type: 'integer', unit: 'µg/m³' })] }

const suggested = (sql: string, rules: string[], evidence: Record<string, string | number> = { minimum: 10 }, tables = [persons]) => suggestionFor({
  sql, agreement: 'a', scenario: 's', thresholds: [], entity_keys: [{ table: 'persons', columns: ['id_number'] }],
  layers: rules.map((title) => ({ layer: 'entity-minimum', title, heading: '', verdict: 'block', explanation: '', cure: '', evidence })),
}, tables)?.sql

describe('the statement to try in place of one that was held back', () => {
  test('is its own text, changed for each finding', () => {
    expect(suggested('select area, max(pay) as m from persons group by area', ['extreme-value'])).toBe('select area, avg(pay) as m\nfrom persons\ngroup by area\nhaving count(distinct id_number) >= 10')
    expect(suggested('select area, avg(pay) as m from persons where pay > 1 or area = 1 group by area', ['too-few-counted'])).toBe('select area, avg(pay) as m\nfrom persons\nwhere pay is not null and (pay > 1 or area = 1)\ngroup by area\nhaving count(distinct id_number) >= 10')
    expect(suggested('select area, count(*) as n from persons group by rollup (area)', ['figures-subtract-to-few'])).toBe('select area, count(*) as n from persons group by area')
    expect(suggested('select area, corr(age, pay) as c from persons group by area', ['few-degrees-of-freedom'])).toMatch(/>= 12$/)
    expect(suggested('select area, count(*) as n from persons group by area limit 5', ['not-repeatable'])).toBe('select area, count(*) as n from persons group by area order by all\nlimit 5')
  })

  test('counts the same groups where a figure cannot be mended, or is of no number', () => {
    const counts = 'select area, count(distinct id_number) as entities\nfrom persons\ngroup by 1\nhaving count(distinct id_number) >= 10'
    for (const [figure, rule] of [['sum(pay)', 'dominated-total'], ['string_agg(diagnosis)', 'extreme-value'], ['max(diagnosis)', 'extreme-value'], ['max(pay) - min(pay)', 'extreme-value'], ['bool_and(pay > 3)', 'extreme-value']]) expect(suggested(`select area, ${figure} as m from persons group by area`, [rule ?? '']), figure).toBe(counts)
    expect(suggested("select area, count(*) as n from persons where id_number <> '7' group by area", ['microdata-route'])).toBe(counts)
  })

  test('is another that counts by a list of codes, where the text alone does not show the way', () => {
    const counts = 'select area, count(distinct id_number) as entities\nfrom persons\ngroup by area\nhaving count(distinct id_number) >= 10'
    for (const rule of ['microdata-route', 'dominated-total', 'too-few-in-branch', 'rows-follow-entities', 'shape-of-source']) expect(suggested('select pay from persons', [rule]), rule).toBe(counts)
    expect(suggested('select id_number, pay from persons', ['identifier-column', 'extreme-value'])).toBe(counts)
    expect(suggested('select area from persons', ['rare-values-raw'], { column: 'area' })).toContain('select diagnosis,')
    expect(suggested('select * from air', ['raw-rows'], {}, [persons, air])).toBe('select year, count(*) as records, round(avg(pm25), 1) as average\nfrom air\ngroup by year')
  })

  test('is none where no statement helps, or no table is at hand to write one from', () => {
    expect(suggested('select area, count(*) from persons group by area', ['differs-from-earlier-by-few'])).toBeUndefined()
    expect(suggested('select pay from persons', ['microdata-route'], {}, [])).toBeUndefined()
    expect(exampleStatement({ ...persons, entity_key: ['id_number', 'area'] }, null)).toBeNull()
    expect(exampleStatement(persons, null)).toBe('select area, count(distinct id_number) as entities\nfrom persons\ngroup by area')
  })
})
