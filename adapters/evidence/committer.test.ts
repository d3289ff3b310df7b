import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import { readEntry } from '#core/evidence/entry.ts'
import { leafHash, rootOf } from '#core/evidence/merkle-tree.ts'
import { openHandle } from '#adapters/postgres/database.ts'
import type { Handle } from '#adapters/postgres/database.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { startCommitter } from './committer.ts'
import type { Committer } from './committer.ts'
import { readLogHead } from './log-reader.ts'
import { sha256, sm3 } from './node-hashes.ts'
import { addPending } from './pending-entry.ts'

const silent = { info: () => undefined, warn: () => undefined, error: console.error }
const now = () => new Date('2026-11-21T01:02:03.004Z')
const draft = (id: string): EvidenceDraft => ({
  type: 'data-access', legalDate: '2026-11-21', actor: 'person-1', onBehalfOf: 'organisation-1', office: 'operator',
  action: 'call', object: { kind: 'product', id }, purpose: '信用核验', decision: 'allow', detail: { rows: 1 },
})

let database: FreshDatabase
let system: Handle
const committers: Committer[] = []

beforeEach(async () => {
  database = await freshDatabase()
  system = openHandle({ ...database.connections.gongshu_app, options: `${database.connections.gongshu_app.options ?? ''} -c gongshu.reader=system` }, 6, silent)
})
afterEach(async () => {
  for (const committer of committers.splice(0)) await committer.stop()
  await system.db.destroy()
  await database.drop()
})

function start(options: { patienceMs?: number; sweepMs?: number; queueLimit?: number } = {}): Committer {
  const committer = startCommitter({ pool: system.pool, log: silent, now, ...options })
  committers.push(committer)
  return committer
}

