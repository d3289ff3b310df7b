import { describe, expect, test } from 'vitest'
import { betraysEntity, columnNamed, headerOf, tableSchema } from '#core/boundary/table-schema.ts'

const air = {
  name: 'air',
  title: '空气',
  entity: { kind: 'none' },
  columns: [{ name: 'pm25', header: 'PM_US Post', title: '细颗粒物', type: 'integer', nullable: true, missing: ['NA'] }],
}
const key = { name: '证件号', title: '证件号', type: 'text', nullable: false, role: 'entity-key' }
const persons = { name: 'persons', title: '人员', entity: { kind: 'person', key: ['证件号'] }, columns: [key] }

function complaints(input: unknown): string[] {
  const parsed = tableSchema.safeParse(input)
  return parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

describe('a declared table schema', () => {
  test('takes a table without entities and fills the defaults', () => {
    const table = tableSchema.parse(air)
    expect(table.entity.key).toEqual([])
    const column = columnNamed(table, 'pm25')
    expect(column?.role).toBe('ordinary')
    expect(column && headerOf(column)).toBe('PM_US Post')
    expect(column && betraysEntity(column)).toBe(false)
    expect(columnNamed(table, 'PM25')).toBeUndefined()
  })

  test('takes a table about persons with a Chinese key column', () => {
    expect(complaints(persons)).toEqual([])
  })

  test.each([
    ['a person table without a key', { ...persons, entity: { kind: 'person' } }, '须声明主体标识列'],
    ['a key on a table without entities', { ...persons, entity: { kind: 'none', key: ['证件号'] } }, '没有主体的表'],
    ['a key that is no column', { ...persons, entity: { kind: 'person', key: ['证件号', '没有'] } }, '不在列清单中'],
    ['a nullable key', { ...persons, columns: [{ ...key, nullable: true }] }, '不得为空值列'],
    ['a key column with another role', { ...persons, columns: [{ ...key, role: 'ordinary' }] }, 'role 应为 entity-key'],
    ['an entity-key role outside the key', { ...persons, columns: [key, { ...key, name: 'b' }] }, '不在 entity.key 中'],
    ['a decimal without scale', { ...air, columns: [{ name: 'a', title: 'a', type: 'decimal', nullable: true }] }, 'scale'],
    ['a text with scale', { ...air, columns: [{ name: 'a', title: 'a', type: 'text', scale: 2, nullable: true }] }, '不是小数'],
    ['names equal but for case', { ...air, columns: [air.columns[0], { ...air.columns[0], name: 'PM25', header: 'x' }] }, '不区分大小写'],
    ['two columns from one header', { ...air, columns: [air.columns[0], { ...air.columns[0], name: 'b' }] }, '表头“PM_US Post”重复'],
    ['a quote in a name', { ...air, columns: [{ ...air.columns[0], name: 'a"b' }] }, '列名只能'],
    ['an unknown member', { ...air, extra: 1 }, 'extra'],
  ])('refuses %s', (_story, input, words) => {
    expect(complaints(input).join('\n')).toContain(words)
  })
})
