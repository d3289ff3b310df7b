import type { Generated } from 'kysely'
import type { DocumentText } from '#core/document/document-text.ts'
import type { DocumentKind } from '#core/pack/document-format.ts'

export type IssuedDocumentTable = {
  id: string
  case_id: string
  seq: number
  branch: string
  document: string
  kind: DocumentKind
  title: string
  number: string | null
  issuer: string
  issued_on: string
  text: DocumentText
  text_sha256: string
  at: Generated<Date>
}

export type DocumentFileTable = {
  document_id: string
  format: 'docx' | 'pdf'
  sha256: string
  sm3: string
  bytes: Uint8Array
  at: Generated<Date>
}

export type DocumentToDrawTable = { document_id: string; attempts: Generated<number>; next_at: Generated<Date>; last_error: string | null }

/** The tables of migration 0040, by name. */
export type DocumentTables = {
  issued_document: IssuedDocumentTable
  document_file: DocumentFileTable
  document_to_draw: DocumentToDrawTable
}
