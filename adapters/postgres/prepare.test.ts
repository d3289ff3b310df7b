import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '#tests/support/database.ts'
import { openDatabase } from './database.ts'
import { withClient } from './prepare.ts'
import { StorageError } from './storage-error.ts'

const silent = { info: () => undefined, warn: () => undefined, error: console.error }

/** The test run's server seen as an external one, by a login of an administrator who has given us few rights. */
describe('an external server', () => {
  let database: FreshDatabase
  let login: string
  beforeEach(async () => {
    database = await freshDatabase()
    login = `login_${randomBytes(6).toString('hex')}`
    // As a member, an administrator who is no superuser may end its sessions.
    await asAdministrator(`create role ${login} login password 'given'; grant ${login} to current_user`)
  })
  afterEach(async () => {
    const elsewhere = database.url.replace(await name(), 'postgres')
    await database.drop()
    await withClient({ connectionString: elsewhere }, (client) => client.query(`drop role ${login}`))
  })

  const asAdministrator = (sql: string) => withClient({ connectionString: database.url }, (client) => client.query(sql))

  function urlOfLogin(): string {
    // A URL with an empty host (a Unix socket) is none for URL, so the login is put in by text.
    return database.url.replace(/\/\/[^@]*@/, `//${login}:given@`)
  }

  test('on which the login may do nothing: refused with the SQL for the administrator; after it, opened', async () => {
    await asAdministrator(`grant connect on database ${await name()} to ${login}`)
    const refusal = await openDatabase({ url: urlOfLogin() }, silent).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(StorageError)
    if (!(refusal instanceof StorageError)) return
    expect(refusal.code).toBe('roles-missing')
    const statements = refusal.message.split('\n').slice(1).join('\n')
    expect(statements).toContain(`grant gongshu_app to "${login}";`)
    await asAdministrator(statements)

    const opened = await openDatabase({ url: urlOfLogin() }, silent)
    try {
      expect((await opened.app.pool.query('select current_user as who')).rows).toEqual([{ who: 'gongshu_app' }])
      expect((await opened.audit.pool.query('select current_user as who')).rows).toEqual([{ who: 'gongshu_audit' }])
      await expect(opened.app.pool.query('create table t (id int)')).rejects.toMatchObject({ code: '42501' })
    } finally {
      await opened.close()
    }
  })

  test('that does not wait for the disk is refused', async () => {
    await asAdministrator(`alter database ${await name()} set synchronous_commit = off`)
    await expect(openDatabase({ url: database.url }, silent)).rejects.toMatchObject({ code: 'storage-not-durable' })
  })

  async function name(): Promise<string> {
    const answer = await database.owner.pool.query<{ name: string }>('select current_database() as name')
    return answer.rows[0]?.name ?? ''
  }
})
