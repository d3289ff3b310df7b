import { Client, DatabaseError, escapeIdentifier, escapeLiteral, type ClientConfig } from 'pg'
import { refuseUnlessDurable } from './durability.ts'
import { MAINTENANCE_DATABASE, type EmbeddedPostgres } from './embedded/start.ts'
import { DATABASE_ROLES, type DatabaseRole } from './roles.ts'
import { StorageError } from './storage-error.ts'

/** Security-invoker views, on which row-level security through views rests, came with PostgreSQL 15. */
const OLDEST_SERVER = 150_000
const INSUFFICIENT_PRIVILEGE = '42501'

/** How to connect to one database as each role. */
export type Connections = Readonly<Record<DatabaseRole, ClientConfig>>

/** Makes roles and database in the embedded cluster where they are lacking. */
export async function prepareEmbedded(embedded: EmbeddedPostgres, database: string): Promise<Connections> {
  await withClient(embedded.connection('superuser', MAINTENANCE_DATABASE), async (client) => {
    for (const role of DATABASE_ROLES) {
      const { password } = embedded.connection(role, database)
      if (typeof password !== 'string') throw new TypeError(`no password for ${role}`)
      const there = await client.query('select 1 from pg_roles where rolname = $1', [role])
      const verb = there.rows.length === 0 ? 'create' : 'alter'
      await client.query(`${verb} role ${role} login nosuperuser nobypassrls nocreatedb nocreaterole password ${escapeLiteral(password)}`)
    }
    await createDatabase(client, database)
  })
  await withClient(embedded.connection('superuser', database), (client) => grantAll(client, database))
  return connectionsOf(embedded, database)
}

/** The connections to a database of the embedded cluster that is already prepared. */
export function connectionsOf(embedded: EmbeddedPostgres, database: string): Connections {
  return {
    gongshu_owner: embedded.connection('gongshu_owner', database),
    gongshu_app: embedded.connection('gongshu_app', database),
    gongshu_audit: embedded.connection('gongshu_audit', database),
  }
}

/**
 * Checks an external server and makes the roles there if the login may. Each connection logs in with the URL and then
 * takes on its role, so the login must be a member of all three.
 *
 * @throws StorageError `postgres-too-old`, `storage-not-durable`, `roles-missing` (with the SQL for an administrator).
 */
export async function prepareExternal(url: string): Promise<Connections> {
  await withClient({ connectionString: url }, async (client) => {
    const version = await client.query<{ number: number; shown: string }>(
      `select current_setting('server_version_num')::int as number, current_setting('server_version') as shown`,
    )
    const row = version.rows[0]
    if (row === undefined || row.number < OLDEST_SERVER) {
      throw new StorageError('postgres-too-old', `DATABASE_URL 指向的 PostgreSQL 版本为 ${row?.shown ?? '未知'}，平台要求 15 或以上版本。`)
    }
    await refuseUnlessDurable(client)
    for (const statement of await lackingStatements(client)) await tryStatement(client, statement)
  })
  return connectionsOfUrl(url)
}

/** The connections to an external database that is already prepared. */
export function connectionsOfUrl(url: string): Connections {
  const as = (role: DatabaseRole): ClientConfig => ({ connectionString: url, options: `-c role=${role}` })
  return { gongshu_owner: as('gongshu_owner'), gongshu_app: as('gongshu_app'), gongshu_audit: as('gongshu_audit') }
}

/** What is lacking on an external server, as SQL in the order in which it is to be run. */
async function lackingStatements(client: Client): Promise<string[]> {
  const here = (await client.query<{ login: string; database: string }>('select current_user as login, current_database() as database')).rows[0]
  if (here === undefined) throw new TypeError('current_user answered no row')
  const statements: string[] = []
  for (const role of DATABASE_ROLES) {
    const state = await client.query<{ member: boolean }>(`select pg_has_role(oid, 'member') as member from pg_roles where rolname = $1`, [role])
    if (state.rows.length === 0) statements.push(`create role ${role} nologin`)
    if (state.rows[0]?.member !== true) statements.push(`grant ${role} to ${escapeIdentifier(here.login)}`)
  }
  if (!(await isGranted(client))) statements.push(...databaseGrants(here.database), ...SCHEMA_GRANTS)
  return statements
}

async function isGranted(client: Client): Promise<boolean> {
  const roles = await client.query('select 1 from pg_roles where rolname = any ($1)', [[...DATABASE_ROLES]])
  if (roles.rows.length < DATABASE_ROLES.length) return false
  const answer = await client.query<{ granted: boolean }>(`
    select has_schema_privilege('gongshu_owner', 'public', 'create with grant option')
       and has_schema_privilege('gongshu_owner', 'public', 'usage with grant option')
       and has_database_privilege('gongshu_app', current_database(), 'connect')
       and not exists (select 1 from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
                        where datname = current_database() and grantee = 0)
       and not exists (select 1 from pg_namespace, aclexplode(nspacl) where nspname = 'public' and grantee = 0) as granted`)
  return answer.rows[0]?.granted === true
}

/** Takes the database from PUBLIC and gives it to the roles. */
function databaseGrants(database: string): string[] {
  const name = escapeIdentifier(database)
  return [
    `revoke all on database ${name} from public`,
    `grant create, connect, temporary on database ${name} to gongshu_owner`,
    `grant connect on database ${name} to gongshu_app, gongshu_audit`,
  ]
}

/** The schema is the owner's to share out. */
const SCHEMA_GRANTS = ['revoke all on schema public from public', 'grant create, usage on schema public to gongshu_owner with grant option']

/** Grants the roles a database that was cloned from a prepared one; what lies inside it was cloned with it. */
export async function grantClone(client: Client, database: string): Promise<void> {
  for (const statement of databaseGrants(database)) await client.query(statement)
}

async function grantAll(client: Client, database: string): Promise<void> {
  if (await isGranted(client)) return
  for (const statement of [...databaseGrants(database), ...SCHEMA_GRANTS]) await client.query(statement)
}

async function createDatabase(client: Client, database: string): Promise<void> {
  const there = await client.query('select 1 from pg_database where datname = $1', [database])
  if (there.rows.length === 0) await client.query(`create database ${escapeIdentifier(database)} owner gongshu_owner`)
}

async function tryStatement(client: Client, statement: string): Promise<void> {
  try {
    await client.query(statement)
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== INSUFFICIENT_PRIVILEGE) throw error
    const all = await lackingStatements(client)
    throw new StorageError(
      'roles-missing',
      `DATABASE_URL 的登录账户无权建立平台所需的数据库角色。请由数据库管理员在该库中执行以下语句后重新启动：\n${all.map((line) => `${line};`).join('\n')}`,
      { cause: error },
    )
  }
}

/** Runs `use` on a connection that is closed in any case. */
export async function withClient<T>(config: ClientConfig, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(config)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
