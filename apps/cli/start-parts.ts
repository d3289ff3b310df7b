import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failpointFrom } from '#adapters/failpoints/failpoint.ts'
import type { EmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import type { StorageLog } from '#adapters/postgres/storage-error.ts'
import type { ServerConfig } from '#apps/api/config.ts'
import { startServer } from '#apps/api/main.ts'
import { startDrawingLoop, startOutboxLoop } from '#apps/worker/main-loop.ts'
import { openPorts, recordPlatformAddresses } from '#apps/worker/ports.ts'
import { outsidePlatforms, standInsOf } from './outside-platforms.ts'
import { announce } from './announce.ts'
import type { Started } from './start.ts'

const READABLE = 0o644

export type PartsOptions = {
  env: Readonly<Record<string, string | undefined>>
  log: StorageLog
  /** What a person reads; nothing more once it stops. */
  tell(line: string): void
  stopping(): void
  /** The platform's own database, which comes up meanwhile; null where another is used. */
  embedded: Promise<EmbeddedPostgres> | null
}

/** Starts counterparties, server and worker; what was started is stopped again where a later part fails. */
export async function startParts(config: ServerConfig, { env, log, tell, stopping, embedded }: PartsOptions): Promise<Started> {
  const failpoint = failpointFrom(env, config.mode)
  const opened: (() => Promise<void>)[] = []
  const stop = async () => {
    stopping()
    for (const end of opened.splice(0).toReversed()) await end()
  }
  try {
    // Both take a second of their own: they start side by side.
    const [outside, server] = await bothStarted(outsidePlatforms(config, env), startServer({ ...config, standIns: standInsOf(config, env) }, { log, failpoint, ...(embedded === null ? {} : { embedded }) }))
    opened.push(() => outside.stop(), () => server.stop())
    const { files, died, integratedPlatform, trustedSpace } = outside
    const { platform } = server
    const ports = openPorts(platform, { integratedPlatform, trustedSpace, records: recordPlatformAddresses(env) }, failpoint)
    const worker = startOutboxLoop({ db: platform.db, office: platform.cases, ports, log: workerLog(tell), failpoint })
    opened.push(() => worker.stop())
    const drawing = startDrawingLoop({ db: platform.db, now: () => platform.clock.now(), evidence: platform.evidence, log: workerLog(tell) })
    opened.push(() => drawing.stop())
    const keysFile = join(config.dataDir, 'evidence-keys.txt')
    await writeFile(keysFile, `${server.platform.keys.publicKeys.join('\n')}\n`, { mode: READABLE })
    await announce({ config, server, files, space: trustedSpace?.space ?? null, inbox: join(config.dataDir, 'counterparty', 'inbox'), keysFile, print: tell })
    return { server, broken: died, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What both started; where one fails, the other is stopped again and the failure rises. */
async function bothStarted<A extends { stop(): Promise<void> }, B extends { stop(): Promise<void> }>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second])
  if (a.status === 'fulfilled' && b.status === 'fulfilled') return [a.value, b.value]
  for (const one of [a, b]) if (one.status === 'fulfilled') await one.value.stop()
  throw a.status === 'rejected' ? a.reason : b.status === 'rejected' ? b.reason : new Error('nothing failed')
}

function workerLog(print: (line: string) => void) {
  return { warn: (fields: object, text: string) => print(`注意：${text} ${JSON.stringify(fields)}`) }
}
