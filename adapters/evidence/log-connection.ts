import type { Pool, PoolClient } from 'pg'
import { bigintArray, byteaArray, smallintArray } from '#adapters/postgres/binary-array.ts'
import { grow, readHead } from './log-head.ts'
import type { LogHead } from './log-head.ts'

/** One entry of a batch; `pendingId` names the row of evidence_pending that it came from. */
export type BatchEntry = { readonly id: string; readonly bytes: Uint8Array; readonly pendingId?: number }

/** Where an entry stands in the log, counted from 0. */
export type Place = { readonly id: string; readonly seq: number }

/** The one connection over which the log grows. After any error it must be dropped, never used again. */
export type LogConnection = {
  readonly head: () => LogHead
  /** The oldest pending entries, at most `limit`. */
  readonly readPending: (limit: number) => Promise<BatchEntry[]>
  /** Appends the batch durably in one statement. @returns the place of each, in order. */
  readonly append: (batch: readonly BatchEntry[]) => Promise<Place[]>
  /** Which of these ids are in the log, and which are still pending. */
  readonly find: (ids: readonly string[]) => Promise<{ places: Place[]; pending: Set<string> }>
  /** Gives the connection back; a broken one is closed. */
  readonly close: (broken: boolean) => void
}

/**
 * Takes a connection out of the pool, waits until no other connection is in the middle of a batch, and reads the head.
 * @param inDoubt ids of a batch whose outcome a broken connection left unknown.
 * @param timeoutMs longest wait for one answer; beyond it the connection counts as broken.
 * @returns the connection, and the places of those ids that were committed after all.
 */
export async function openLogConnection(pool: Pool, inDoubt: readonly string[], timeoutMs: number): Promise<{ connection: LogConnection; committed: Place[] }> {
  const client = await pool.connect()
  // Without a listener a connection lost while idle would end the process; the next query reports it anyway.
  const ignoreLoss = () => undefined
  client.on('error', ignoreLoss)
  const close = (broken: boolean) => {
    client.off('error', ignoreLoss)
    if (broken) client.on('error', ignoreLoss)
    client.release(broken)
  }
  const query = timedQuery(client, timeoutMs)
  try {
    await query("set synchronous_commit = 'on'")
    await query("set gongshu.reader = 'system'")
    await query('begin')
    const head = readHead((await query('select * from evidence_lock_head()')).rows[0])
    const { places } = await findEntries(query, inDoubt)
    await query('commit')
    return { connection: connectionOver(query, head, close), committed: places }
  } catch (error) {
    close(true)
    throw error
  }
}

type Query = ReturnType<typeof timedQuery>

function timedQuery(client: PoolClient, timeoutMs: number) {
  return async (text: string, values: readonly unknown[] = [], name?: string) => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`数据库在 ${timeoutMs} 毫秒内没有应答`)), timeoutMs)
    })
    try {
      return await Promise.race([client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) }), late])
    } finally {
      clearTimeout(timer)
    }
  }
}

function connectionOver(query: Query, opened: LogHead, close: (broken: boolean) => void): LogConnection {
  let head = opened
  return {
    head: () => head,
    readPending: async (limit) => {
      const { rows } = await query('select id, entry_id, bytes from evidence_pending order by id limit $1', [limit], 'evidence-read-pending')
      return rows.map(({ id, entry_id: entryId, bytes }: { id: number; entry_id: string; bytes: Buffer }) => ({ id: entryId, bytes, pendingId: Number(id) }))
    },
    append: async (batch) => {
      const growth = grow(head, batch.map(({ bytes }) => bytes))
      const first = head.size
      await query(APPEND, appendValues(first, batch, growth), 'evidence-append')
      head = growth.head
      return batch.map(({ id }, at) => ({ id, seq: first + at }))
    },
    find: (ids) => findEntries(query, ids),
    close,
  }
}

const APPEND = 'select evidence_append($1, $2::bytea[], $3::bytea[], $4::bytea[], $5::bigint[], $6, $7, $8, $9, $10::smallint[], $11::bigint[], $12::bytea[], $13::bytea[])'

function appendValues(size: number, batch: readonly BatchEntry[], { head, leaves, nodes }: ReturnType<typeof grow>): unknown[] {
  return [
    size,
    byteaArray(batch.map(({ bytes }) => bytes)),
    byteaArray(leaves.sha256),
    byteaArray(leaves.sm3),
    bigintArray(batch.some(({ pendingId }) => pendingId !== undefined) ? batch.map(({ pendingId }) => pendingId ?? null) : []),
    Buffer.concat(head.frontiers.sha256.nodes),
    Buffer.concat(head.frontiers.sm3.nodes),
    head.roots.sha256,
    head.roots.sm3,
    smallintArray(nodes.map(({ level }) => level)),
    bigintArray(nodes.map(({ index }) => index)),
    byteaArray(nodes.map((node) => node.sha256)),
    byteaArray(nodes.map((node) => node.sm3)),
  ]
}

async function findEntries(query: Query, ids: readonly string[]): Promise<{ places: Place[]; pending: Set<string> }> {
  if (ids.length === 0) return { places: [], pending: new Set() }
  // Pending first: an entry that is moved between the two questions is then found in the second.
  const pending = await query('select entry_id from evidence_pending where entry_id = any($1::uuid[])', [ids])
  const entered = await query('select entry_id, seq from evidence_entry where entry_id = any($1::uuid[])', [ids])
  return {
    places: entered.rows.map(({ entry_id: id, seq }: { entry_id: string; seq: number | string }) => ({ id, seq: Number(seq) })),
    pending: new Set(pending.rows.map(({ entry_id: id }: { entry_id: string }) => id)),
  }
}
