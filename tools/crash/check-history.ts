import { Client } from 'pg'
import { startEmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import type { History } from './city-work.ts'
import type { Delivered } from './counterparty-process.ts'
import { DRILL } from './drill-packs.ts'

/** One thing that was looked at, what was found, and whether it is as it must be. */
export type Finding = { what: string; found: string; holds: boolean }

const DATABASE = 'gongshu'

/**
 * Opens the stopped platform's database as the superuser and compares it with what the clients were told and what the
 * counterparty has seen.
 */
export async function checkHistory(dataDir: string, history: History, delivered: Delivered): Promise<Finding[]> {
  const embedded = await startEmbeddedPostgres({ dataDir: `${dataDir}/database`, log: { info: () => undefined, warn: console.error, error: console.error } })
  const client = new Client(embedded.connection('superuser', DATABASE))
  await client.connect()
  try {
    const count = async (question: string, values: unknown[] = []) => Number((await client.query<{ n: string }>(question, values)).rows[0]?.n)
    return [
      ...(await acknowledged(client, history)),
      ...(await onceOnly(count, history)),
      ...(await evidence(count)),
      ...(await outside(client, count, delivered)),
      ...(await destructions(count)),
    ]
  } finally {
    await client.end()
    await embedded.stop()
  }
}

type Count = (question: string, values?: unknown[]) => Promise<number>

async function acknowledged(client: Client, { opened, concluded }: History): Promise<Finding[]> {
  const cases = await client.query<{ id: string; number: string; opened: string }>(`select c.id, c.number, convert_from(e.bytes, 'UTF8')::jsonb -> 'by' ->> 'person' as opened from legal_case c join case_event e on e.case_id = c.id and e.seq = 1`)
  const known = new Set(cases.rows.map((row) => [row.id, row.number, row.opened].join(' ')))
  const lostCases = opened.filter((one) => !known.has([one.caseId, one.number, one.person].join(' ')))
  const steps = await client.query<{ case_id: string; task: string; person: string }>(`select case_id, convert_from(bytes, 'UTF8')::jsonb ->> 'task' as task, person from case_event where type = 'step-concluded'`)
  const done = new Set(steps.rows.map((row) => [row.case_id, row.task, row.person].join(' ')))
  const lostSteps = concluded.filter((one) => !done.has([one.caseId, one.task, one.person].join(' ')))
  return [
    { what: 'acknowledged openings that are there', found: `${opened.length - lostCases.length} of ${opened.length}`, holds: opened.length > 0 && lostCases.length === 0 },
    { what: 'acknowledged conclusions that are there', found: `${concluded.length - lostSteps.length} of ${concluded.length}`, holds: concluded.length > 0 && lostSteps.length === 0 },
  ]
}

async function onceOnly(count: Count, { opened, concluded }: History): Promise<Finding[]> {
  const cases = await count('select count(*) as n from legal_case')
  const byPersons = await count(`select count(*) as n from case_event where type = 'step-concluded' and person <> 'platform'`)
  const twice = await count(`select count(*) as n from (select from case_event where type = 'step-concluded' group by case_id, convert_from(bytes, 'UTF8')::jsonb ->> 'task' having count(*) > 1) t`)
  const holes = await count(`select count(*) as n from (select from case_event group by case_id having max(seq) <> count(*)) t`)
  const behind = await count(`select count(*) as n from legal_case c where seq <> (select max(seq) from case_event e where e.case_id = c.id)`)
  const gaps = await count('select coalesce(sum(last), 0) - (select count(*) from legal_case) as n from case_number')
  const notices = await count(`select count(*) as n from notice where office <> 'concerned'`)
  const intended = await count(`select count(*) as n from case_event where type = 'effect-intended' and convert_from(bytes, 'UTF8')::jsonb ->> 'effect' = 'notify'`)
  return [
    same('cases opened', cases, opened.length),
    same('conclusions by persons', byPersons, concluded.length),
    none('tasks concluded twice', twice),
    none('cases whose events have a gap', holes),
    none('cases whose row is behind their events', behind),
    none('case numbers left out', gaps),
    same('notices, one for each that was intended', notices, intended),
  ]
}

async function evidence(count: Count): Promise<Finding[]> {
  const events = await count('select count(*) as n from case_event')
  const proven = await count(`select count(*) as n from case_event e join evidence_entry v on v.entry_id = e.entry_id
    where convert_from(v.bytes, 'UTF8')::jsonb ->> 'bodyHash' = 'sha256:' || encode(e.sha256, 'hex') and encode(sha256(e.bytes), 'hex') = encode(e.sha256, 'hex')`)
  const entries = await count(`select count(*) as n from evidence_entry where type = 'case-step'`)
  return [
    same('case events with exactly one entry that names their bytes', proven, events),
    same('entries of case steps', entries, events),
    none('entries left pending', await count('select count(*) as n from evidence_pending')),
    none('places of the log left out', await count('select size - (select count(*) from evidence_entry) as n from evidence_head')),
  ]
}

async function outside(client: Client, count: Count, delivered: Delivered): Promise<Finding[]> {
  const messages = await client.query<{ id: string; state: string; port: string; last_error: string | null }>('select id, state, port, last_error from outbox')
  const open = messages.rows.filter((row) => row.state !== 'done')
  const supplies = messages.rows.filter((row) => row.port === 'integrated-platform')
  const ids = Object.keys(delivered)
  const strangers = ids.filter((id) => !supplies.some((row) => row.id === id))
  const unreceived = supplies.filter((row) => (delivered[row.id]?.receipt ?? null) === null)
  const numbers = new Set(Object.values(delivered).map((one) => one.number))
  const receipts = await count(`select count(*) as n from case_event where type = 'step-concluded' and convert_from(bytes, 'UTF8')::jsonb ->> 'step' = 'arrival'`)
  const held = await count(`select count(*) as n from register_record where register = 'supplies' and current`)
  return [
    { what: 'messages not done', found: open.length === 0 ? '0' : open.map((row) => `${row.id} ${row.state} ${row.last_error ?? ''}`).join('; '), holds: open.length === 0 && messages.rows.length > 0 },
    same('supplies as the counterparty has seen them, each once with its receipt', ids.length - unreceived.length, supplies.length),
    none('supplies of the counterparty that nobody asked for', strangers.length),
    same('numbers that the counterparty gave out', numbers.size, supplies.length),
    same('receipts applied', receipts, supplies.length),
    same('supplies in the register', held, supplies.length),
  ]
}

async function destructions(count: Count): Promise<Finding[]> {
  const ordered = await count(`select count(*) as n from case_event e join legal_case c on c.id = e.case_id where e.type = 'step-concluded' and c.procedure = $1 and convert_from(e.bytes, 'UTF8')::jsonb ->> 'step' = 'order-destruction'`, [DRILL.procedure.procedure])
  const proven = await count(`select count(*) as n from vault_key_destruction d join vault_version v on v.id = d.version_id
    where d.done_at is not null and d.proof ->> 'unwrapping' = 'version-key-destroyed' and (d.proof ->> 'filesAbsent')::boolean and v.state = 'destroyed' and v.wrapped_key is null`)
  const entries = await count(`select count(*) as n from evidence_entry where type = 'destruction' and object_kind = 'vault-version'`)
  return [
    same('destructions ordered that are done and proven', proven, ordered),
    same('entries of destructions', entries, ordered),
  ]
}

function same(what: string, found: number, wanted: number): Finding {
  return { what, found: `${found} of ${wanted}`, holds: found === wanted }
}

function none(what: string, found: number): Finding {
  return { what, found: String(found), holds: found === 0 }
}
