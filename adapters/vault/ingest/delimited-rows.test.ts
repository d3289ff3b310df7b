import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { RowReader, blockSql, exactRows, readHeader } from '#adapters/vault/ingest/delimited-rows.ts'
import { TextBlocks } from '#adapters/vault/ingest/text-blocks.ts'
import type { TextLines } from '#adapters/vault/ingest/text-blocks.ts'

const seed = 20_261_122
const recordBytesMax = 1_048_576
const schema = tableSchema.parse({
  name: 'pair',
  title: '两列',
  entity: { kind: 'none' },
  columns: ['a', 'b'].map((name) => ({ name, title: name, type: 'text', nullable: true })),
})

let folder = ''
let instance: DuckDBInstance
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-rows-'))
  instance = await DuckDBInstance.create(':memory:')
})
afterAll(async () => {
  instance.closeSync()
  await rm(folder, { recursive: true })
})

async function* lines(pieces: Buffer[]): TextLines {
  yield* pieces
  return { content: { bytes: 1, compression: 'none' }, encoding: 'utf-8', detected: false }
}

/** Rows by the exact reader; undefined where it refuses. */
async function exact(bytes: Buffer): Promise<(string | null)[][] | undefined> {
  const rows: (string | null)[][] = []
  try {
    for await (const { fields } of exactRows(bytes, ',', new RowReader(['a', 'b'], schema), recordBytesMax)) rows.push(fields.map((field) => (field === '' ? null : field)))
    return rows
  } catch {
    return undefined
  }
}

describe('the two readers of delimited text', () => {
  test(`agree on every regular block that the engine takes (seed ${seed})`, async () => {
    const connection = await instance.connect()
    const path = join(folder, 'block.txt')
    let taken = 0
    const piece = fc.constantFrom(',', ',', '\n', '\n', '\r\n', '"', '""', 'x', 'y ', ' ', '1', '甲', '#', '\t', '\\', "'", '\r')
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 14 }), async (pieces) => {
        const block = await new TextBlocks(lines([Buffer.from(pieces.join(''))]), 1 << 20, recordBytesMax).block(','.charCodeAt(0), 2)
        if (block === undefined || !block.regular) return
        await writeFile(path, block.bytes)
        try {
          const read = await connection.runAndReadAll(blockSql(path, schema, new RowReader(['a', 'b'], schema), ',', recordBytesMax))
          taken += 1
          expect(read.getRows()).toEqual(await exact(block.bytes))
        } catch (error) {
          if (!(error instanceof Error && error.message.startsWith('Invalid Input Error'))) throw error
        }
      }),
      { seed, numRuns: 3_000 },
    )
    expect(taken).toBeGreaterThan(50)
    connection.closeSync()
  })

  test('cut a text at the same places, however it arrives', async () => {
    const text = Buffer.from(Array.from({ length: 2_000 }, (_, row) => (row % 7 === 0 ? `${row},"甲\n乙"\n` : `${row},x\n`)).join(''))
    const cutsOf = async (pieceBytes: number): Promise<number[]> => {
      const pieces = Array.from({ length: Math.ceil(text.length / pieceBytes) }, (_, index) => text.subarray(index * pieceBytes, (index + 1) * pieceBytes))
      const blocks = new TextBlocks(lines(pieces), 1_000, recordBytesMax)
      const cuts: number[] = []
      for (let block = await blocks.block(0x2c, 2); block !== undefined; block = await blocks.block(0x2c, 2)) {
        expect(block.regular).toBe(true)
        cuts.push(block.bytes.length)
      }
      return cuts
    }
    const cuts = await cutsOf(text.length)
    expect(cuts.length).toBeGreaterThan(5)
    expect(await cutsOf(1)).toEqual(cuts)
    expect(await cutsOf(777)).toEqual(cuts)
  })

  test('know comma from tabulator by the header', () => {
    expect(readHeader(Buffer.from('a\tb\n'), 2)).toEqual({ fields: ['a', 'b'], delimiter: '\t' })
    expect(readHeader(Buffer.from('a,b\n'), 2)).toEqual({ fields: ['a', 'b'], delimiter: ',' })
    expect(readHeader(Buffer.from('"a\tx",b\n'), 2)).toEqual({ fields: ['a\tx', 'b'], delimiter: ',' })
    expect(readHeader(Buffer.from('a\tb\tc\n'), undefined)).toMatchObject({ delimiter: '\t' })
  })
})
