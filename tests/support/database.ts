import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import type { ClientConfig } from 'pg'
import { inject } from 'vitest'
import { closeHandle, openHandle, openPools, type Database, type Handle } from '#adapters/postgres/database.ts'
import { cloneTemplate, dropDatabase, onDatabase, renameDatabase, silent, type ClusterAddress } from './cluster.ts'

/** A migrated, empty database for one test file or one test. */
export type FreshDatabase = Database & {
  /** As the schema's owner, seeing all rows as the system does: for looking behind the scenes, never for the part under test. */
  readonly owner: Handle
  /** A URL that psql and child processes take; it logs in as the server's superuser or as DATABASE_URL's login. */
  readonly url: string
  /** Closes all handles and drops the database. */
  drop(): Promise<void>
  /** Closes all handles and keeps the database under a name, so that others can be cloned from it until the run ends. The first one of a name stays. */
  keep(as: string): Promise<void>
}

const OWNER_POOL = 4
const NAME_BYTES = 6

/** Makes a database of its own, cloned from the run's migrated template or from one that was kept. Call `drop()` when the test is done. */
export async function freshDatabase(kept?: string): Promise<FreshDatabase> {
  const address = await askForCluster()
  const name = `${address.prefix}_${randomBytes(NAME_BYTES).toString('hex')}`
  await cloneTemplate(address, name, kept === undefined ? address.templateName : nameOfKept(address, kept))
  const connections = {
    gongshu_owner: onDatabase(address.template.gongshu_owner, name),
    gongshu_app: onDatabase(address.template.gongshu_app, name),
    gongshu_audit: onDatabase(address.template.gongshu_audit, name),
  }
  const pools = openPools(connections, silent)
  const owner = openHandle(asSystem(connections.gongshu_owner), OWNER_POOL, silent)
  const close = async () => {
    await Promise.all([pools.close(), closeHandle(owner)])
  }
  return {
    ...pools,
    owner,
    url: urlOf(onDatabase(address.maker, name)),
    close,
    drop: async () => {
      await close()
      await dropDatabase(address, name)
    },
    keep: async (as) => {
      await close()
      if (!(await renameDatabase(address, name, nameOfKept(address, as)))) await dropDatabase(address, name)
    },
  }
}

function nameOfKept(address: ClusterAddress, kept: string): string {
  return `${address.prefix}_kept_${kept}`
}

let answer: Promise<ClusterAddress> | undefined

/** The run's cluster, asked for once in each worker. */
function askForCluster(): Promise<ClusterAddress> {
  answer ??= new Promise((resolve, reject) => {
    let said = ''
    connect(inject('databaseDoor'))
      .on('data', (chunk) => {
        said += chunk.toString()
      })
      .once('error', reject)
      .once('end', () => {
        const value: ClusterAddress | { error: string } = JSON.parse(said)
        if ('error' in value) reject(new Error(value.error))
        else resolve(value)
      })
  })
  return answer
}

function asSystem(config: ClientConfig): ClientConfig {
  return { ...config, options: `${config.options ?? ''} -c gongshu.reader=system` }
}

function urlOf(config: ClientConfig): string {
  if (config.connectionString !== undefined) return config.connectionString
  const [user, password, host] = [config.user ?? '', String(config.password), config.host ?? ''].map(encodeURIComponent)
  return `postgresql://${user}:${password}@/${config.database ?? ''}?host=${host}&port=${config.port ?? ''}`
}
