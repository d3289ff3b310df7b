import { readFile } from 'node:fs/promises'
import type { Kysely } from 'kysely'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import { integratedPlatformPort } from '#adapters/ports/integrated-platform.ts'
import type { Port } from '#adapters/ports/port.ts'
import { RECORD_PLATFORMS, recordPlatformPort } from '#adapters/ports/record-platform.ts'
import type { RecordPlatformName } from '#adapters/ports/record-platform.ts'
import { trustedSpaceSchema } from '#adapters/ports/trusted-space.ts'
import type { TrustedSpace } from '#adapters/ports/trusted-space.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { trustedSpacePort } from '#capabilities/operation/trusted-space/hand-over.job.ts'
import { vaultPort } from '#capabilities/supervision/exit/vault.job.ts'
import { directSupplyPort } from '#capabilities/supply/deliveries/direct-supply.job.ts'
import { takeIn } from '#capabilities/supply/deliveries/take-in.job.ts'

/** What ports need of a running platform. */
export type PortParts = {
  db: Kysely<Tables>
  evidence: Committer
  clock: LegalClock
  operation: { vault: Vault; schemas: ReadonlyMap<string, TableSchema> }
}

/** The outside platforms that this city has an interface to; one without is entered by hand (人工录入). */
export type PortAddresses = { integratedPlatform: string | null; records: Partial<Record<RecordPlatformName, string>>; trustedSpace?: TrustedSpace | null }

/** Every port that the outbox may send through, by the name that packs use. */
export function openPorts(platform: PortParts, addresses: PortAddresses, failpoint: (name: string) => Promise<void> | void): Readonly<Record<string, Port>> {
  const { db, operation, evidence, clock } = platform
  const taking = { db, vault: operation.vault, schemaOf: (dataset: string) => operation.schemas.get(dataset), today: () => clock.today(db), now: clock.now }
  return {
    vault: vaultPort({ db, vault: operation.vault, committer: evidence, now: clock.now, failpoint }),
    'integrated-platform': directSupplyPort(db, addresses.integratedPlatform === null ? null : integratedPlatformPort(addresses.integratedPlatform, (message, expected, file) => takeIn(taking, message, expected, file))),
    ...(addresses.trustedSpace ? { 'trusted-space': trustedSpacePort({ db, vault: operation.vault, committer: evidence, clock, space: addresses.trustedSpace, failpoint }) } : {}),
    ...Object.fromEntries(recordPlatforms(addresses.records).map(([name, address]) => [name, recordPlatformPort(RECORD_PLATFORMS[name], address, () => clock.today(db))])),
  }
}

const NAMES = Object.keys(RECORD_PLATFORMS) as RecordPlatformName[] // the keys of a literal

function recordPlatforms(addresses: PortAddresses['records']): [RecordPlatformName, string][] {
  return NAMES.flatMap((name) => (addresses[name] === undefined ? [] : [[name, addresses[name]]]))
}

/** The addresses that the environment gives: `GONGSHU_CREDIT_LIST` for the port `credit-list`, and so on. */
export function recordPlatformAddresses(env: Readonly<Record<string, string | undefined>>): PortAddresses['records'] {
  return Object.fromEntries(NAMES.flatMap((name) => {
    const address = env[`GONGSHU_${name.toUpperCase().replaceAll('-', '_')}`]
    return address === undefined || address === '' ? [] : [[name, address.replace(/\/$/, '')]]
  }))
}

const SPACE_REGISTRATION = 'GONGSHU_TRUSTED_SPACE'

/**
 * The city's trusted data space as the file of GONGSHU_TRUSTED_SPACE registers it: its number, address and public keys,
 * which come by letter and never by a message. Null where the city has none; its supplies are then entered by hand.
 *
 * @throws Error naming the file and what is wrong in it.
 */
export async function trustedSpaceOf(env: Readonly<Record<string, string | undefined>>): Promise<TrustedSpace | null> {
  const path = env[SPACE_REGISTRATION]
  if (path === undefined || path === '') return null
  const parsed = trustedSpaceSchema.safeParse(JSON.parse(await readFile(path, 'utf8')))
  if (!parsed.success) throw new Error(`${SPACE_REGISTRATION} 所指的文件 ${path} 应写明可信数据空间的编号、地址和两个 SM2 公钥：${parsed.error.issues.map(({ path: place }) => place.join('.')).join('、')} 有误。`)
  return parsed.data
}
