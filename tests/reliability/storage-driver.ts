/**
 * A platform that has only its storage, as a process of its own, so that tests can kill it. Takes one argument, a JSON
 * of `DriverOrders`; prints one line of JSON when the server is up, then one number for each row acknowledged.
 */
import { Client } from 'pg'
import { MAINTENANCE_DATABASE, startEmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'

export type DriverOrders = {
  dataDir: string
  packageDirectory?: string
  barNamespaces?: boolean
  /** Become this ordinary user before starting; only root can. */
  become?: number
  /** Write rows until killed; otherwise wait for SIGTERM. */
  write?: boolean
}

export type DriverReport = { account: string; uid: number; startMs: number; socketDir: string } | { code: string; message: string }

async function main(orders: DriverOrders): Promise<void> {
  if (orders.become !== undefined) {
    process.setgroups?.([])
    process.setgid?.(orders.become)
    process.setuid?.(orders.become)
  }
  const since = performance.now()
  const embedded = await startEmbeddedPostgres({
    dataDir: orders.dataDir,
    log: { info: console.error, warn: console.error, error: console.error },
    ...(orders.packageDirectory === undefined ? {} : { packageDirectory: orders.packageDirectory }),
    barNamespaces: orders.barNamespaces === true,
    ballast: false,
  })
  const startMs = Math.round(performance.now() - since)
  process.once('SIGTERM', () => void embedded.stop().then(() => process.exit(0)))
  say({ account: embedded.account, uid: process.getuid?.() ?? 0, startMs, socketDir: embedded.socketDir })
  if (orders.write !== true) return
  const client = new Client(embedded.connection('superuser', MAINTENANCE_DATABASE))
  client.on('error', () => undefined)
  await client.connect()
  await client.query('create table if not exists written (n bigint)')
  for (let n = 1; ; n += 1) {
    await client.query('insert into written values ($1)', [n])
    process.stdout.write(`${n}\n`)
  }
}

function say(report: DriverReport): void {
  process.stdout.write(`${JSON.stringify(report)}\n`)
}

const [text = '{}'] = process.argv.slice(2)
// Orders come from the test beside this file.
const orders = JSON.parse(text) as DriverOrders
main(orders).catch((error: unknown) => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unexpected'
  say({ code, message: error instanceof Error ? error.message : String(error) })
  process.exit(1)
})
