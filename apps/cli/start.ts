import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { failpointFrom } from '#adapters/failpoints/failpoint.ts'
import { readConfig } from '#apps/api/config.ts'
import type { ServerConfig } from '#apps/api/config.ts'
import { startServer } from '#apps/api/main.ts'
import type { RunningServer } from '#apps/api/main.ts'
import { startDrawingLoop, startOutboxLoop } from '#apps/worker/main-loop.ts'
import { openPorts, recordPlatformAddresses } from '#apps/worker/ports.ts'
import { outsidePlatforms, standInsOf } from './outside-platforms.ts'
import { announce } from './announce.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const READABLE = 0o644

export type StartOptions = {
  env: Readonly<Record<string, string | undefined>>
  /** Whether the screens are built where they are missing or old. */
  screens: boolean
  /** What a person reads. */
  print: (line: string) => void
}

/** The platform with everything that belongs to it in this process and its children. */
export type Started = {
  readonly server: RunningServer
  /** Resolves with the reason when a part ended by itself. */
  readonly broken: Promise<string>
  stop(): Promise<void>
}

/**
 * Starts screens, counterparties, server and worker, in this order; what was started is stopped again where a later
 * part fails. In the demonstration the integrated platform and the trusted data space are reference counterparties; in
 * production they are what GONGSHU_INTEGRATED_PLATFORM and GONGSHU_TRUSTED_SPACE name, without which their receipts are
 * entered by hand. The other outside platforms
 * (docs/ports) are reached where the environment gives their addresses.
 */
export async function startEverything({ env, screens, print }: StartOptions): Promise<Started> {
  const config = configOf(env)
  const failpoint = failpointFrom(env, config.mode)
  if (screens) await buildScreensIfNeeded()
  const opened: (() => Promise<void>)[] = []
  let stopping = false
  // A signal of the terminal reaches the database's process as well: that it then ends is no news.
  const tell = (line: string) => (stopping ? undefined : print(line))
  const stop = async () => {
    stopping = true
    for (const end of opened.splice(0).toReversed()) await end()
  }
  try {
    // Both take a second of their own: they start side by side.
    const [outside, server] = await bothStarted(outsidePlatforms(config, env), startServer({ ...config, standIns: standInsOf(config, env) }, { log: storageLog(tell), failpoint }))
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
    await announce({ config, server, files, space: trustedSpace?.space ?? null, inbox: join(config.dataDir, 'counterparty', 'inbox'), keysFile, print })
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

/** Data beside the checkout, and the master key beside the data: who copies the data away does not have the key. */
export function configOf(env: StartOptions['env']): ServerConfig {
  const dataDir = resolve(env['GONGSHU_DATA'] ?? join(ROOT, 'data'))
  return readConfig({ ...env, GONGSHU_DATA: dataDir, GONGSHU_MASTER_KEY: env['GONGSHU_MASTER_KEY'] ?? join(dirname(dataDir), `${nameOf(dataDir)}.master-key`) })
}

function nameOf(path: string): string {
  return path.slice(dirname(path).length).replace(/^[\\/]/, '')
}

async function buildScreensIfNeeded(): Promise<void> {
  // Loaded only where it is needed: a build tool has no place in a running server.
  const { buildScreens } = await import('#tools/build-screens.ts')
  await buildScreens()
}

function storageLog(print: (line: string) => void) {
  return { info: () => undefined, warn: (text: string) => print(`注意：${text}`), error: (text: string) => print(`错误：${text}`) }
}

function workerLog(print: (line: string) => void) {
  return { warn: (fields: object, text: string) => print(`注意：${text} ${JSON.stringify(fields)}`) }
}
