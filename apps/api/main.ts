import type { StorageLog } from '#adapters/postgres/storage-error.ts'
import { openDuties } from '#adapters/cases/duties.ts'
import { letTimePass } from '#adapters/cases/time-acts.ts'
import type { ServerConfig } from './config.ts'
import { openPlatform } from './platform.ts'
import type { Platform, PlatformOptions } from './platform.ts'
import { buildServer } from './server.ts'
import type { ApiServer } from './server.ts'

export type RunningServer = {
  readonly url: string
  readonly platform: Platform
  readonly server: ApiServer
  /** Answers what is under way, then closes everything in the reverse order. */
  stop(): Promise<void>
}

/** How often the platform looks whether days have ended, ms. */
const TIME_MS = 60_000

/** Opens the platform and listens. The demonstration's password is printed, for it is public. */
export async function startServer(config: ServerConfig, options: PlatformOptions): Promise<RunningServer> {
  const platform = await openPlatform(config, options)
  try {
    const server = await buildServer(platform)
    const time = keepTime(platform, options.log)
    await server.listen({ host: config.host, port: config.port })
    const address = server.server.address()
    const port = typeof address === 'object' && address !== null ? address.port : config.port
    const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
    options.log.info(`公枢已启动：${url}`)
    if (config.demonstration !== null) options.log.info(`演示环境：全部演示账号的口令为 ${config.demonstration.password}，账号见登录页。`)
    return {
      url,
      platform,
      server,
      stop: async () => {
        await time.stop()
        await server.close()
        await platform.close()
      },
    }
  } catch (error) {
    await platform.close()
    throw error
  }
}

/** Lets time pass at the start, for days that ended while the platform was down, and then each minute. */
function keepTime(platform: Platform, log: StorageLog): { stop(): Promise<void> } {
  let underWay: Promise<void> = Promise.resolve()
  const pass = async () => {
    try {
      const { refused } = await letTimePass(platform)
      await openDuties(platform)
      if (refused.length > 0) log.warn(`有${refused.length}个事项的期限处理未被接受：${refused.slice(0, REFUSALS_SHOWN).map((one) => `${one.case_id} ${one.code}`).join('、')}`)
    } catch (error) {
      log.error(`期限处理失败，一分钟后重试：${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const next = () => {
    underWay = underWay.then(pass)
  }
  next()
  const timer = setInterval(next, TIME_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      await underWay
    },
  }
}

const REFUSALS_SHOWN = 20
