import { describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { keptColumns, protectionRulesSchema, ruleFaults } from './protection-rules.ts'

const persons = tableSchema.parse({
  name: 'persons', title: '人员', entity: { kind: 'person', key: ['id'] },
  columns: [
    { name: 'id', title: '证件号', type: 'text', nullable: false, role: 'entity-key' },
    { name: 'name', title: '姓名', type: 'text', nullable: false },
    { name: 'born', title: '出生年', type: 'integer', nullable: false },
  ],
})
const faults = (rules: unknown): string[] => ruleFaults(protectionRulesSchema.parse(rules), persons).map(({ code }) => code)

describe('protection rules', () => {
  test('that fit the table have no fault', () => {
    const rules = {
      columns: [{ column: 'id', method: 'pseudonym' }, { column: 'name', method: 'remove' }, { column: 'born', method: 'generalise', generalisation: { by: 'interval', width: 10 } }],
      rows: [{ column: 'born', to: '2007' }], privacyBudget: { milliEpsilon: 1000, bounds: { born: { least: 1900, most: 2025 } } },
    }
    expect(faults(rules)).toEqual([])
    expect(keptColumns(protectionRulesSchema.parse(rules), ['id', 'name', 'born'])).toEqual(['id', 'born'])
  })
  test.each([
    ['nothing at all', { columns: [] }, ['rules-must-say-something']],
    ['a column that is not there', { columns: [{ column: 'salary', method: 'remove' }] }, ['column-must-exist']],
    ['two rules for one column', { columns: [{ column: 'name', method: 'remove' }, { column: 'name', method: 'remove' }] }, ['column-must-have-one-rule']],
    ['an entity key that would fall together', { columns: [{ column: 'id', method: 'mask', kind: 'resident-id' }] }, ['entity-key-must-stay-distinct']],
    ['an entity key that would be gone', { columns: [{ column: 'id', method: 'remove' }] }, ['entity-key-must-stay-distinct']],
    ['a masked number', { columns: [{ column: 'born', method: 'mask', kind: 'text' }] }, ['method-must-fit-type']],
    ['intervals of a text', { columns: [{ column: 'name', method: 'generalise', generalisation: { by: 'interval', width: 10 } }] }, ['method-must-fit-type']],
    ['bounds in disorder', { columns: [{ column: 'born', method: 'generalise', generalisation: { by: 'bounds', bounds: [2, 1] } }] }, ['generalisation-must-be-sound']],
    ['a condition on a column that is not there', { columns: [], rows: [{ column: 'salary', equals: '1' }] }, ['column-must-exist']],
    ['sums of a text, between bounds in disorder', { columns: [], privacyBudget: { milliEpsilon: 1, bounds: { name: { least: 1, most: 1 } } } }, ['method-must-fit-type', 'bounds-must-be-ordered']],
  ])('refuses %s', (_story, rules, codes) => expect(faults(rules)).toEqual(codes))
  test.each([['an unknown method', { columns: [{ column: 'name', method: 'encrypt' }] }], ['a budget of nothing', { columns: [], privacyBudget: { milliEpsilon: 0, bounds: {} } }]])('cannot be written with %s', (_story, rules) => {
    expect(protectionRulesSchema.safeParse(rules).success).toBe(false)
  })
})
