import { describe, expect, test } from 'vitest'
import { sampleRows } from '#core/boundary/sample-rows.ts'
import { tableSchema } from '#core/boundary/table-schema.ts'

const SCHEMA = tableSchema.parse({
  name: 'visits', title: '就诊', entity: { kind: 'person', key: ['person'] },
  columns: [
    { name: 'person', title: '人员标识', type: 'text', nullable: false, role: 'entity-key' },
    { name: 'kind', title: '就诊类型', type: 'text', nullable: false },
    { name: 'age', title: '年龄', type: 'integer', nullable: true },
    { name: 'cost', title: '费用', type: 'decimal', scale: 2, nullable: false },
    { name: 'day', title: '日期', type: 'date', nullable: false },
    { name: 'seen', title: '时间', type: 'timestamp', nullable: false },
    { name: 'insured', title: '参保', type: 'boolean', nullable: false },
    { name: 'level', title: '等级', type: 'integer', nullable: false },
  ],
  quality: [
    { dimension: 'validity', column: 'kind', oneOf: ['门诊', '住院'] },
    { dimension: 'validity', column: 'age', from: '0', to: '120' },
    { dimension: 'validity', column: 'cost', from: '10' },
    { dimension: 'validity', column: 'day', from: '2024-01-01', to: '2024-12-31' },
    { dimension: 'validity', column: 'level', oneOf: ['1', '2', '3'] },
  ],
})

describe('sample rows are made from what was declared', () => {
  const rows = sampleRows(SCHEMA, SCHEMA.columns.map(({ name }) => name))
  test('codes come from the declared list, numbers and days lie within the declared bounds, both bounds shown', () => {
    expect(rows.map((row) => row[1])).toEqual(['住院', '门诊', '住院', '门诊', '住院'])
    expect(rows.map((row) => row[2])).toEqual([0, 30, 60, 90, null])
    expect(rows.map((row) => row[3])).toEqual([10, 11, 12, 13, 14])
    expect(rows.map((row) => row[4])).toEqual(['2024-01-01', '2024-04-01', '2024-07-01', '2024-09-30', '2024-12-30'])
    expect(rows.map((row) => row[7])).toEqual([2, 3, 1, 2, 3])
  })
  test('what has no declared domain has the shape of its type, and says that it is made up', () => {
    expect(rows[0]?.[0]).toBe('人员标识示例1')
    expect(rows.map((row) => row[5])).toEqual(['2000-01-01 00:00:00', '2000-01-02 01:00:00', '2000-01-03 02:00:00', '2000-01-04 03:00:00', '2000-01-05 04:00:00'])
    expect(rows.map((row) => typeof row[6])).toEqual(Array.from({ length: 5 }, () => 'boolean'))
  })
  test('only the fields asked for, and every time the same', () => {
    expect(sampleRows(SCHEMA, ['level', 'kind'])).toEqual(rows.map((row) => [row[1], row[7]]))
    expect(sampleRows(SCHEMA, [])).toEqual([[], [], [], [], []])
  })
  test('amounts whose bounds lie far apart grow in multiples, as incomes do', () => {
    const wide = { ...SCHEMA, quality: [{ dimension: 'validity' as const, column: 'cost', from: '500', to: '50000', refuse: false }] }
    expect(sampleRows(wide, ['cost']).map((row) => row[0])).toEqual([500, 1581.14, 5000, 15811.39, 50000])
  })
  test('bounds that cannot be read are as good as none', () => {
    const odd = { ...SCHEMA, quality: [{ dimension: 'validity' as const, column: 'age', from: 'x', to: '', refuse: false }] }
    expect(sampleRows(odd, ['age']).map((row) => row[0])).toEqual([1, 2, 3, 4, null])
  })
})
