import type { Generated } from 'kysely'

export type JobTable = {
  id: string
  agreement: string
  organization: string
  author: string
  scenario: string
  purpose: string
  sql: string
  status: string
  failure: unknown
  tables: unknown
  verdict: string | null
  report: unknown
  columns: unknown
  row_count: number | null
  digest: string | null
  engine: string | null
  pack_digest: string
  wrapped_key: Uint8Array | null
  started_at: Generated<Date>
  elapsed_ms: number | null
  begun_at: Generated<Date | null>
  ended_at: Generated<Date | null>
  cancelled_by: Generated<string | null>
  /** When the process that holds an unfinished job last said so. */
  seen_at: Generated<Date>
  /** Migration 0060: what the result was made of; null where it came to none. */
  binding: Generated<unknown>
  /** Migration 0065: the signed note over the report; null where none was signed. */
  report_note: Generated<string | null>
}

export type ReleaseTable = {
  id: string
  job: string
  agreement: string
  organization: string
  title: string
  columns: unknown
  row_count: number
  digest: string
  case_id: string
  released_on: string
  /** Migration 0060; null for what left before it was kept. */
  binding: Generated<unknown>
  binding_digest: Generated<string | null>
  /** Migration 0061: the last day on which a waiver lets it be used; null where it needs none. */
  usable_until: Generated<string | null>
}

export type RederivationTable = {
  id: string
  release: string
  outcome: string
  findings: unknown
  asked_by: string
  asked_for: string
  legal_date: string
  at: Generated<Date>
  entry: string
}

export type ServiceKeyTable = {
  id: string
  subscription: string
  consumer: string
  key_sha256: Uint8Array
  hint: string
  made_at: Generated<Date>
  made_by: string
  revoked_at: Date | null
}

export type ServiceGrantTable = {
  subscription: string
  product: string
  consumer: string
  scenario: string
  purpose: string
  ends: string
  price: string
  quota: number
  used: Generated<number>
  case_id: string
}

export type RevokedAccessTable = { case_id: string; handle: string; kind: string; thing: string; revoked_on: string }

/** Migration 0061: what a provider let go to a trusted data space, and the receipt for it. */
export type SpaceSupplyTable = {
  id: string
  case_id: string
  space: string
  entry: string
  supply: string
  version: string
  provider: string
  fields: unknown
  row_filter: unknown
  purpose: string
  users: string
  uses: number
  ends: string
  approved_on: string
  state: Generated<string>
  row_count: Generated<number | null>
  sha256: Generated<string | null>
  sm3: Generated<string | null>
  receipt: Generated<unknown>
  refusal: Generated<string | null>
  settled_at: Generated<Date | null>
}

/** Migration 0058: the ledger of releases. */
export type LedgerSaltTable = { only_one: Generated<boolean>; salt: string }
export type JobEntitySetsTable = { job: string; sets: unknown }

/** Migration 0068: marks of earlier releases for another version of the engine. */
export type RenewedMarksTable = {
  id: string
  release: string
  how: string
  engine: string
  sets: unknown
  file: string | null
  decided_by: string | null
  document: string | null
  legal_date: string
  at: Generated<Date>
  entry: string
}

/** Migrations 0065 and 0067: what a provider asks for of outputs beyond the pack, version by version, and why. */
export type ProviderThresholdTable = { entry: string; version: number; provider: string; thresholds: unknown; reason: Generated<string>; set_by: string; set_on: string; at: Generated<Date> }

/** Migration 0069: jobs that the data held back, ends that wait for a person, and who has looked. */
export type HeldBackTryTable = { job: string; organization: string; statement: string; shape: string; causes: unknown; at: Generated<Date> }
export type WithheldEndTable = { job: string; organization: string; ended: unknown; at: Generated<Date> }
export type TriesLookedTable = { id: string; organization: string; looked_by: string; looked_for: string; note: string; tries: number; shown: number; legal_date: string; at: Generated<Date>; entry: string }

/** The tables of migrations 0021, 0058, 0060, 0061, 0065, 0068 and 0069, by name. */
export type EnvironmentTables = {
  job: JobTable
  release: ReleaseTable
  rederivation: RederivationTable
  space_supply: SpaceSupplyTable
  service_key: ServiceKeyTable
  service_grant: ServiceGrantTable
  revoked_access: RevokedAccessTable
  ledger_salt: LedgerSaltTable
  job_entity_sets: JobEntitySetsTable
  renewed_marks: RenewedMarksTable
  provider_threshold: ProviderThresholdTable
  held_back_try: HeldBackTryTable
  withheld_end: WithheldEndTable
  tries_looked: TriesLookedTable
}
