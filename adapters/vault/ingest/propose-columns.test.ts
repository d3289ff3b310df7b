import { describe, expect, test } from 'vitest'
import { proposeColumns } from '#adapters/vault/ingest/propose-columns.ts'
import type { ColumnProposal } from '#adapters/vault/ingest/propose-columns.ts'

function proposal(header: string, texts: string[]): ColumnProposal {
  const [only] = proposeColumns([{ header, texts }])
  if (only === undefined) throw new Error('no proposal')
  return only
}

function times(count: number, text: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => text(index))
}

describe('types', () => {
  const table: [string, string[], Partial<ColumnProposal>][] = [
    ['whole numbers', ['1', '-20', '+3'], { type: 'integer', share: 1 }],
    ['amounts, with as many places as are written', ['1.5', '20', '3.250'], { type: 'decimal', scale: 2 }],
    ['dates in the three usual spellings', ['2026-01-31', '2026/2/1', '20260301'], { type: 'date' }],
    ['eight digits that name no day of our years', ['20261301', '99991231', '10000101'], { type: 'integer' }],
    ['times', ['2026-01-31 08:00:00', '2026-01-31T09:00'], { type: 'timestamp' }],
    ['yes and no in words', ['是', '否', 'true'], { type: 'boolean' }],
    ['yes and no in digits, which may as well be counts', ['0', '1', '1'], { type: 'integer' }],
    ['codes that begin with a zero', ['010', '021', '999'], { type: 'text' }],
    ['long numbers of one length', ['510100199001011234', '510100199001011235'], { type: 'text' }],
    ['words', ['锦江区', '青羊区'], { type: 'text' }],
    ['infinity is no number', ['1.5', 'Infinity', 'x'], { type: 'text' }],
    ['nothing', ['', ''], { type: 'text', nullable: true, nulls: 2, values: 0 }],
  ]
  test.each(table)('%s', (_, texts, expected) => expect(proposal('列', texts)).toMatchObject(expected))
})

test('a marker for "no value" is proposed as such where the rest are numbers, and stays a word among words', () => {
  expect(proposal('浓度', ['12', 'NA', '', '7'])).toMatchObject({ type: 'integer', missing: ['NA'], nullable: true, values: 2, nulls: 2, share: 1 })
  expect(proposal('备注', ['无', '有积水', '无'])).toMatchObject({ type: 'text', missing: [], values: 3, distinct: 2 })
})

test('at nine tenths a type is proposed and the first row that does not fit is named; below it is text', () => {
  const nine = proposal('数', [...times(9, String), '轻度'])
  expect(nine).toMatchObject({ type: 'integer', share: 0.9, firstMisfit: { row: 10, expected: '整数', length: 2 } })
  expect(JSON.stringify(nine)).not.toContain('轻度')
  expect(proposal('数', [...times(8, String), '轻度', '重度'])).toMatchObject({ type: 'text', share: 1 })
})

test('mobile numbers stay text and are suggested as what they are', () => {
  expect(proposal('电话', times(60, (index) => `138${String(10_000_000 + index)}`))).toMatchObject({ type: 'text', suggestions: [{ kind: 'mobile' }] })
})

test('names are made of the headers, and none is taken twice', () => {
  const names = proposeColumns(['区县', 'PM_US Post', '2026', 'a', 'A', '（元）'].map((header) => ({ header, texts: [] }))).map(({ name }) => name)
  expect(names).toEqual(['区县', 'PM_US_Post', 'column_3', 'a', 'column_5', '元'])
})
