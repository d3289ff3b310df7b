/** A worker of its own: sends what waits for the trusted space once, and is killed by SIGKILL at the failpoint that its environment arms. */
import { z } from 'zod'
import { failpointFrom } from '#adapters/failpoints/failpoint.ts'
import { productionClock } from '#adapters/clock/legal-clock.ts'
import { trustedSpaceSchema } from '#adapters/ports/trusted-space.ts'
import { Kysely, PostgresDialect } from '#adapters/postgres/kysely.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { openFileMasterKey } from '#adapters/vault/seal/file-master-key.ts'
import { openVault } from '#adapters/vault/vault.ts'
import { sendWaiting } from '#apps/worker/outbox.ts'
import type { OutboxParts } from '#apps/worker/outbox.ts'
import { trustedSpacePort } from '#capabilities/operation/trusted-space/hand-over.job.ts'
import { Pool } from 'pg'

const { url, dataDirectory, masterKeyPath, space } = z.object({ url: z.string(), dataDirectory: z.string(), masterKeyPath: z.string(), space: trustedSpaceSchema }).parse(JSON.parse(process.env['WORKER'] ?? '{}'))
const pool = new Pool({ connectionString: url, max: 4, options: '-c gongshu.reader=system' })
const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
const suite = 'aes-256-gcm'
const vault = await openVault({ dataDirectory, masterKey: await openFileMasterKey({ path: masterKeyPath, dataDirectory, suite, create: false }), suite })
const failpoint = failpointFrom(process.env, 'demonstration')
const port = trustedSpacePort({ db, vault, committer: { poke: () => undefined }, clock: productionClock(() => new Date()), space, failpoint })
const office = { actAsPlatform: () => { throw new Error('this worker is killed before it concludes anything') } } as unknown as OutboxParts['office'] // the one that it would call
await sendWaiting({ db, office, ports: { 'trusted-space': port }, log: { warn: (fields, text) => process.stderr.write(`${text} ${JSON.stringify(fields)}\n`) }, failpoint })
await pool.end()
