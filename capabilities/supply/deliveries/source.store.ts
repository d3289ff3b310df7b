import { randomBytes, randomUUID } from 'node:crypto'
import type { Kysely, Selectable, Transaction } from 'kysely'
import { z } from 'zod'
import type { DataSourceTable } from '#adapters/postgres/tables/deliveries.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { chunkSeal, keyBytes, nonceBytes } from '#adapters/vault/seal/suite.ts'
import type { Suite } from '#adapters/vault/seal/suite.ts'
import type { Vault } from '#adapters/vault/vault.ts'

export const sourceKinds = ['postgresql', 'mysql', 's3'] as const
export type SourceKind = (typeof sourceKinds)[number]

/** unit: characters; source: platform default, beyond the longest names of databases and buckets (63) */
const NAME_LENGTH_MAX = 100

/** What is no secret: the database, and whether the connection is encrypted. */
export const databaseSettings = z.strictObject({ database: z.string().min(1).max(NAME_LENGTH_MAX), encrypted: z.boolean() })
/** The same of a store. */
export const storeSettings = z.strictObject({ scheme: z.enum(['http', 'https']), region: z.string().min(1).max(NAME_LENGTH_MAX), bucket: z.string().min(1).max(NAME_LENGTH_MAX) })
const settings = z.union([databaseSettings, storeSettings])
export type SourceSettings = z.infer<typeof settings>

const account = z.strictObject({ user: z.string(), password: z.string() })
/** For a store, the access key and its secret. Never leaves the platform again. */
export type SourceAccount = z.infer<typeof account>

export type DataSource = {
  id: string
  organization: string
  kind: SourceKind
  title: string
  host: string
  port: number
  settings: SourceSettings
  registeredBy: string
  registeredOn: string
  endedOn: string | null
}

type Reading = Transaction<Tables> | Kysely<Tables>
type Writing = Transaction<Tables>
type Sealing = Pick<Vault, 'masterKey' | 'suite'>

const keyName = (id: string): string => `source-${id}`
const purposeOf = (id: string): string => `gongshu data source account ${id}`

/** Registers a source; its account is sealed under a key of its own. */
export async function insertSource(tx: Writing, vault: Sealing, one: Omit<DataSource, 'id' | 'endedOn'>, secret: SourceAccount): Promise<DataSource> {
  const id = randomUUID()
  const key = randomBytes(keyBytes)
  try {
    const row = await tx.insertInto('data_source').values({
      id, organization: one.organization, kind: one.kind, title: one.title, host: one.host, port: one.port, settings: JSON.stringify(settings.parse(one.settings)),
      sealed_account: sealed(vault.suite, key, id, Buffer.from(JSON.stringify(account.parse(secret)))), wrapped_key: await vault.masterKey.wrap(keyName(id), key),
      registered_by: one.registeredBy, registered_on: one.registeredOn, ended_on: null,
    }).returningAll().executeTakeFirstOrThrow()
    return sourceOf(row)
  } finally {
    key.fill(0)
  }
}

export async function listSources(tx: Reading, organization: string): Promise<DataSource[]> {
  return (await tx.selectFrom('data_source').selectAll().where('organization', '=', organization).where('ended_on', 'is', null).orderBy('title').orderBy('id').execute()).map(sourceOf)
}

/** A source of this organisation that has not ended, or null. */
export async function readSource(tx: Reading, id: string, organization: string): Promise<DataSource | null> {
  const row = await tx.selectFrom('data_source').selectAll().where('id', '=', id).where('organization', '=', organization).where('ended_on', 'is', null).executeTakeFirst()
  return row === undefined ? null : sourceOf(row)
}

/** The account of a source. The caller uses it at once and keeps it nowhere. */
export async function accountOf(tx: Reading, vault: Sealing, id: string): Promise<SourceAccount> {
  const row = await tx.selectFrom('data_source').select(['sealed_account', 'wrapped_key']).where('id', '=', id).executeTakeFirstOrThrow()
  const key = await vault.masterKey.unwrap(keyName(id), Buffer.from(row.wrapped_key))
  try {
    return account.parse(JSON.parse(opened(key, id, Buffer.from(row.sealed_account)).toString()))
  } finally {
    key.fill(0)
  }
}

/** Ends a source: its account can never be opened again. */
export async function endSource(tx: Writing, vault: Sealing, id: string, on: string): Promise<void> {
  await tx.updateTable('data_source').set({ ended_on: on }).where('id', '=', id).execute()
  await vault.masterKey.destroy(keyName(id))
}

/** The byte that names the suite, then salt, nonce and what was sealed. */
const SUITES: readonly Suite[] = ['aes-256-gcm', 'sm4-ctr-hmac-sm3']
/** unit: bytes; source: RFC 5869 section 3.1, a salt as long as the hash at most; platform default */
const SALT_BYTES = 16

function sealed(suite: Suite, key: Buffer, id: string, plain: Buffer): Buffer {
  const head = Buffer.concat([Buffer.from([SUITES.indexOf(suite)]), randomBytes(SALT_BYTES), randomBytes(nonceBytes)])
  return Buffer.concat([head, chunkSeal(suite, key, head.subarray(1, 1 + SALT_BYTES), purposeOf(id)).seal(head.subarray(1 + SALT_BYTES), head, plain)])
}

function opened(key: Buffer, id: string, bytes: Buffer): Buffer {
  const suite = SUITES[bytes[0] ?? SUITES.length]
  if (suite === undefined) throw new Error(`the account of source ${id} is sealed by no suite that is known`)
  const head = bytes.subarray(0, 1 + SALT_BYTES + nonceBytes)
  return chunkSeal(suite, key, head.subarray(1, 1 + SALT_BYTES), purposeOf(id)).open(head.subarray(1 + SALT_BYTES), head, bytes.subarray(head.length))
}

function sourceOf(row: Selectable<DataSourceTable>): DataSource {
  return {
    id: row.id, organization: row.organization, kind: row.kind, title: row.title, host: row.host, port: row.port, settings: settings.parse(row.settings),
    registeredBy: row.registered_by, registeredOn: row.registered_on, endedOn: row.ended_on,
  }
}
