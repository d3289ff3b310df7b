import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { readPack } from '#adapters/packs/read-pack.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { setThresholds, thresholdVersions, thresholdsOf, thresholdsOfVersion } from './provider-thresholds.store.ts'

let database: FreshDatabase
const pack = readPack('packs/national-authorization-2025').source.thresholds
const act = (organization: string, offices: string[]) => ({ actor: { person: 'person-1', organization, offices }, today: '2026-06-08' as LegalDate, now: new Date('2026-06-08T02:00:00Z') }) // a legal date as written

beforeAll(async () => {
  database = await freshDatabase()
  const { pool } = database.owner
  await pool.query(`insert into pack_edition (digest, pack, version, compiled) values ($1, 'p', 1, '{}')`, ['d'.repeat(64)])
  await pool.query(`insert into legal_case (id, number, title, procedure, capability, pack, pack_version, pack_digest, seq, status, opened, opened_by, over, parties, links)
    values ('case-c', 'c', 'c', 'catalog-entry', 'catalog', 'p', 1, $1, 1, 'open', '2026-06-08', 'x', true, '{}', '{}')`, ['d'.repeat(64)])
  await pool.query(`insert into register_record (register, key, version, record, from_date, current, case_id) values ('catalog', 'entry-1', 1, $1, '2026-06-08', true, 'case-c')`, [JSON.stringify({ provider: 'health-bureau' })])
})
afterAll(async () => database?.drop())

const set = (values: Record<string, number>, by = act('health-bureau', ['data-provider'])) => inTransaction(database.app.db, { as: 'system' }, (tx) => setThresholds(tx, { entry: 'entry-1', values, reason: '涉及未成年人' }, pack, by))

test('the provider asks for more, version by version; nobody for less, and nobody else', async () => {
  expect(await set({ 'cells-minimum-entities': 20 })).toMatchObject({ accepted: true, thresholds: { version: 1 } })
  expect(await set({ 'cells-minimum-entities': 30 })).toMatchObject({ accepted: true, thresholds: { version: 2 } })
  expect(await set({ 'cells-minimum-entities': 9 })).toMatchObject({ accepted: false, refusal: { code: 'threshold-must-be-stricter', basis: pack['cells-minimum-entities']?.basis } })
  expect(await set({ 'cells-minimum-entities': 30 })).toMatchObject({ accepted: false, refusal: { code: 'thresholds-must-change' } })
  expect(await set({ 'cells-minimum-entities': 40 }, act('operator', ['data-provider']))).toMatchObject({ accepted: false, refusal: { code: 'actor-must-be-concerned-organization' } })
  expect(await set({ 'cells-minimum-entities': 40 }, act('health-bureau', ['operator']))).toMatchObject({ accepted: false })
  expect(await inTransaction(database.app.db, { as: 'system' }, (tx) => thresholdsOf(tx, ['entry-1', 'entry-2']))).toEqual([{ provider: 'health-bureau', entry: 'entry-1', version: 2, values: { 'cells-minimum-entities': 30 } }])
  expect(await inTransaction(database.app.db, { as: 'system' }, (tx) => thresholdsOfVersion(tx, 'entry-1', 1))).toMatchObject({ values: { 'cells-minimum-entities': 20 } })
  const told = await inTransaction(database.app.db, { as: 'system' }, (tx) => thresholdVersions(tx, 'entry-1'))
  expect(told.map(({ version, reason, setBy, setOn }) => [version, reason, setBy, setOn])).toEqual([[2, '涉及未成年人', 'person-1', '2026-06-08'], [1, '涉及未成年人', 'person-1', '2026-06-08']])
  await expect(database.owner.pool.query(`update provider_threshold set version = 9`)).rejects.toThrow('never rewritten')
})
