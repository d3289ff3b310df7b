import { describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { declaredFields, hiddenKeys, registeredFields, shortfallsOf, withPseudonymKeys } from './declared-protection.ts'
import { protectionRulesSchema } from './protection-rules.ts'
import type { ColumnRule } from './protection-rules.ts'

const schema = tableSchema.parse({
  name: 'persons', title: '人员', entity: { kind: 'person', key: ['id'] },
  columns: [
    { name: 'id', title: '证件号', type: 'text', nullable: false, role: 'entity-key' },
    { name: 'name', title: '姓名', type: 'text', nullable: false, role: 'quasi-identifier' },
    { name: 'born', title: '出生年', type: 'integer', nullable: false, role: 'quasi-identifier' },
  ],
})
const name = (said: object) => declaredFields({ fields: [{ name: 'name', sensitive: 'personal', ...said }] })
const rule = (...columns: ColumnRule[]) => protectionRulesSchema.parse({ columns })
const lacking = (said: object, ...columns: ColumnRule[]) => shortfallsOf(['id', 'name'], name(said), rule(...columns), schema).map(({ column, lacks }) => `${column} ${lacks}`)
const tens = { column: 'name', method: 'generalise', generalisation: { by: 'prefix', characters: 1 } } as const

describe('a declared protection', () => {
  test.each<[string, ColumnRule[], ColumnRule[]]>([
    ['remove', [{ column: 'name', method: 'remove' }], [{ column: 'name', method: 'mask', kind: 'name' }]],
    ['mask', [{ column: 'name', method: 'mask', kind: 'name' }], []],
    ['mask', [{ column: 'name', method: 'pseudonym' }], [{ column: 'born', method: 'remove' }]],
    ['generalise', [tens], [{ column: 'name', method: 'mask', kind: 'name' }]],
    ['generalise', [{ column: 'name', method: 'remove' }], [{ column: 'name', method: 'pseudonym' }]],
  ])('%s is carried out by %j and not by %j', (protection, enough, short) => {
    expect(lacking({ protection }, ...enough)).toEqual([])
    expect(lacking({ protection }, ...short)).toEqual(['name rule'])
  })

  test.each(['aggregate', 'compute', 'consent'])('%s is carried out by the environment and its gate', (protection) => expect(lacking({ protection })).toEqual([]))

  test('that is missing, unknown, or of a field that the entry does not name, is not carried out until the field is removed', () => {
    const removed: ColumnRule = { column: 'name', method: 'remove' }
    for (const said of [{}, { protection: 'encrypt' }, { name: 'other' }]) expect([lacking(said), lacking(said, removed)]).toEqual([['name declaration'], []])
    expect(lacking({ sensitive: 'none' })).toEqual([])
    expect(shortfallsOf(['born'], null, null, schema)).toMatchObject([{ column: 'born', lacks: 'declaration' }])
  })
})

describe('a field that the city’s register of rules names', () => {
  const short = (said: object, rules: ColumnRule[]) => shortfallsOf(['name'], name(said), rule(...rules), schema, registeredFields({ fields: ['name'] })).map(({ wanted }) => wanted)
  test('needs a rule that is carried out, also where the entry calls it harmless', () => {
    expect(short({ sensitive: 'none' }, [])).toEqual(['登记簿载明的规则'])
    expect(short({ sensitive: 'none' }, [{ column: 'name', method: 'mask', kind: 'name' }])).toEqual([])
  })
  test('needs none where the entry says that it is usable but not visible', () => expect(short({ protection: 'compute' }, [])).toEqual([]))
  test('is none where the register holds no list', () => expect([registeredFields(undefined), registeredFields({ fields: 'name' })]).toEqual([[], []]))
})

describe('the keys of entities', () => {
  const key = (said: object) => hiddenKeys(declaredFields({ fields: [{ name: 'id', sensitive: 'personal', ...said }] }), schema)
  test.each([['remove', ['id']], ['generalise', ['id']], ['encrypt', ['id']], ['mask', []], ['compute', []], ['consent', []]])('declared as %s, hidden: %j', (protection, hidden) => {
    expect(key({ protection })).toEqual(hidden)
    expect(shortfallsOf(['id'], declaredFields({ fields: [{ name: 'id', sensitive: 'personal', protection }] }), null, schema)).toEqual([])
  })
  test('that the entry does not name are hidden', () => expect([key({ name: 'other' }), key({})]).toEqual([['id'], []]))

  test('become pseudonyms also without a rule, and once with one', () => {
    const own: ColumnRule = { column: 'id', method: 'pseudonym' }
    expect(withPseudonymKeys(null, schema)).toEqual({ columns: [own], rows: [] })
    expect(withPseudonymKeys(rule(own), schema).columns).toEqual([own])
    expect(withPseudonymKeys(rule({ column: 'name', method: 'remove' }), schema).columns).toEqual([{ column: 'name', method: 'remove' }, own])
  })
})
