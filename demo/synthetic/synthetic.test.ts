import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readDeclaredSchema } from '#adapters/vault/declared-schema.ts'
import { headerOf } from '#core/boundary/table-schema.ts'
import { creditCheck, organizationCheck, residentCheck } from './check-characters.ts'
import { enterprisesCount, enterprisesCsv, enterprisesSeed } from '../enterprises/generate.ts'
import { personsCount, personsCsv, personsSeed } from '../persons/generate.ts'

const personsWords = parse(await readFile(new URL('../persons/vocabulary.yaml', import.meta.url), 'utf8'))
const enterprisesWords = parse(await readFile(new URL('../enterprises/vocabulary.yaml', import.meta.url), 'utf8'))
const table = (lines: Iterable<string>): string[][] => [...lines].map((line) => line.trimEnd().split(','))

describe('check characters', () => {
  test('agree with the examples that the standards themselves print', () => {
    // GB 11643: 11010519491231002X and 440524188001010014.
    expect(residentCheck('11010519491231002')).toBe('X')
    expect(residentCheck('44052418800101001')).toBe('4')
    // GB 32100: 91350100M000100Y43, whose organization code by GB 11714 is M000100Y-4.
    expect(creditCheck('91350100M000100Y4')).toBe('3')
    expect(organizationCheck('M000100Y')).toBe('4')
    // GB 11714: D2143569-X.
    expect(organizationCheck('D2143569')).toBe('X')
  })
})

describe('the synthetic persons', () => {
  const [header = [], ...rows] = table(personsCsv(personsSeed, personsCount, personsWords))

  test('are 20,000, the same each time, and others under another seed', () => {
    expect(rows).toHaveLength(20_000)
    expect(table(personsCsv(personsSeed, 50, personsWords))).toEqual([header, ...rows.slice(0, 50)])
    expect(table(personsCsv(personsSeed + 1, 50, personsWords))).not.toEqual([header, ...rows.slice(0, 50)])
  })

  test('fit their declared schema and say in each row that they are synthetic', async () => {
    const schema = await readDeclaredSchema(new URL('../persons/schema.yaml', import.meta.url).pathname)
    expect(schema.columns.map(headerOf)).toEqual(header)
    expect(rows.every((row) => row.length === header.length && row.at(-1) === '合成数据')).toBe(true)
  })

  test('have unique numbers with right check digits in a region that does not exist', () => {
    const numbers = rows.map((row) => row[1] ?? '')
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(numbers.every((number) => /^99\d{15}[\dX]$/.test(number) && residentCheck(number.slice(0, 17)) === number[17])).toBe(true)
    expect(rows.every((row) => row[1]?.slice(6, 10) === row[3] && Number(row[1]?.[16]) % 2 === (row[4] === '男' ? 1 : 0))).toBe(true)
  })

  test('hold rare and common values, so that each protection has a job that passes and one that is blocked', () => {
    const count = (diagnosis: string): number => rows.filter((row) => row[7] === diagnosis).length
    expect(count('高血压')).toBeGreaterThan(1_000)
    expect(count('肌萎缩侧索硬化')).toBeGreaterThan(0)
    expect(count('肌萎缩侧索硬化')).toBeLessThan(10)
    expect(rows.filter((row) => row[6] === '不详').length).toBeGreaterThan(100)
  })
})

describe('the synthetic enterprises', () => {
  const [header = [], ...rows] = table(enterprisesCsv(enterprisesSeed, enterprisesCount, enterprisesWords))

  test('are 250 with twelve months each, under valid codes of no real region', async () => {
    const schema = await readDeclaredSchema(new URL('../enterprises/schema.yaml', import.meta.url).pathname)
    expect(schema.columns.map(headerOf)).toEqual(header)
    expect(rows).toHaveLength(3_000)
    const codes = new Set(rows.map((row) => row[0] ?? ''))
    expect(codes.size).toBe(250)
    for (const code of codes) {
      expect(code).toMatch(/^9199\d{4}MA/)
      expect(creditCheck(code.slice(0, 17))).toBe(code[17])
      expect(organizationCheck(code.slice(8, 16))).toBe(code[16])
    }
  })
})
