import type { CaseTables } from './tables/cases.ts'
import type { DeliveryTables } from './tables/deliveries.ts'
import type { DocumentTables } from './tables/documents.ts'
import type { DelegationTables } from './tables/delegations.ts'
import type { EnvironmentTables } from './tables/environment.ts'
import type { EvidenceTables } from './tables/evidence.ts'
import type { IdentityTables } from './tables/identity.ts'
import type { MetaTables } from './tables/meta.ts'
import type { ProtectionTables } from './tables/protection.ts'
import type { ScheduleTables } from './tables/schedules.ts'
import type { VaultTables } from './tables/vault.ts'

/** All tables of the database; each area declares its own beside `tables/meta.ts` and is merged in here. */
export type Tables = MetaTables & CaseTables & DelegationTables & EvidenceTables & VaultTables & EnvironmentTables & IdentityTables & DocumentTables & ProtectionTables & DeliveryTables & ScheduleTables