/** All that must hold of the stored log, looked at from behind: no gap, no duplicate, hashes and roots over the bytes. */
async function refuteLog(): Promise<string[]> {
  const { rows } = await database.owner.pool.query<{ seq: number; entry_id: string; bytes: Buffer; leaf_sha256: Buffer; leaf_sm3: Buffer }>('select * from evidence_entry order by seq')
  rows.forEach((row, at) => {
    expect(row.seq).toBe(at)
    expect(readEntry(row.bytes).id).toBe(row.entry_id)
  })
  const head = await readLogHead(system.pool)
  expect(head.size).toBe(rows.length)
  expect(head.roots.sha256).toEqual(rootOf(sha256, rows.map(({ bytes }) => leafHash(sha256, bytes))))
  expect(head.roots.sm3).toEqual(rootOf(sm3, rows.map(({ bytes }) => leafHash(sm3, bytes))))
  const ids = rows.map(({ entry_id: id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  return ids
}

describe('entries handed to the committer', () => {
  test('10,000 of them at once are all entered, each at its place, without gap or duplicate', async () => {
    const committer = start()
    const began = performance.now()
    const places = await Promise.all(Array.from({ length: 10_000 }, (_, at) => committer.append(draft(`product-${at}`))))
    console.log(`10,000 entries in ${Math.round(performance.now() - began)} ms`)
    const ids = await refuteLog()
    expect(ids).toHaveLength(10_000)
    for (const { id, seq } of places) expect(ids[seq]).toBe(id)
  })

  test('are refused before anything is written when they are no entry, too many, or too late', async () => {
    const committer = start({ queueLimit: 1 })
    await expect(committer.append({ ...draft('x'), actor: '张三' })).rejects.toThrow(expect.objectContaining({ code: 'evidence-entry-malformed' }))
    const first = committer.append(draft('first'))
    await expect(committer.append(draft('second'))).rejects.toThrow(expect.objectContaining({ code: 'evidence-overloaded' }))
    await first
    await committer.stop()
    await expect(committer.append(draft('late'))).rejects.toThrow(expect.objectContaining({ code: 'evidence-stopped' }))
    expect(await refuteLog()).toHaveLength(1)
  })

  test('are refused when the log stays locked longer than their patience, and the log goes on afterwards', async () => {
    const committer = start({ patienceMs: 400 })
    await committer.append(draft('before'))
    const lock = await database.owner.pool.connect()
    await lock.query('begin')
    await lock.query('select * from evidence_head for update')
    await expect(committer.append(draft('during'))).rejects.toThrow(expect.objectContaining({ code: 'evidence-unavailable' }))
    await lock.query('rollback')
    lock.release()
    await committer.append(draft('after'))
    const ids = await refuteLog()
    expect(ids.length).toBeGreaterThanOrEqual(2)
  })

  test('two committers over one database fence each other: nothing is lost, doubled or forked', async () => {
    const pair = [start(), start()]
    const places = await Promise.all(Array.from({ length: 2_000 }, (_, at) => pair[at % 2]?.append(draft(`p-${at}`))))
    const ids = await refuteLog()
    expect(ids).toHaveLength(2_000)
    for (const place of places) expect(ids[place?.seq ?? -1]).toBe(place?.id)
  })
})

describe('connections that are cut', () => {
  test('40 times in the middle of the work lose nothing acknowledged and double nothing', async () => {
    const committer = start()
    const acknowledged: string[] = []
    const work = { goesOn: true }
    const callers = Array.from({ length: 64 }, async (_, caller) => {
      for (let call = 0; work.goesOn; call += 1) acknowledged.push((await committer.append(draft(`c-${caller}-${call}`))).id)
    })
    const axe = new Client({ connectionString: database.url })
    await axe.connect()
    let cuts = 0
    const end = performance.now() + 40_000
    while (cuts < 40 && performance.now() < end) {
      await sleep(20 + ((cuts * 37) % 80))
      // Whatever the committer's connection is doing at this instant: waiting, appending, or finding out what became of the last batch.
      const { rowCount } = await axe.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ~ 'evidence_(append|pending|entry|lock_head)' and pid <> pg_backend_pid()`,
      )
      cuts += rowCount ?? 0
    }
    work.goesOn = false
    await axe.end()
    await Promise.all(callers)
    const ids = new Set(await refuteLog())
    console.log(`${acknowledged.length} acknowledged, ${ids.size} entered, ${cuts} connections cut`)
    expect(cuts).toBeGreaterThanOrEqual(40)
    expect(acknowledged.length).toBeGreaterThan(500)
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([])
    expect(ids.size).toBe(acknowledged.length)
  })
})

describe("entries of a case's transaction", () => {
  test('are in the log if the transaction commits, and nowhere if it does not', async () => {
    const committer = start({ sweepMs: 60_000 })
    const id = await inTransaction(system.db, { as: 'actor', actorOrganization: 'organisation-1' }, (transaction) => addPending(transaction, draft('kept'), now()))
    expect(await committer.waitFor(id)).toEqual({ id, seq: 0 })
    const given = inTransaction(system.db, { as: 'system' }, async (transaction) => {
      await addPending(transaction, draft('lost'), now())
      throw new Error('the step was refused')
    })
    await expect(given).rejects.toThrow('refused')
    await committer.append(draft('next'))
    expect(await refuteLog()).toHaveLength(2)
    expect((await database.owner.pool.query('select 1 from evidence_pending')).rowCount).toBe(0)
  })

  test('are found by the sweep when nobody pokes, and at the start after a crash', async () => {
    const left = await inTransaction(system.db, { as: 'system' }, (transaction) => addPending(transaction, draft('left by a crash'.replaceAll(' ', '-')), now()))
    const committer = start({ sweepMs: 50 })
    await committer.waitFor(left)
    await inTransaction(system.db, { as: 'system' }, (transaction) => addPending(transaction, draft('unpoked'), now()))
    await expect.poll(async () => (await readLogHead(system.pool)).size).toBe(2)
  })

  test('1,200 of them are entered in the order in which they were written, beside 500 that are handed over', async () => {
    const written: string[] = []
    await inTransaction(system.db, { as: 'system' }, async (transaction) => {
      written.length = 0
      for (let at = 0; at < 1_200; at += 1) written.push(await addPending(transaction, draft(`step-${at}`), now()))
    })
    const committer = start()
    await Promise.all([...written.map((id) => committer.waitFor(id)), ...Array.from({ length: 500 }, (_, at) => committer.append(draft(`call-${at}`)))])
    const ids = await refuteLog()
    expect(ids).toHaveLength(1_700)
    const ours = new Set(written)
    expect(ids.filter((id) => ours.has(id))).toEqual(written)
  })

  test('that are neither pending nor entered are told so; those entered long ago are found', async () => {
    const committer = start()
    const { id } = await committer.append(draft('old'))
    expect(await committer.waitFor(id)).toEqual({ id, seq: 0 })
    await expect(committer.waitFor('01936f2a-7c11-7abc-8def-001122334455')).rejects.toThrow(expect.objectContaining({ code: 'evidence-entry-unknown' }))
  })
})
