import { lookup } from 'node:dns/promises'
import type { Readable } from 'node:stream'
import type { Kysely } from 'kysely'
import type { CataloguedColumn } from '#core/boundary/column-proposal.ts'
import { addressRefusal } from '#core/boundary/source-address.ts'
import { tableSchema } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { openMysqlTable } from '#adapters/vault/sources/mysql-source.ts'
import { openStoredObject } from '#adapters/vault/sources/object-source.ts'
import { openPostgresTable } from '#adapters/vault/sources/postgres-source.ts'
import { databaseColumns, databaseTables, testBucket } from '#adapters/vault/sources/source-columns.ts'
import type { SourceTable } from '#adapters/vault/sources/source-columns.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import type { SourcePlace } from './delivery.store.ts'
import { allowedHosts } from './allowed-hosts.store.ts'
import { accountOf } from './source.store.ts'
import type { DataSource, SourceAccount } from './source.store.ts'

/** `demonstration`: whether the platform's own machine may be called, which holds no real data then. */
export type ReachParts = { db: Kysely<Tables>; vault: Vault; demonstration: boolean }

/** The source may not be called; nothing was sent to it. */
export class SourceRefused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.message)
    this.name = 'SourceRefused'
    this.refusal = refusal
  }
}

/** Refuses an address that is not listed or leads back to the platform; asked before each call, for names and lists change. */
export async function refusalOfAddress(parts: ReachParts, address: { host: string; port: number }): Promise<Refusal | null> {
  const judged = await judgedAddress(parts, address)
  return typeof judged === 'string' ? null : judged
}

/** The one network address behind a host, which a connection must then go to: asked again, the name might answer with another. */
async function judgedAddress(parts: ReachParts, address: { host: string; port: number }): Promise<Refusal | string> {
  const allowed = await inTransaction(parts.db, { as: 'system' }, allowedHosts, { isolation: 'read committed' })
  const listed = addressRefusal(address, [address.host], allowed, true)
  // A name is resolved only when it is listed: asking for it tells others that somebody asked.
  if (listed !== null) return listed
  const found = await lookup(address.host, { all: true }).catch(() => [])
  const refusal = addressRefusal(address, found.map((one) => one.address), allowed, parts.demonstration)
  const [first] = found
  if (refusal !== null || first === undefined) return refusal ?? refuse('source-host-must-be-known', null, `找不到主机“${address.host}”。`, '请核对主机的写法，或者联系系统管理员检查域名解析。')
  return first.address
}

/** Whether the source answers under its account, and which tables it shows; none for a store. @throws SourceRefused, IngestError */
export async function testSource(parts: ReachParts, source: DataSource): Promise<SourceTable[]> {
  const { account, address } = await permitted(parts, source)
  if (source.kind !== 's3') return databaseTables(source.kind, { url: databaseUrl(source, account), address })
  await testBucket({ ...storeOf(source, account), address })
  return []
}

/**
 * Opens a table or object. Of a table only the catalogued columns are asked for, by whichever of their names it has; the
 * stream ends in `source-interrupted` where it breaks off. @throws SourceRefused, IngestError
 */
export async function openSource(parts: ReachParts, source: DataSource, place: SourcePlace, catalogued: readonly CataloguedColumn[]): Promise<Readable> {
  const { account, address } = await permitted(parts, source)
  if ('key' in place) return openStoredObject({ ...storeOf(source, account), address, key: place.key })
  if (source.kind === 's3') throw new Error('a table was asked of a store')
  const url = databaseUrl(source, account)
  const schema = pulledSchema(catalogued, place, await databaseColumns(source.kind, { url, address }, place))
  return source.kind === 'postgresql' ? openPostgresTable({ url, address, ...place }, schema) : openMysqlTable({ url, address, ...place }, schema)
}

async function permitted(parts: ReachParts, source: DataSource): Promise<{ account: SourceAccount; address: string }> {
  const judged = await judgedAddress(parts, source)
  if (typeof judged !== 'string') throw new SourceRefused(judged)
  const account = await inTransaction(parts.db, { as: 'system' }, (tx) => accountOf(tx, parts.vault, source.id), { isolation: 'read committed' })
  return { account, address: judged }
}

/** The catalogued columns under the names that the table has for them; everything as text but what a copy would write in its own way. */
function pulledSchema(catalogued: readonly CataloguedColumn[], { namespace, table }: SourceTable, present: readonly string[]): TableSchema {
  if (present.length === 0) throw new IngestError('source-unreachable', `数据源中没有表“${namespace}.${table}”，或者所用账号无权查看。`, {})
  const columns = catalogued.map((column) => {
    const header = [column.header, column.name, column.title].find((name) => present.includes(name))
    if (header === undefined) throw new IngestError('header-unexpected', `数据源的表“${namespace}.${table}”中没有列“${column.title}”（${column.name}）。`, { column: column.title })
    return { name: column.name, header, title: column.title, type: column.type === 'boolean' ? 'boolean' : 'text', nullable: true }
  })
  return tableSchema.parse({ name: 'pulled', title: table, entity: { kind: 'none' }, columns })
}

function databaseUrl({ kind, host, port, settings }: DataSource, { user, password }: SourceAccount): string {
  if (!('database' in settings)) throw new Error('a database without its name')
  const place = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host.includes(':') ? `[${host}]` : host}:${port}/${encodeURIComponent(settings.database)}`
  if (kind === 'postgresql') return `postgres://${place}${settings.encrypted ? '?sslmode=verify-full' : ''}`
  return `mysql://${place}${settings.encrypted ? `?ssl=${encodeURIComponent('{"rejectUnauthorized":true,"verifyIdentity":true}')}` : ''}`
}

function storeOf({ host, port, settings }: DataSource, { user, password }: SourceAccount) {
  if (!('bucket' in settings)) throw new Error('a store without its bucket')
  return { endpoint: `${settings.scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`, region: settings.region, bucket: settings.bucket, accessKeyId: user, secretAccessKey: password }
}

/** What the provider is told where a source cannot be read. */
export function refusalOfSource(error: unknown): Refusal | null {
  if (error instanceof SourceRefused) return error.refusal
  return error instanceof IngestError ? refuse(error.code, null, error.message, error.cure) : null
}
