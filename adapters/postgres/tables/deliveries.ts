import type { ColumnType, Generated, JSONColumnType } from 'kysely'

/** A data source of a provider. The account is sealed; the rest is no secret. */
export type DataSourceTable = {
  id: string
  organization: string
  kind: 'postgresql' | 'mysql' | 's3'
  title: string
  host: string
  port: number
  settings: JSONColumnType<object>
  sealed_account: Uint8Array
  wrapped_key: Uint8Array
  registered_by: string
  registered_on: string
  ended_on: string | null
}

/** A host and port that data may be fetched from. */
export type SourceHostTable = { host: string; port: number; allowed_by: string; allowed_at: Generated<Date> }

export const deliveryStates = ['receiving', 'received', 'looking', 'awaiting-confirmation', 'taking-in', 'taken-in', 'refused', 'abandoned'] as const
export type DeliveryState = (typeof deliveryStates)[number]

type Written = ColumnType<object | null, string | null, string | null>

export type DeliveryTable = {
  id: string
  case_id: string
  task: string
  entry: string
  fields: JSONColumnType<string[]>
  /** Of migration 0066: absent where the file stands for itself. */
  delta: Written
  organization: string
  begun_by: string
  begun_at: Generated<Date>
  changed_at: Generated<Date>
  source: string | null
  place: Written
  name: string
  bytes: number | null
  fingerprint: string | null
  state: DeliveryState
  failure: Written
  look: Written
  confirmed: Written
  confirmed_by: string | null
  confirmed_on: string | null
  version: string | null
  taken_in_at: Date | null
}

/** The tables of migration 0059, by name. */
export type DeliveryTables = { data_source: DataSourceTable; source_host: SourceHostTable; delivery: DeliveryTable }
