import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { bigintArray, byteaArray, smallintArray } from './binary-array.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

/** What PostgreSQL reads out of the parameter, element by element in their order. */
async function read(type: string, value: Buffer): Promise<unknown[]> {
  const { rows } = await database.owner.pool.query<{ value: unknown }>(`select value from unnest($1::${type}[]) with ordinality as given (value, place) order by place`, [value])
  return rows.map((row) => row.value)
}

describe('an array in PostgreSQL\'s binary format', () => {
  test('of bytes holds each byte, the empty element, and no element at all', async () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    expect(await read('bytea', byteaArray([all, Buffer.alloc(0), Buffer.from('\\x00"{},NULL')]))).toEqual([all, Buffer.alloc(0), Buffer.from('\\x00"{},NULL')])
    expect(await read('bytea', byteaArray([]))).toEqual([])
  })

  test('of whole numbers reaches to 2^53, and leaves out what is null', async () => {
    const numbers = [0, -1, 2 ** 31, Number.MAX_SAFE_INTEGER, null, Number.MIN_SAFE_INTEGER]
    expect(await read('bigint', bigintArray(numbers))).toEqual(numbers)
    expect(await read('bigint', bigintArray([]))).toEqual([])
  })

  test('of small numbers reaches to both ends of 16 bits, and refuses what lies beyond', async () => {
    expect(await read('smallint', smallintArray([0, 8, 32_767, -32_768]))).toEqual([0, 8, 32_767, -32_768])
    expect(() => smallintArray([32_768])).toThrow(RangeError)
  })

  test('is a cardinality that PostgreSQL counts, also in a function of its own', async () => {
    const { rows } = await database.owner.pool.query('select cardinality($1::bytea[]) as some, cardinality($2::bytea[]) as none', [byteaArray([Buffer.from('a'), Buffer.from('b')]), byteaArray([])])
    expect(rows).toEqual([{ some: 2, none: 0 }])
  })
})
