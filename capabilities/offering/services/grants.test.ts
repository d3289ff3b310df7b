import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Pool } from 'pg'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { countCalls } from './grants.store.ts'

let database: FreshDatabase
/** Two app nodes: each has its own connections and knows nothing of the other. */
let nodes: Pool[]

beforeAll(async () => {
  database = await freshDatabase()
  const asSystem = { ...database.connections.gongshu_app, options: '-c gongshu.reader=system', max: 8 }
  nodes = [new Pool(asSystem), new Pool(asSystem)]
  // Dropping the database cuts connections that are still saying goodbye; they tell it to whoever listens.
  for (const node of nodes) node.on('error', (error) => expect(String(error)).toContain('terminating connection'))
})
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.end()))
  await database.drop()
})

async function grant(subscription: string, quota: number): Promise<void> {
  await database.owner.pool.query(
    "insert into service_grant (subscription, product, consumer, scenario, purpose, ends, price, quota, case_id) values ($1, 'p', 'c', 's', 'u', '2030-01-01', 0, $2, 'case')",
    [subscription, quota],
  )
}

const used = async (subscription: string): Promise<number> =>
  (await database.owner.pool.query<{ used: number }>('select used::int as used from service_grant where subscription = $1', [subscription])).rows[0]?.used ?? -1

describe('a quota', () => {
  test('is counted down one by one, and the call after the last is not counted', async () => {
    await grant('small', 2)
    const [node] = nodes
    if (!node) throw new Error('no node')
    expect(await countCalls(node, ['small', 'small', 'small'])).toEqual([1, 0, null])
    expect(await countCalls(node, ['small'])).toEqual([null])
    expect(await used('small')).toBe(2)
  })

  test('is not overrun by many calls at once through two nodes', async () => {
    await grant('shared', 100)
    const calls = Array.from({ length: 300 }, (_, index) => {
      const node = nodes[index % nodes.length]
      if (!node) throw new Error('no node')
      return countCalls(node, ['shared'])
    })
    const left = (await Promise.all(calls)).flat()
    expect(left.filter((one) => one !== null).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index))
    expect(await used('shared')).toBe(100)
  })

  test('of a subscription nobody granted is none', async () => {
    const [node] = nodes
    if (!node) throw new Error('no node')
    expect(await countCalls(node, ['unknown'])).toEqual([null])
  })
})
