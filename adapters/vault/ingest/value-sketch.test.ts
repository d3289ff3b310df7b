import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ValueSketch, fingerprint, inForm, unpackFingerprints, valueForms } from '#adapters/vault/ingest/value-sketch.ts'

const salt = '00112233445566778899aabbccddeeff'

let instance: DuckDBInstance
let connection: DuckDBConnection
let sketches = 0
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  connection = await instance.connect()
})
afterAll(() => {
  connection.closeSync()
  instance.closeSync()
})

/** A sketch over the texts `v` of a query, in blocks. */
async function sketchOf(blocks: string[], ...bounds: number[]): Promise<ValueSketch> {
  sketches += 1
  const sketch = new ValueSketch(connection, `sketch.${sketches}`, { value: 'v', canonical: (value) => value }, salt, ...bounds)
  for (const block of blocks) {
    await connection.run(`CREATE OR REPLACE TABLE part AS ${block}`)
    await sketch.addPart()
  }
  return sketch
}

const single = `SELECT '990001199001010017' AS v`

describe('the sketch of a column', () => {
  test('remembers a value of five rows as rare and one of six not, over all blocks', async () => {
    const block = `SELECT unnest(['五行', '五行', '六行', '六行', '六行']) AS v`
    const sketch = await sketchOf([block, block, `SELECT unnest(['五行', NULL]) AS v`])
    const rare = await sketch.rare()
    expect(await sketch.distinct()).toEqual({ count: 2, exact: true })
    expect(rare.sampledShare).toBe(1)
    expect(unpackFingerprints(rare.forms.raw)).toEqual(new Set([fingerprint(salt, '五行')]))
  })

  test('finds a rare value again in every form a job may print it in', async () => {
    const { forms } = await (await sketchOf([single])).rare()
    const printed = [
      ['raw', '990001199001010017'],
      ['reversed', '710010100991100099'],
      ['base64', 'OTkwMDAxMTk5MDAxMDEwMDE3'],
      ['hex', '393930303031313939303031303130303137'],
      ['md5', inForm('md5', '990001199001010017')],
      ['sm3', inForm('sm3', '990001199001010017')],
    ] as const
    for (const [form, text] of printed) expect(unpackFingerprints(forms[form]).has(fingerprint(salt, text)), form).toBe(true)
    expect(Object.keys(forms)).toEqual([...valueForms])
  })

  test('cannot be matched without its salt', async () => {
    const { forms } = await (await sketchOf([single])).rare()
    expect(unpackFingerprints(forms.raw).has(fingerprint('other', '990001199001010017'))).toBe(false)
  })

  test('beyond its bound samples distinct values, keeps their frequencies exact and says so', async () => {
    // 20,000 values of one row and 20,000 of ten, mixed over ten blocks.
    const block = (round: number): string =>
      `SELECT 'frequent-' || i AS v FROM range(20000) t(i) UNION ALL SELECT 'rare-' || i FROM range(20000) t(i) WHERE i % 10 = ${round}`
    const sketch = await sketchOf(Array.from({ length: 10 }, (_, round) => block(round)), 2_000, 1_000)
    const { count, exact } = await sketch.distinct()
    expect(exact).toBe(false)
    expect(Math.abs(count / 40_000 - 1)).toBeLessThan(0.15)
    const { sampledShare, forms } = await sketch.rare()
    const kept = unpackFingerprints(forms.raw)
    for (let index = 0; index < 20_000; index += 1) expect(kept.has(fingerprint(salt, `frequent-${index}`))).toBe(false)
    // Of the 20,000 rare values the sample has its share, and nothing else.
    expect(Math.abs(kept.size / (20_000 * sampledShare) - 1)).toBeLessThan(0.15)
    expect(kept.size).toBeGreaterThan(400)
  })
})
