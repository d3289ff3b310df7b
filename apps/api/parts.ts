import type { Kysely } from 'kysely'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'
import type { CaseOffice, OfficeHolders } from '#adapters/cases/case-office.ts'
import type { Offered } from '#adapters/cases/capability-port.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { EvidenceLog } from '#adapters/evidence/evidence-log.ts'
import type { SigningKeys } from '#adapters/evidence/signing-keys.ts'
import type { Person } from '#adapters/identity/persons.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { ServerConfig } from './config.ts'
import type { Operation } from './operation.ts'

/** Everything that routes work with; made by `openPlatform`, handed to each route file. */
export type ApiParts = {
  config: ServerConfig
  db: Kysely<Tables>
  packs: PackLibrary
  calendar: WorkingCalendar
  clock: LegalClock
  evidence: EvidenceLog
  keys: SigningKeys
  offered: Offered
  cases: CaseOffice
  holders: OfficeHolders
  /** The data side: vault, isolated jobs, service desk. */
  operation: Operation
  city: string
  /** Where files are made that go out, such as evidence bundles. */
  temporaryDir: string
}

/** Reads as the person's organisation: row-level security shows the cases of which it is a party. Reads see one snapshot. */
export function readingAs<T>(parts: Pick<ApiParts, 'db'>, person: Person, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inTransaction(parts.db, { as: 'actor', actorOrganization: person.organization.id }, work, { isolation: 'repeatable read' })
}

/** Reads what no organisation owns: registers, names, drafts of the person. The caller limits what it shows. */
export function readingAsSystem<T>(parts: Pick<ApiParts, 'db'>, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inTransaction(parts.db, { as: 'system' }, work, { isolation: 'repeatable read' })
}
