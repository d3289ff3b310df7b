import { describe, expect, test } from 'vitest'
import type { ColumnRole } from '#core/boundary/table-schema.ts'
import { checkMicrodata, rolesOf } from '#core/disclosure-control/microdata-anonymity.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import type { Cell, TypedResult } from '#core/disclosure-control/typed-result.ts'

const policy = { k: 3, l: 2, t: 0.5 }
const records = (rows: readonly (readonly Cell[])[]): TypedResult => ({ columns: ['district', 'disease'].map((name) => ({ name, type: 'VARCHAR', kind: 'text' })), rows })
const times = (count: number, ...row: readonly Cell[]): readonly (readonly Cell[])[] => Array.from({ length: count }, () => row)
const judge = (rows: readonly (readonly Cell[])[], roles: readonly ColumnRole[] = ['quasi-identifier', 'sensitive']) => checkMicrodata(records(rows), roles, policy)

describe('records leave only where they are anonymous', () => {
  test('k: three records of each district are enough, two are not', () => {
    const rows = [...times(2, '甲区', '甲病'), ...times(2, '甲区', '乙病'), ...times(2, '乙区', '甲病'), ...times(1, '乙区', '乙病')]
    expect(judge(rows)).toMatchObject([{ code: 'microdata-anonymous', verdict: 'review', evidence: { k: 3, l: 2, records: 7, quasi: 'district', sensitive: 'disease' } }])
    expect(judge(rows.slice(0, -1))).toMatchObject([{ code: 'microdata-not-k-anonymous', verdict: 'block', evidence: { k: 2 } }])
  })
  test('l: a district where all have one disease tells it of everyone in it', () => {
    expect(judge([...times(3, '甲区', '甲病'), ...times(3, '乙区', '甲病'), ...times(3, '乙区', '乙病')])).toMatchObject([{ code: 'microdata-not-diverse', evidence: { l: 1 } }])
  })
  test('t: shares far from the whole tell as well', () => {
    const rows = [...times(19, '甲区', '甲病'), ...times(1, '甲区', '乙病'), ...times(1, '乙区', '甲病'), ...times(59, '乙区', '乙病')]
    expect(judge(rows)).toMatchObject([{ code: 'microdata-not-close', evidence: { t: 0.7 } }])
  })
  test('without a sensitive column only k counts, and what has no role may be known', () => {
    expect(judge([...times(3, '甲区', 'x'), ...times(3, '甲区', 'y')], ['quasi-identifier', 'ordinary'])).toMatchObject([{ code: 'microdata-anonymous', evidence: { k: 3, quasi: 'district、disease' } }])
    expect(judge([...times(3, '甲区', 'x'), ...times(1, '甲区', 'y')], ['quasi-identifier', 'ordinary'])).toMatchObject([{ code: 'microdata-not-k-anonymous' }])
  })
})

test('a column has the gravest role of the columns that it is computed from', () => {
  const profile = (column: string, role: ColumnRole): ColumnProfile => ({ table: 'p', column, role, rareValues: 0, chance: 0, sketches: [] })
  const outputs = [['birth'], ['disease', 'birth'], ['disease'], ['day'], []].map((columns, position) => ({ name: `o${position}`, sources: columns.map((column) => ({ table: 'p', column })) }))
  expect(rolesOf({ reads: [], tables: ['p'], outputs }, [profile('birth', 'quasi-identifier'), profile('disease', 'sensitive')]))
    .toEqual(['quasi-identifier', 'sensitive', 'sensitive', 'ordinary', 'ordinary'])
})
