import { dirname, join, resolve as resolvePath } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import type { EmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import type { StorageLog } from '#adapters/postgres/storage-error.ts'
import { embeddedDataDir, readConfig } from '#apps/api/config.ts'
import type { ServerConfig } from '#apps/api/config.ts'
import type { RunningServer } from '#apps/api/main.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

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
 * Starts the database beside the screens, then counterparties, server and worker; what was started is stopped again where
 * a later part fails. In the demonstration the integrated platform and the trusted data space are reference counterparties; in
 * production they are what GONGSHU_INTEGRATED_PLATFORM and GONGSHU_TRUSTED_SPACE name, without which their receipts are
 * entered by hand. The other outside platforms (docs/ports) are reached where the environment gives their addresses.
 */
export async function startEverything({ env, screens, print }: StartOptions): Promise<Started> {
  const config = configOf(env)
  let silent = false
  // A signal of the terminal reaches the database's process as well: that it then ends is no news.
  const tell = (line: string) => (silent ? undefined : print(line))
  const log = storageLog(tell)
  const { embedded } = config.databaseUrl === null ? await begunDatabase(config, log) : { embedded: null }
  try {
    const [{ startParts }] = await Promise.all([import('./start-parts.ts'), screens ? buildScreensIfNeeded() : null])
    return await startParts(config, { env, log, tell, stopping: () => void (silent = true), embedded })
  } catch (error) {
    await embedded?.then((one) => one.stop(), () => undefined)
    throw error
  }
}

/** The platform's own database as soon as its process has begun: it comes up while the rest is loaded, which leaves no turn to a beginning. */
async function begunDatabase(config: ServerConfig, log: StorageLog): Promise<{ embedded: Promise<EmbeddedPostgres> }> {
  let begun = (): void => undefined
  const began = new Promise<void>((resolve) => { begun = resolve })
  const embedded = startEmbeddedPostgres({ dataDir: embeddedDataDir(config), log, begun: () => begun() })
  await Promise.race([began, embedded])
  return { embedded }
}

/** Data beside the checkout, and the master key beside the data: who copies the data away does not have the key. */
export function configOf(env: StartOptions['env']): ServerConfig {
  const dataDir = resolvePath(env['GONGSHU_DATA'] ?? join(ROOT, 'data'))
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
