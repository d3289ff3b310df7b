import { access } from 'node:fs/promises'
import { ConfigRefused } from '#apps/api/config.ts'
import type { ServerConfig } from '#apps/api/config.ts'
import { openPlatform } from '#apps/api/platform.ts'
import type { Platform } from '#apps/api/platform.ts'

/**
 * Opens the platform of a data folder without serving it, does one thing and closes it again. What the database says of being
 * closed is no news to who asked for the thing.
 */
export async function withStoppedPlatform<T>(config: ServerConfig, print: (line: string) => void, work: (platform: Platform) => Promise<T>): Promise<T> {
  let closing = false
  const tell = (line: string) => (closing ? undefined : print(line))
  const platform = await openPlatform(config, { log: { info: () => undefined, warn: tell, error: print } })
  try {
    return await work(platform)
  } finally {
    closing = true
    await platform.close()
  }
}

/** The settings, where their data folder is there: a mistyped folder must not become an empty city in which nothing is wrong. @throws ConfigRefused */
export async function existing(config: ServerConfig): Promise<ServerConfig> {
  try {
    await access(config.dataDir)
  } catch (error) {
    throw new ConfigRefused(`没有数据目录 ${config.dataDir}。请核对 GONGSHU_DATA。`, { cause: error })
  }
  return config
}
