import { randomBytes } from 'node:crypto'
import { DatabaseError, escapeIdentifier, type Client, type ClientConfig } from 'pg'
import { MAINTENANCE_DATABASE, startEmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import { migrate } from '#adapters/postgres/migrate.ts'
import { connectionsOf, connectionsOfUrl, grantClone, prepareEmbedded, prepareExternal, withClient, type Connections } from '#adapters/postgres/prepare.ts'

/** What a test process needs to make and reach databases: how to connect as each role, with the template's name in it. */
export type ClusterAddress = {
  /** Connects to the maintenance database with the right to make databases. */
  maker: ClientConfig
  /** Connections to the template; the same with another database's name reach a clone of it. */
  template: Connections
  templateName: string
  /** Begins the name of every database of this run. */
  prefix: string
}

export type TestCluster = { address: ClusterAddress; stop(): Promise<void> }

/** A log that shows only what went wrong. */
export const silent = { info: () => undefined, warn: () => undefined, error: console.error }

/** The cluster of one test run: embedded in `directory`, or the server of DATABASE_URL where that is set. */
export async function startCluster(directory: string): Promise<TestCluster> {
  const url = process.env['DATABASE_URL']
  const prefix = `gongshu_test_${randomBytes(4).toString('hex')}`
  return url === undefined || url === '' ? startInside(directory, prefix) : useExternal(url, prefix)
}

async function startInside(directory: string, prefix: string): Promise<TestCluster> {
  const embedded = await startEmbeddedPostgres({ dataDir: directory, log: silent, ballast: false })
  try {
    const templateName = `${prefix}_template`
    const template = await prepareEmbedded(embedded, templateName)
    await migrate(template.gongshu_owner)
    return {
      address: { maker: embedded.connection('superuser', MAINTENANCE_DATABASE), template: connectionsOf(embedded, templateName), templateName, prefix },
      stop: () => embedded.stop(),
    }
  } catch (error) {
    await embedded.stop()
    throw error
  }
}

async function useExternal(url: string, prefix: string): Promise<TestCluster> {
  const templateName = `${prefix}_template`
  const maker = { connectionString: url }
  await withClient(maker, (client) => client.query(`create database ${escapeIdentifier(templateName)}`))
  const templateUrl = urlOfDatabase(url, templateName)
  const template = await prepareExternal(templateUrl)
  await migrate(template.gongshu_owner)
  return {
    address: { maker, template: connectionsOfUrl(templateUrl), templateName, prefix },
    stop: () => withClient(maker, (client) => dropAll(client, prefix)),
  }
}

/** The same server and login, another database. */
export function urlOfDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

/** Clones the template, or another database that nobody is connected to, as `name`; the privileges on a database itself are not cloned. */
export async function cloneTemplate(address: ClusterAddress, name: string, from = address.templateName): Promise<void> {
  await withClient(address.maker, async (client) => {
    await client.query(`create database ${escapeIdentifier(name)} template ${escapeIdentifier(from)}`)
    await grantClone(client, name)
  })
}

/** The same way to connect, to another database. */
export function onDatabase(config: ClientConfig, database: string): ClientConfig {
  return config.connectionString === undefined ? { ...config, database } : { ...config, connectionString: urlOfDatabase(config.connectionString, database) }
}

const ALREADY_THERE = '42P04'

/** Renames a database that nobody is connected to; false, and nothing happens, where there is one of that name already. */
export async function renameDatabase(address: ClusterAddress, name: string, to: string): Promise<boolean> {
  return withClient(address.maker, async (client) => {
    try {
      await client.query(`alter database ${escapeIdentifier(name)} rename to ${escapeIdentifier(to)}`)
      return true
    } catch (error) {
      if (error instanceof DatabaseError && error.code === ALREADY_THERE) return false
      throw error
    }
  })
}

/** Drops a database of this run, cutting what is still connected to it. */
export async function dropDatabase(address: ClusterAddress, name: string): Promise<void> {
  await withClient(address.maker, (client) => client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`))
}

async function dropAll(client: Client, prefix: string): Promise<void> {
  const mine = await client.query<{ datname: string }>('select datname from pg_database where starts_with(datname, $1)', [prefix])
  for (const { datname } of mine.rows) await client.query(`drop database if exists ${escapeIdentifier(datname)} with (force)`)
}
