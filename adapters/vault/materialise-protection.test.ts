import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DuckDBInstance } from '@duckdb/node-api'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { generalisedDate, generalisedNumber, generalisedText } from '#core/protection/generalising.ts'
import type { Generalisation } from '#core/protection/generalising.ts'
import { masked, maskKinds } from '#core/protection/masking.ts'
import { protectionRulesSchema } from '#core/protection/protection-rules.ts'
import type { ProtectionRules } from '#core/protection/protection-rules.ts'
import { prepareVersion } from '#adapters/vault/ingest/prepare-version.ts'
import { materialise } from '#adapters/vault/materialise.ts'
import { pseudonymOf } from '#adapters/vault/materialise-protection.ts'
import { protectedList } from '#adapters/vault/protected-list.ts'
import { SelectionError } from '#adapters/vault/selection.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import { firstVersion, vaultOfItsOwn } from '#tests/support/vault.ts'

const keyOne = Buffer.alloc(32, 1)
const keyTwo = Buffer.alloc(32, 2)

/** What the engine makes of values of one column under one rule. */
async function applied(type: string, values: readonly (string | null)[], rule: object): Promise<(string | null)[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(`CREATE TABLE raw (place INTEGER, v ${type})`)
  for (const [at, value] of values.entries()) await connection.run(`INSERT INTO raw VALUES (${at}, CAST($1 AS ${type}))`, [value])
  const rules = protectionRulesSchema.parse({ columns: [{ column: 'v', ...rule }] })
  const { list, names } = protectedList(connection, ['v'], { rules, entityKey: null })
  names.pseudonym = new Map(values.flatMap((value) => (value === null ? [] : [[value, pseudonymOf(keyOne, value)]])))
  const rows = (await connection.runAndReadAll(`SELECT v::VARCHAR FROM (SELECT place, ${list} FROM raw) ORDER BY place`)).getRows()
  return rows.map(([value]) => (typeof value === 'string' ? value : null))
}

describe('the engine makes of a value what the pure functions say', () => {
  const texts = ['', '张', '张三丰', '𠮷田一郎', '13800001234', '510104198703121234', '6222020200112233445', '四川省成都市锦江区春熙路1号', "O'Brien", '川A12345', 'E12345678', '春熙路', '*'.repeat(40)]
  test.each(maskKinds)('masking of the kind %s', async (kind) => {
    expect(await applied('VARCHAR', [...texts, null], { method: 'mask', kind })).toEqual([...texts.map((text) => masked(text, kind)), null])
  })
  test.each([{ by: 'prefix', characters: 4 }, { by: 'prefix', characters: 0 }, { by: 'tree', groups: { 张三丰: '武当', "O'Brien": "it's" }, others: '其他' }] as const)('texts: %j', async (generalisation) => {
    expect(await applied('VARCHAR', [...texts, null], { method: 'generalise', generalisation })).toEqual([...texts.map((text) => generalisedText(text, generalisation)), null])
  })
  const numbers = ['-9223372036854775800', '-11', '-10', '-1', '0', '9', '10', '1987', '9223372036854775807']
  test.each<Extract<Generalisation, { by: 'interval' | 'bounds' }>>([{ by: 'interval', width: 10, origin: 0 }, { by: 'interval', width: 7, origin: -3 }, { by: 'bounds', bounds: [0, 10, 1987] }])('numbers: %j', async (generalisation) => {
    const wanted = numbers.map((number) => String(generalisedNumber(BigInt(number), generalisation)))
    expect(await applied('BIGINT', [...numbers, null], { method: 'generalise', generalisation })).toEqual([...wanted, null])
  })
  const dates = ['1999-12-31', '2000-01-01', '2014-03-31', '2014-04-01', '2020-02-29']
  test.each(['decade', 'year', 'quarter', 'month'] as const)('dates: %s', async (unit) => {
    expect(await applied('DATE', [...dates, null], { method: 'generalise', generalisation: { by: 'date', unit } })).toEqual([...dates.map((date) => generalisedDate(date, unit)), null])
  })
  test('pseudonyms', async () => {
    expect(await applied('VARCHAR', [...texts, null], { method: 'pseudonym' })).toEqual([...texts.map((text) => pseudonymOf(keyOne, text)), null])
  })
})

describe('a version materialised under rules', () => {
  const schema = tableSchema.parse({
    name: 'persons', title: '人员', entity: { kind: 'person', key: ['id'] },
    columns: [
      { name: 'id', title: '证件号', type: 'text', nullable: false, role: 'entity-key' },
      { name: 'name', title: '姓名', type: 'text', nullable: false, role: 'sensitive' },
      { name: 'born', title: '出生年', type: 'integer', nullable: true, role: 'quasi-identifier' },
    ],
  })
  const rules: ProtectionRules = protectionRulesSchema.parse({
    columns: [{ column: 'id', method: 'pseudonym' }, { column: 'name', method: 'remove' }, { column: 'born', method: 'generalise', generalisation: { by: 'interval', width: 10 } }],
    rows: [{ column: 'born', to: '2007' }],
  })
  let folder = ''
  let vault: Vault
  let remove: () => Promise<void>
  let version: VaultVersion

  beforeAll(async () => {
    ;({ folder, vault, remove } = await vaultOfItsOwn())
    const datasetId = randomUUID()
    const source = Readable.from(['id,name,born\n', '510104198703121234,张三丰,1987\n', '510104200803121234,李小龙,2008\n', '510104199903121234,王五,1999\n'], { objectMode: false })
    const prepared = await prepareVersion(vault, { datasetId, schema, encoding: 'detect' }, source)
    version = firstVersion({ ...prepared, summary: prepared.result.summary })
  })
  afterAll(() => remove())

  async function rowsUnder(key: Buffer | null, columns: string[]): Promise<{ rows: unknown[][]; columns: string[]; bytes: Buffer }> {
    const directory = await mkdtemp(join(folder, 'job-'))
    const written = await materialise(vault, version, { columns, filter: [] }, directory, 'persons.parquet', { rules, pseudonymKey: key })
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const rows = (await connection.runAndReadAll(`SELECT * FROM '${written.path}' ORDER BY born`)).getRows()
    return { rows, columns: written.columns, bytes: await readFile(written.path) }
  }

  test('holds pseudonyms, groups and only the rows let through; no raw value is in the file', async () => {
    const { rows, columns, bytes } = await rowsUnder(keyOne, ['id', 'name', 'born'])
    expect(columns).toEqual(['id', 'born'])
    expect(rows).toEqual([[pseudonymOf(keyOne, '510104198703121234'), 1980n], [pseudonymOf(keyOne, '510104199903121234'), 1990n]])
    for (const value of ['510104198703121234', '张三丰', '李小龙']) expect(bytes.includes(value)).toBe(false)
  })
  test('is the same for one scenario and cannot be linked with another', async () => {
    const one = await rowsUnder(keyOne, ['id', 'born'])
    const again = await rowsUnder(keyOne, ['id', 'born'])
    const other = await rowsUnder(keyTwo, ['id', 'born'])
    expect(again.bytes.equals(one.bytes)).toBe(true)
    expect(other.rows.map(([id]) => id).filter((id) => one.rows.some(([known]) => known === id))).toEqual([])
  })
  test('that would hold removed columns only is refused, and pseudonyms without a key leave no file', async () => {
    await expect(rowsUnder(keyOne, ['name'])).rejects.toThrow(SelectionError)
    await expect(rowsUnder(null, ['id', 'born'])).rejects.toThrow('no key came with the rules')
  })
})
