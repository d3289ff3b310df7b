/** Carries out one destruction and kills its own process at the named failpoint; for the crash tests. */
import { Kysely, PostgresDialect } from '#adapters/postgres/kysely.ts'
import { Pool } from 'pg'
import { z } from 'zod'
import type { Tables } from '#adapters/postgres/tables.ts'
import { carryOutDestruction } from '#adapters/vault/destroy.ts'
import { masterKeyPathBeside, openFileMasterKey } from '#adapters/vault/seal/file-master-key.ts'
import { openVault } from '#adapters/vault/vault.ts'

const order = z
  .object({ url: z.string(), dataDirectory: z.string(), versionId: z.string(), failpoint: z.string() })
  .parse(JSON.parse(process.env['CRASH'] ?? '{}'))
const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: order.url, max: 1 }) }) })
const { dataDirectory } = order
const masterKey = await openFileMasterKey({ path: masterKeyPathBeside(dataDirectory), dataDirectory, suite: 'sm4-ctr-hmac-sm3', create: false })
const vault = await openVault({ dataDirectory, masterKey, suite: 'sm4-ctr-hmac-sm3' })
await carryOutDestruction(vault, db, order.versionId, {
  failpoint: (name) => {
    if (name === order.failpoint) process.kill(process.pid, 'SIGKILL')
  },
})
throw new Error(`the failpoint ${order.failpoint} was not passed`)
