import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, DatabaseError, type ClientConfig } from 'pg'
import { refuseUnlessProtected } from './protection.ts'
import { StorageError } from './storage-error.ts'

/** The platform's own migrations. */
export const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url))

/** Key of the advisory lock that keeps two starting platforms from migrating one database at once. Arbitrary, ours. */
const MIGRATION_LOCK = 718_201_118
const FILE_NAME = /^(?<number>\d{4})-[a-z0-9-]+\.sql$/

export type Migration = { number: number; name: string; sha256: string; sql: string }

type Executed = Pick<Migration, 'number' | 'name' | 'sha256'>

/**
 * Brings the database to the state of the migration files: runs those that are lacking in order, each in a transaction
 * of its own, and records their SHA-256. Then checks that every table is protected. Answers the names of the files that
 * were run. `owner` connects as gongshu_owner; data in migrations is seen as by the system.
 *
 * @throws StorageError `migration-edited`, `migration-missing`, `migration-out-of-order`, `migration-misnamed`,
 *   `migration-failed` (that file's changes are undone), `table-unprotected`.
 */
export async function migrate(owner: ClientConfig, directory: string = MIGRATIONS): Promise<string[]> {
  const files = await readMigrations(directory)
  const client = new Client(owner)
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    const executed = await readExecuted(client)
    const lacking = comparePlans(executed, files)
    for (const migration of lacking) await execute(client, migration)
    await refuseUnlessProtected(client)
    return lacking.map((migration) => migration.name)
  } finally {
    await client.end()
  }
}

/**
 * Reads the migration files of a directory in the order of their numbers.
 *
 * @throws StorageError `migration-misnamed` for a wrong name or a number used twice.
 */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()
  const migrations: Migration[] = []
  for (const name of names) {
    const number = Number(FILE_NAME.exec(name)?.groups?.['number'] ?? Number.NaN)
    if (Number.isNaN(number)) throw new StorageError('migration-misnamed', `迁移文件 ${name} 的名称不符合“四位编号-名称.sql”，请改名。`)
    const last = migrations.at(-1)
    if (last?.number === number) throw new StorageError('migration-misnamed', `迁移文件 ${last.name} 与 ${name} 的编号相同，请为后者另取编号。`)
    // A checkout on another system may bring other line ends; the text is the same.
    const sql = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n')
    migrations.push({ number, name, sha256: createHash('sha256').update(sql).digest('hex'), sql })
  }
  return migrations
}

/**
 * Answers which of `files` are still to be run. What was executed must be the beginning of `files`, unchanged.
 *
 * @throws StorageError naming the file and the cure.
 */
export function comparePlans(executed: readonly Executed[], files: readonly Migration[]): Migration[] {
  for (const [index, done] of executed.entries()) {
    const file = files[index]
    const sameNumber = files.find((candidate) => candidate.number === done.number)
    if (sameNumber === undefined || sameNumber.name !== done.name) {
      throw new StorageError('migration-missing', `数据库已执行过迁移 ${done.name}，但程序中没有这个文件。请恢复该文件；若程序版本低于数据库版本，请改用不低于该版本的程序。`)
    }
    if (sameNumber.sha256 !== done.sha256) {
      throw new StorageError('migration-edited', `迁移文件 ${done.name} 在执行之后被改动过。已执行的迁移不得修改：请恢复原文件，并把改动写入新编号的迁移。`)
    }
    if (file?.number !== done.number) {
      throw new StorageError('migration-out-of-order', `迁移文件 ${file?.name ?? done.name} 的编号小于已执行的 ${executed.at(-1)?.name ?? done.name}，不能补插。请为它另取更大的编号。`)
    }
  }
  return files.slice(executed.length)
}

async function readExecuted(client: Client): Promise<Executed[]> {
  const known = await client.query<{ there: boolean }>(`select to_regclass('public.schema_migration') is not null as there`)
  if (known.rows[0]?.there !== true) return []
  const answer = await client.query<Executed>('select number, name, sha256 from schema_migration order by number')
  return answer.rows
}

async function execute(client: Client, migration: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(`select set_config('gongshu.reader', 'system', true)`)
    await client.query(migration.sql)
    await client.query('insert into schema_migration (number, name, sha256) values ($1, $2, $3)', [migration.number, migration.name, migration.sha256])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new StorageError('migration-failed', `迁移 ${placeOf(error, migration)} 执行失败，已全部撤销：${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** File and line, where PostgreSQL tells the position. */
function placeOf(error: unknown, migration: Migration): string {
  if (!(error instanceof DatabaseError) || error.position === undefined) return migration.name
  return `${migration.name}:${migration.sql.slice(0, Number(error.position)).split('\n').length}`
}
