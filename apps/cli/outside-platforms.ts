import { join } from 'node:path'
import { trustedSpaceSchema } from '#adapters/ports/trusted-space.ts'
import type { TrustedSpace } from '#adapters/ports/trusted-space.ts'
import type { ServerConfig } from '#apps/api/config.ts'
import { trustedSpaceOf } from '#apps/worker/ports.ts'
import { fillInbox } from '../../demo/start/inbox-files.ts'
import type { InboxFile } from '../../demo/start/inbox-files.ts'
import { startCounterparty, startRecordKeeper } from './counterparty.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The outside platforms that run with a start: their addresses, what lies ready in the one's inbox, and how they end. */
export type OutsidePlatforms = {
  /** Null: its receipts are entered by hand. */
  integratedPlatform: string | null
  trustedSpace: TrustedSpace | null
  files: InboxFile[]
  /** Resolves with what to tell when a stand-in ended by itself. */
  died: Promise<string>
  stop(): Promise<void>
}

const PLATFORM_URL = 'GONGSHU_INTEGRATED_PLATFORM'
const SPACE_REGISTRATION = 'GONGSHU_TRUSTED_SPACE'
const NAMES = { integratedPlatform: '市一体化政务大数据平台', trustedSpace: '城市可信数据空间' } as const
type StandIn = keyof typeof NAMES
const SETTINGS: Readonly<Record<StandIn, string>> = { integratedPlatform: PLATFORM_URL, trustedSpace: SPACE_REGISTRATION }

/** The outside platforms whose parts the demonstration plays itself, by their names: those to which no setting leads. */
export function standInsOf(config: Pick<ServerConfig, 'demonstration'>, env: Environment): string[] {
  return Object.entries(NAMES).flatMap(([one, name]) => (isPlayed(one as StandIn, config, env) ? [name] : [])) // its own keys
}

function isPlayed(one: StandIn, { demonstration }: Pick<ServerConfig, 'demonstration'>, env: Environment): boolean {
  return demonstration !== null && (env[SETTINGS[one]] ?? '') === ''
}

/** Reaches the outside platforms that the environment names; in the demonstration starts a stand-in for each of the others. */
export async function outsidePlatforms(config: ServerConfig, env: Environment): Promise<OutsidePlatforms> {
  const [platform, space] = await Promise.allSettled([integratedPlatform(config, env), trustedSpace(config, env)])
  const stop = async () => {
    for (const one of [platform, space]) if (one.status === 'fulfilled') await one.value.stop()
  }
  if (platform.status === 'fulfilled' && space.status === 'fulfilled') {
    return { integratedPlatform: platform.value.address, trustedSpace: space.value.registered, files: platform.value.files, died: Promise.race([platform.value.died, space.value.died]), stop }
  }
  await stop()
  throw platform.status === 'rejected' ? platform.reason : space.status === 'rejected' ? space.reason : new Error('nothing failed')
}

const NEVER = { died: new Promise<string>(() => undefined), stop: async () => undefined }

async function integratedPlatform(config: ServerConfig, env: Environment) {
  const address = (env[PLATFORM_URL] ?? '').replace(/\/$/, '')
  if (!isPlayed('integratedPlatform', config, env)) return { ...NEVER, address: address === '' ? null : address, files: [] }
  const inbox = join(config.dataDir, 'counterparty', 'inbox')
  const files = await fillInbox(inbox)
  const counterparty = await startCounterparty(join(config.dataDir, 'counterparty', 'state'), inbox)
  return { address: counterparty.address, files, died: counterparty.ended.then(() => ended('integratedPlatform')), stop: () => counterparty.stop() }
}

/** A stand-in tells its own number and keys, which a real space sends by letter. */
async function trustedSpace(config: ServerConfig, env: Environment) {
  if (!isPlayed('trustedSpace', config, env)) return { ...NEVER, registered: await trustedSpaceOf(env) }
  const counterparty = await startRecordKeeper('demo/counterparties/trusted-space.ts', join(config.dataDir, 'counterparty', 'trusted-space'))
  const told: unknown = await (await fetch(`${counterparty.address}/v1/space`)).json()
  return { registered: trustedSpaceSchema.parse({ ...(told as object), address: counterparty.address }), died: counterparty.ended.then(() => ended('trustedSpace')), stop: () => counterparty.stop() } // checked by the schema
}

function ended(one: StandIn): string {
  return `参考对接平台（${NAMES[one]}）的进程已结束`
}
