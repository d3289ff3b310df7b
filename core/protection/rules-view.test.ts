import { describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { protectionRulesSchema } from './protection-rules.ts'
import { changesBetween, columnsUnderRules, describedRule } from './rules-view.ts'

const schema = tableSchema.parse({
  name: 'persons', title: '人员', entity: { kind: 'person', key: ['id'] },
  columns: [
    { name: 'id', title: '证件号', type: 'text', nullable: false, role: 'entity-key' },
    { name: 'name', title: '姓名', type: 'text', nullable: false },
    { name: 'born', title: '出生年', type: 'integer', nullable: false },
    { name: 'ill', title: '病种', type: 'text', nullable: false, role: 'sensitive' },
  ],
})
const first = protectionRulesSchema.parse({ columns: [{ column: 'name', method: 'mask', kind: 'name' }, { column: 'born', method: 'generalise', generalisation: { by: 'interval', width: 10 } }] })

describe('rules as they are shown', () => {
  test('tell for each column what is done, and how a made-up value will look', () => {
    const seen = columnsUnderRules(schema, [{ name: 'name', sensitive: 'personal', protection: 'mask' }], first)
    expect(seen.map(({ name, declared, done, seen: look }) => [name, declared, done, look])).toEqual([
      ['id', null, '按场景假名化（默认）', '9f2c…（32位假名）'], ['name', 'mask', '掩码', '姓****'], ['born', null, '泛化：每10一档', '0'], ['ill', null, '', '病种示例1'],
    ])
    const gone = protectionRulesSchema.parse({ columns: [{ column: 'name', method: 'remove' }] })
    expect(columnsUnderRules(schema, null, gone)[1]).toMatchObject({ done: '删除', seen: null })
  })
  test.each([
    [{ by: 'prefix', characters: 4 }, '泛化：只留前4位'], [{ by: 'bounds', bounds: [0, 18, 60] }, '泛化：按0、18、60分档'], [{ by: 'date', unit: 'year' }, '泛化：只到年'],
    [{ by: 'tree', groups: { a: '甲', b: '甲' }, others: '其他' }, '泛化：归并为甲、其他'],
  ] as const)('%j is “%s”', (generalisation, words) => {
    const { columns: [rule] } = protectionRulesSchema.parse({ columns: [{ column: 'x', method: 'generalise', generalisation }] })
    expect(rule === undefined ? '' : describedRule(rule)).toBe(words)
  })
  test('tell what a version changes', () => {
    const titleOf = (name: string): string => schema.columns.find((column) => column.name === name)?.title ?? name
    const next = protectionRulesSchema.parse({ columns: [{ column: 'born', method: 'remove' }], rows: [{ column: 'born', from: '1980' }], privacyBudget: { milliEpsilon: 500, bounds: {}, domains: { ill: ['a'] } } })
    expect(changesBetween(null, first, titleOf)).toEqual(['姓名：不作处理 → 掩码（姓名）', '出生年：不作处理 → 泛化：每10一档'])
    expect(changesBetween(first, first, titleOf)).toEqual([])
    expect(changesBetween(first, next, titleOf)).toEqual(['姓名：掩码（姓名） → 不作处理', '出生年：泛化：每10一档 → 删除', '行筛选：0项 → 1项', '带噪声的统计：不开放 → ε=0.5，可分组字段病种，可合计字段无，每主体至多1组'])
  })
})
