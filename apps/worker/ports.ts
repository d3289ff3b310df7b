import { integratedPlatformPort } from '#adapters/ports/integrated-platform.ts'
import type { Port } from '#adapters/ports/port.ts'
import { vaultPort } from '#capabilities/supervision/exit/vault.job.ts'
import { takeIn } from '#capabilities/supply/deliveries/take-in.job.ts'
import type { Platform } from '#apps/api/platform.ts'

/** The outside platforms that this city has an interface to; one without is entered by hand (人工录入). */
export type PortAddresses = { integratedPlatform: string | null }

/** Every port that the outbox may send through, by the name that packs use. */
export function openPorts(platform: Platform, addresses: PortAddresses, failpoint: (name: string) => Promise<void> | void): Readonly<Record<string, Port>> {
  const { db, operation, evidence, clock } = platform
  const taking = { db, vault: operation.vault, schemaOf: (dataset: string) => operation.schemas.get(dataset) }
  return {
    vault: vaultPort({ db, vault: operation.vault, committer: evidence, now: clock.now, failpoint }),
    ...(addresses.integratedPlatform === null
      ? {}
      : { 'integrated-platform': integratedPlatformPort(addresses.integratedPlatform, (message, expected, file) => takeIn(taking, message, expected, file)) }),
  }
}
