import { describe, expect, test } from 'vitest'
import { completionsFor } from './sql-completion.ts'

const TABLES = [{ table: 'persons', title: '人员登记表', columns: [{ name: 'district', title: '居住区', authorized: true }, { name: 'diagnosis', title: '确诊病种', authorized: true }, { name: 'name', title: '姓名', authorized: false }] }]
const proposed = (text: string, caret = text.length) => completionsFor(text, caret, TABLES)?.items.map(({ insert }) => insert) ?? null

describe('what is proposed while a statement is typed', () => {
  test('columns first, then words and functions, each with what it is', () => {
    expect(proposed('select di')).toEqual(['district', 'diagnosis', 'distinct', 'divide('])
    expect(completionsFor('select dist', 11, TABLES)).toEqual({ from: 7, items: [{ insert: 'district', detail: '居住区' }, { insert: 'distinct', detail: '' }] })
  })

  test('a Chinese title finds its column, a table its own columns alone', () => {
    expect(proposed('select 居住')).toEqual(['district'])
    expect(proposed('select persons.')).toEqual(['district', 'diagnosis'])
    expect(proposed('from 人员')).toEqual(['persons'])
  })

  test('nothing that is not authorised, nothing where no word is typed, nothing that stands there already', () => {
    expect(proposed('select 姓名')).toBeNull()
    expect(proposed('select ')).toBeNull()
    expect(proposed('select diagnosis')).toBeNull()
    expect(proposed('select d, 1', 8)).toContain('district')
  })
})
