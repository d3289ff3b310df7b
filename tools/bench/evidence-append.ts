import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'pg'
import { setTimeout as delay } from 'node:timers/promises'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import { exportBundle } from '#adapters/evidence/bundle.ts'
import { openEvidenceLog } from '#adapters/evidence/evidence-log.ts'
import { openSigningKeys } from '#adapters/evidence/signing-keys.ts'
import { openDatabase } from '#adapters/postgres/database.ts'
import { startEmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import { NaturalBatch } from '#adapters/services/natural-batch.ts'
import { figureLine, percentile, timed } from './figure.ts'
import type { Print } from './figure.ts'

const CALLERS = 256
const SECONDS = 8
const OPEN_RATE = 5_000
const BUDGET = { perSecond: 5_000, p99Ms: 25, recheckPerSecond: 200_000 }
const BATCH = 1_000
const LOG = { info: () => undefined, warn: console.error, error: console.error }
const DRAFT: EvidenceDraft = {
  type: 'delivery', legalDate: legalDate('2026-06-08'), actor: 'key-bench', onBehalfOf: 'far-sail-logistics', office: 'consumer', action: 'service-call/query',
  object: { kind: 'product', id: 'bench-product' }, purpose: 'bench', decision: 'allow', detail: { scenario: 'bench', mode: 'query', rows: 1 },
}

type Seen = { perSecond: number; p50: number; p99: number }

/** Durable entries, closed and open load, beside a plain group-committed INSERT of the same bytes; and the offline recheck. */
export async function benchEvidence(print: Print): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'gongshu-bench-'))
  const embedded = await startEmbeddedPostgres({ dataDir: join(directory, 'database'), log: LOG, ballast: false })
  const database = await openDatabase({ embedded }, LOG)
  try {
    const keys = await openSigningKeys(join(directory, 'keys'), 'bench.localhost/evidence')
    const log = await openEvidenceLog({ connection: database.connections.gongshu_app, keys, log: LOG, now: () => new Date() })
    const plain = await plainInsert(new Pool({ ...embedded.connection('superuser', 'gongshu'), max: 1 }))
    for (const append of [() => log.append(DRAFT), plain.append]) await closedLoad(append)
    const [ours, theirs] = [await closedLoad(() => log.append(DRAFT)), await closedLoad(plain.append)]
    print(figureLine({ name: `durable entries, ${CALLERS} callers`, value: ours.perSecond, unit: '/s', reference: { what: 'plain group-committed INSERT', value: theirs.perSecond }, budget: { bound: BUDGET.perSecond, is: 'at-least' } }))
    const [open, openPlain] = [await openLoad(() => log.append(DRAFT)), await openLoad(plain.append)]
    print(figureLine({ name: `p99 at ${OPEN_RATE}/s open load`, value: open.p99, unit: 'ms', reference: { what: 'plain group-committed INSERT', value: openPlain.p99 }, budget: { bound: BUDGET.p99Ms, is: 'at-most' } }))
    const { size } = await log.checkpoint()
    const bundle = join(directory, 'bundle.jsonl')
    await exportBundle(log.pool, keys, { from: 0, to: size, size }, { cases: [] }, bundle)
    await writeFile(join(directory, 'keys.txt'), `${keys.publicKeys.join('\n')}\n`)
    await plain.end()
    await log.stop()
    await recheck(print, { bundle, keysFile: join(directory, 'keys.txt'), size })
  } finally {
    await database.close()
    await embedded.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function recheck(print: Print, { bundle, keysFile, size }: { bundle: string; keysFile: string; size: number }): Promise<void> {
  const bare = await timed(async () => spawnSync('sha256sum', [bundle]))
  const ms = await timed(async () => {
    const run = spawnSync(process.execPath, ['apps/verifier/verify.mjs', bundle, '--keys', keysFile], { encoding: 'utf8' })
    if (run.status !== 0) throw new Error(`the verifier did not confirm the bundle: ${run.stdout}${run.stderr}`)
  })
  print(figureLine({ name: `offline recheck of ${size.toLocaleString('en')} entries, start of the program included`, value: (size * 1000) / ms, unit: '/s', reference: { what: 'sha256sum of the bundle', value: (size * 1000) / bare }, budget: { bound: BUDGET.recheckPerSecond, is: 'at-least' } }))
}

async function plainInsert(pool: Pool): Promise<{ append: () => Promise<unknown>; end: () => Promise<void> }> {
  await pool.query('create table bench_plain (id bigint generated always as identity primary key, bytes bytea not null)')
  const bytes = Buffer.from(JSON.stringify({ ...DRAFT, at: new Date().toISOString() }))
  const batch = new NaturalBatch<Buffer, boolean>(async (all) => {
    await pool.query({ name: 'plain', text: 'insert into bench_plain (bytes) select unnest($1::bytea[])', values: [all] })
    return all.map(() => true)
  }, BATCH)
  return { append: () => batch.ask(bytes), end: () => pool.end() }
}

async function closedLoad(append: () => Promise<unknown>): Promise<Seen> {
  const end = performance.now() + SECONDS * 1000
  const seen: number[] = []
  await Promise.all(Array.from({ length: CALLERS }, async () => {
    while (performance.now() < end) seen.push(await timed(append))
  }))
  return { perSecond: seen.length / SECONDS, p50: percentile(seen, 0.5), p99: percentile(seen, 0.99) }
}

async function openLoad(append: () => Promise<unknown>): Promise<Seen> {
  const since = performance.now()
  const seen: number[] = []
  const under: Promise<unknown>[] = []
  while (performance.now() - since < SECONDS * 1000) {
    const owed = Math.floor(((performance.now() - since) * OPEN_RATE) / 1000)
    while (under.length < owed) {
      const due = since + (under.length * 1000) / OPEN_RATE
      under.push(append().then(() => seen.push(performance.now() - due)))
    }
    await delay(1)
  }
  await Promise.all(under)
  return { perSecond: seen.length / SECONDS, p50: percentile(seen, 0.5), p99: percentile(seen, 0.99) }
}
