import type { Generated, GeneratedAlways } from 'kysely'

export type OrganizationKind = 'government' | 'public-institution' | 'enterprise' | 'partnership' | 'other'

export type OrganizationTable = {
  id: string
  name: string
  credit_code: string | null
  kind: OrganizationKind
  legal_person: boolean
  region: string
  sector: string | null
  demonstration: boolean
  created_at: Generated<Date>
}

export type OfficeHoldingTable = {
  id: GeneratedAlways<number>
  organization: string
  office: string
  region: string
  fixed: boolean
  decision_number: string
  decided_on: string
  from_date: string
  until_date: string | null
}

export type PersonTable = {
  id: string
  organization: string
  name: string
  login: string
  demonstration: boolean
  disabled_at: Date | null
  created_at: Generated<Date>
}

export type PersonOfficeTable = { person: string; office: string }

export type CredentialTable = { person: string; password_hash: string; changed_at: Generated<Date>; must_change: Generated<boolean> }

export type SessionTable = { token_sha256: Uint8Array; person: string; started_at: Date; seen_at: Date }

export type LoginAttemptTable = { id: GeneratedAlways<number>; login_sha256: Uint8Array; address: string; succeeded: boolean; at: Date }

export type AttachmentUploadTable = { sha256: string; organization: string; name: string; uploaded_by: string; at: Generated<Date> }

/** The tables of migration 0030, by name. */
export type IdentityTables = {
  organization: OrganizationTable
  office_holding: OfficeHoldingTable
  person: PersonTable
  person_office: PersonOfficeTable
  credential: CredentialTable
  session: SessionTable
  login_attempt: LoginAttemptTable
  attachment_upload: AttachmentUploadTable
}
