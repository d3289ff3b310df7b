import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor } from '#core/procedure/case-state.ts'
import { readConfig } from '#apps/api/config.ts'
import { openPlatform } from '#apps/api/platform.ts'
import type { Platform } from '#apps/api/platform.ts'
import { silent } from '#tests/support/cluster.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'

/** The platform as the server opens it, without its doors, over a database of its own. */
export type PlatformScene = { platform: Platform; database: FreshDatabase; close(): Promise<void> }

export async function openScene(): Promise<PlatformScene> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gongshu-scene-'))
  const database = await freshDatabase()
  const platform = await openPlatform(readConfig({ GONGSHU_DATA: dataDir }), { log: silent, database })
  return {
    platform,
    database,
    close: async () => {
      await platform.close()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Persons of the demonstration city, by what they do in these stories. */
export const ACTORS = {
  drafter: { person: 'zx-liu', organization: 'big-data-centre', offices: ['implementing-agency'] },
  colleague: { person: 'zx-sun', organization: 'big-data-centre', offices: ['implementing-agency'] },
  manager: { person: 'czb-wang', organization: 'city-operations-office', offices: ['public-data-manager'] },
  authority: { person: 'dsj-zhang', organization: 'data-bureau', offices: ['data-authority', 'price-authority'] },
  neighbour: { person: 'jyzx-shi', organization: 'neighbour-big-data-centre', offices: ['implementing-agency', 'data-provider'] },
} satisfies Record<string, Actor>
