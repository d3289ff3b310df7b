import type { Generated, GeneratedAlways } from 'kysely'
import type { JsonObject } from '#core/json.ts'

export type PackEditionTable = { digest: string; pack: string; version: number; compiled: unknown; loaded_at: Generated<Date> }

export type LegalCaseTable = {
  id: string
  number: string
  title: string
  procedure: string
  capability: string
  pack: string
  pack_version: number
  pack_digest: string
  seq: number
  status: string
  opened: string
  opened_by: string
  over: boolean
  preview: Generated<boolean>
  parties: unknown
  links: unknown
  changed_at: Generated<Date>
}

export type CaseEventTable = {
  case_id: string
  seq: number
  type: string
  bytes: Uint8Array
  sha256: Uint8Array
  entry_id: string
  person: string
  recorded_at: Generated<Date>
}

export type CasePartyTable = { organization: string; case_id: string; opened: string }

export type TaskTable = {
  case_id: string
  task: string
  step: string
  title: string
  branch: string
  office: string
  organization: string
  assignee: string | null
  opened_on: string
  due: string | null
  provisional: boolean
  open: boolean
  overdue_fired: Generated<boolean>
  /** The day of the next reminder. */
  remind_on: string | null
  outcome: string | null
  closed_on: string | null
  closed_by: string | null
}

export type CaseNumberTable = { mark: string; year: number; last: number }

export type CommandKeyTable = { person: string; key: string; body_sha256: Uint8Array; response: unknown; at: Generated<Date> }

export type RegisterRecordTable = {
  register: string
  key: string
  version: number
  record: JsonObject
  from_date: string
  ended_on: string | null
  ended_because: string | null
  current: boolean
  case_id: string
}

export type StandingTable = {
  kind: string
  id: string
  state: string
  under: string | null
  since: string
  reason: string | null
  provision: string | null
  case_id: string
}

export type StandingChangeTable = {
  id: GeneratedAlways<number>
  kind: string
  thing: string
  state: string
  since: string
  reason: string | null
  provision: string | null
  case_id: string
  handle: string
  at: Generated<Date>
}

export type NoticeTable = {
  id: string
  organization: string
  office: string
  case_id: string
  task: string | null
  notice: string
  text: string
  legal_date: string
  at: Generated<Date>
  received_by: string | null
  received_at: Date | null
}

export type PublicationTable = {
  id: string
  kind: string
  title: string
  body: JsonObject
  legal_date: string
  case_id: string
  at: Generated<Date>
}

export type OutboxTable = {
  id: string
  case_id: string
  handle: string
  port: string
  action: string
  payload: JsonObject
  concludes: string | null
  branch: string
  state: string
  attempts: Generated<number>
  next_at: Generated<Date>
  last_error: string | null
  result: unknown
}

export type DutyPeriodTable = { duty: string; pack: string; period: string; case_id: string }

export type AttachmentTable = {
  sha256: string
  sm3: string
  name: string
  media_type: string
  size: number
  bytes: Uint8Array
  uploaded_by: string
  organization: string
  at: Generated<Date>
}

export type DraftTable = { person: string; key: string; body: JsonObject; saved_at: Generated<Date> }

export type CityClockTable = { only_one: Generated<boolean>; today: string }

/** The tables of migration 0001, by name. */
export type CaseTables = {
  pack_edition: PackEditionTable
  legal_case: LegalCaseTable
  case_event: CaseEventTable
  case_party: CasePartyTable
  task: TaskTable
  case_number: CaseNumberTable
  command_key: CommandKeyTable
  register_record: RegisterRecordTable
  standing: StandingTable
  standing_change: StandingChangeTable
  notice: NoticeTable
  publication: PublicationTable
  outbox: OutboxTable
  duty_period: DutyPeriodTable
  attachment: AttachmentTable
  draft: DraftTable
  city_clock: CityClockTable
}
