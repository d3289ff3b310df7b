import type { Client } from 'pg'

/** Key of the advisory lock that a supervisor holds in the database `postgres` as long as it lives. Arbitrary, ours. */
const KEY = 718_201_117

/** Takes the lock for the life of this connection; false: another supervisor holds it. It ends with the process, even by kill -9. */
export async function takeSupervision(client: Client): Promise<boolean> {
  const answer = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [KEY])
  return answer.rows[0]?.taken === true
}

/** Whether a living platform supervises the server behind `client`. */
export async function isSupervised(client: Client): Promise<boolean> {
  const answer = await client.query(`select 1 from pg_locks where locktype = 'advisory' and classid = 0 and objid = $1 and granted`, [KEY])
  return answer.rows.length > 0
}
