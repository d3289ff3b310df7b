import type { Client } from 'pg'
import { Official } from '#tools/crash/city-desk.ts'
import { DRILL } from '#tools/crash/drill-packs.ts'
import { BenchCity } from './bench-city.ts'
import { figureLine, percentile, timed } from './figure.ts'
import type { BenchOptions, Print } from './figure.ts'

const SMALL = 10_000
const LARGE = 100_000
const FULL = 1_000_000
const AT_ONCE = 50_000
const WARM_REQUESTS = 20
const REQUESTS = 200
const P95 = 0.95
const BUDGET_MS = 50
/** Of a hundred cases this many are still open. */
const OPEN_SHARE = 10
const FIRST_NUMBER = 1_000_000

type Places = { name: string; path: (at: number) => string }[]

/** Lists and case page over HTTP from one client, with few cases and with many: p95, and whether it stays flat. */
export async function benchLists(print: Print, { full }: BenchOptions): Promise<void> {
  const many = full ? FULL : LARGE
  const city = await BenchCity.open()
  try {
    await city.start()
    const officer = await Official.signIn(city.desk, 'zx-liu')
    const [open, over] = [await openTemplate(officer), await overTemplate(officer)]
    const small = await measured(city, officer, { open, over, from: 0, to: SMALL }, print)
    const large = await measured(city, officer, { open, over, from: SMALL, to: many }, print)
    const bare = await barePage(city)
    for (const [name, value] of large) {
      print(figureLine({ name: `${name}, p95 with ${many.toLocaleString('en')} cases`, value, unit: 'ms', reference: { what: `the same with ${SMALL.toLocaleString('en')}`, value: small.get(name) ?? 0 }, budget: { bound: BUDGET_MS, is: 'at-most' } }))
    }
    print(`  a page that reads nothing (GET /api/clock, signed in): p95 ${bare.toFixed(1)} ms`)
  } finally {
    await city.close()
  }
}

/** A case with five events and its first task open. */
async function openTemplate(officer: Official): Promise<string> {
  const id = await openedPlan(officer, 'bench-open-1')
  const task = await draftTask(officer, id)
  for (const [at, to] of ['zx-sun', 'zx-liu', null].entries()) {
    await officer.command(`/api/cases/${id}/commands`, `bench-hand-over-${at}`, { type: 'hand-over', task, to, reason: '工作安排' })
  }
  return id
}

/** A case with five events that is over. */
async function overTemplate(officer: Official): Promise<string> {
  const id = await openedPlan(officer, 'bench-open-2')
  const task = await draftTask(officer, id)
  await officer.command(`/api/cases/${id}/commands`, 'bench-hand-over-9', { type: 'hand-over', task, to: 'zx-sun', reason: '工作安排' })
  await officer.command(`/api/cases/${id}/commands`, 'bench-withdraw', { type: 'withdraw', reason: '基准测试' })
  return id
}

async function openedPlan(officer: Official, key: string): Promise<string> {
  return (await officer.command('/api/cases', key, { pack: DRILL.pack, procedure: 'implementation-plan', links: {}, contents: { 'case-name': '基准测试' } })).case_id
}

async function draftTask(officer: Official, id: string): Promise<string> {
  const seen = await officer.get<{ tasks: { id: string }[] }>(`/api/cases/${id}`)
  const task = seen.tasks[0]?.id
  if (task === undefined) throw new Error('the opened plan has no task')
  return task
}

async function measured(city: BenchCity, officer: Official, load: Load, print: Print): Promise<Map<string, number>> {
  const seconds = (await timed(() => city.asSuperuser((client) => fill(client, load)))) / 1000
  print(`  ${load.to.toLocaleString('en')} cases with 5 events each (loaded in ${seconds.toFixed(0)} s)`)
  const places: Places = [
    { name: 'GET /api/tasks', path: () => '/api/tasks?limit=50' },
    { name: 'GET /api/tasks (done)', path: () => '/api/tasks?scope=done&limit=50' },
    { name: 'GET /api/cases', path: () => '/api/cases?limit=50' },
    { name: 'GET /api/cases (over)', path: () => '/api/cases?over=true&limit=50' },
    { name: 'GET /api/cases/:id', path: (at) => `/api/cases/bench-${(at * STRIDE) % load.to}` },
  ]
  const found = new Map<string, number>()
  for (const { name, path } of places) found.set(name, await p95(officer, path))
  return found
}

const STRIDE = 7_919

async function p95(officer: Official, path: (at: number) => string): Promise<number> {
  for (let at = 0; at < WARM_REQUESTS; at += 1) await officer.getText(path(at + REQUESTS))
  const seen: number[] = []
  for (let at = 0; at < REQUESTS; at += 1) seen.push(await timed(() => officer.getText(path(at))))
  return percentile(seen, P95)
}

async function barePage(city: BenchCity): Promise<number> {
  return p95(await Official.signIn(city.desk, 'zx-sun'), () => '/api/clock')
}

type Load = { open: string; over: string; from: number; to: number }

/** Copies the two templates row by row with ids and numbers of their own; every event's bytes and hash are those of its case. */
async function fill(client: Client, { open, over, from, to }: Load): Promise<void> {
  for (let start = from; start < to; start += AT_ONCE) {
    const end = Math.min(to, start + AT_ONCE)
    await client.query('begin')
    // The copies refer to each other as their templates do: the foreign keys need not be looked up millions of times.
    await client.query('set local session_replication_role = replica')
    await client.query(`create temporary table made on commit drop as
      select n, 'bench-' || n as id, '基准〔2026〕' || (n + ${FIRST_NUMBER}) || '号' as number, case when n % 100 < ${OPEN_SHARE} then $3 else $4 end as template,
             date '2026-06-08' + (n % 600)::int as day
        from generate_series($1::bigint, $2::bigint - 1) n`, [start, end, open, over])
    await client.query(`insert into legal_case select m.id, m.number, c.title, c.procedure, c.capability, c.pack, c.pack_version, c.pack_digest, c.seq, c.status, m.day, c.opened_by, c.over, c.parties, c.links, c.changed_at
      from made m join legal_case c on c.id = m.template`)
    await client.query(`insert into case_event select t.id, t.seq, t.type, t.bytes, sha256(t.bytes), gen_random_uuid(), t.person, t.recorded_at
      from (select m.id, e.seq, e.type, e.person, e.recorded_at, convert_to(replace(replace(convert_from(e.bytes, 'UTF8'), m.template, m.id), c.number, m.number), 'UTF8') as bytes
              from made m join case_event e on e.case_id = m.template join legal_case c on c.id = m.template) t`)
    await client.query('insert into case_party select p.organization, m.id, m.day from made m join case_party p on p.case_id = m.template')
    await client.query(`insert into task (case_id, task, step, title, branch, office, organization, assignee, opened_on, due, provisional, open, overdue_fired, outcome, closed_on, closed_by)
      select m.id, t.task, t.step, t.title, t.branch, t.office, t.organization, t.assignee, m.day, case when m.n % 3 = 0 then m.day + 20 end, false, t.open, false,
             case when t.open then null else 'ready' end, case when t.open then null else m.day + 5 end, case when t.open then null when m.n % 2 = 0 then 'zx-liu' else 'zx-sun' end
        from made m join task t on t.case_id = m.template`)
    await client.query('commit')
  }
  await client.query('analyze')
}
