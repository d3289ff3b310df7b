import { describe, expect, test } from 'vitest'
import { ladderOf, valueUnder } from './generalisation-ladder.ts'
import type { ColumnRule } from './protection-rules.ts'
import { weighRules } from './weigh-rules.ts'
import type { WeighedTable } from './weigh-rules.ts'

// Forty persons born 1980 to 1989, four of each year, half of them in each district; every other one is ill.
const years = Array.from({ length: 10 }, (_, at) => String(1980 + at))
const table: WeighedTable = {
  columns: [{ name: 'born', type: 'integer', values: years }, { name: 'district', type: 'text', values: ['东', '西'] }],
  keys: [Int32Array.from({ length: 20 }, (_, at) => at % 10), Int32Array.from({ length: 20 }, (_, at) => Math.trunc(at / 10))],
  sizes: Int32Array.from({ length: 20 }, () => 2),
  sensitive: Array.from({ length: 20 }, () => ({ size: 2, codes: [0, 1], counts: [1, 1] })),
  overall: [20, 20],
}
const tens: ColumnRule = { column: 'born', method: 'generalise', generalisation: { by: 'interval', width: 10, origin: 0 } }

describe('rules weighed before they are agreed on', () => {
  test('tell how anonymous the rows are before and after, and what each column loses', () => {
    const found = weighRules(table, [tens], { k: 20, l: 2, t: 0.1, suppression: 0 })
    expect([found.rows, found.before.anonymity.k, found.before.fulfilled, found.after.anonymity.k, found.after.fulfilled, found.after.anonymity.distinctL]).toEqual([40, 2, 0, 20, 1, 2])
    expect(found.losses).toEqual([{ column: 'born', share: 1 }, { column: 'district', share: 0 }])
    expect(found.before.averageRisk).toBe(0.5)
  })
  test('come with the generalisation of least loss: five years with the district rather than ten without', () => {
    const found = weighRules(table, [], { k: 10, l: null, t: null, suppression: 0 })
    expect(found.suggestion).toMatchObject({ found: true, suppressed: 0, steps: [{ column: 'born', step: { kind: 'rule', rule: { generalisation: { by: 'interval', width: 5 } } } }, { column: 'district', step: { kind: 'as-is' } }] })
    expect(weighRules(table, [], { k: 41, l: null, t: null, suppression: 0 }).suggestion).toEqual({ found: false, reason: 'target-out-of-reach' })
    expect(weighRules(table, [], { k: 2, l: 3, t: null, suppression: 0 }).suggestion).toEqual({ found: false, reason: 'target-out-of-reach' })
  })
})

describe('the steps of a column', () => {
  const stepsOf = (type: 'text' | 'integer' | 'date' | 'boolean', values: string[], proposed?: ColumnRule) =>
    ladderOf({ name: 'x', type, values }, proposed).map((step) => values.map((value) => valueUnder(step, value)).join(' '))
  test('contain each other and end with nothing', () => {
    expect(stepsOf('integer', ['1', '7', '12'])).toEqual(['1 7 12', '0 5 10', '0 0 10', '  '])
    expect(stepsOf('date', ['2014-03-31'])).toEqual(['2014-03-31', '2014-03-01', '2014-01-01', '2014-01-01', '2010-01-01', ''])
    expect(stepsOf('text', ['510104', '110101'])).toEqual(['510104 110101', '5101 1101', '51 11', ' '])
    expect(stepsOf('text', ['成都', '北京市'])).toEqual(['成都 北京市', ' '])
    expect(stepsOf('boolean', ['true'])).toEqual(['true', ''])
  })
  test('hold the proposed groups of a text between the two ends', () => {
    const groups: ColumnRule = { column: 'x', method: 'generalise', generalisation: { by: 'tree', groups: { 锦江区: '中心城区' }, others: '其他' } }
    expect(stepsOf('text', ['锦江区', '金堂县'], groups)).toEqual(['锦江区 金堂县', '中心城区 其他', ' '])
    expect(stepsOf('text', ['张三'], { column: 'x', method: 'mask', kind: 'name' })).toEqual(['张三', '张*', ''])
  })
})
