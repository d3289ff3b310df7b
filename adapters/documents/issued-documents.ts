import { sql } from '#adapters/postgres/kysely.ts'
import type { DocumentKind } from '#core/pack/document-format.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'

export type IssuedDocument = {
  id: string
  kind: DocumentKind
  title: string
  number: string | null
  issuer: string
  issued_on: string
  rests_on: string
  files: { format: 'docx' | 'pdf'; sha256: string; sm3: string; size: number }[]
  /** Why the files could not be drawn yet, in the words of the last try; null where nothing went wrong. */
  problem: string | null
}

/** The documents that a case has issued, in the order of the acts that issued them. */
export async function documentsOfCase(tx: Tx, caseId: string): Promise<IssuedDocument[]> {
  const rows = await tx.selectFrom('issued_document as issued').leftJoin('document_to_draw as waiting', 'waiting.document_id', 'issued.id')
    .select(['issued.id', 'issued.kind', 'issued.title', 'issued.number', 'issued.issuer', 'issued.issued_on', 'issued.text', 'waiting.last_error'])
    .where('issued.case_id', '=', caseId).orderBy('issued.seq').orderBy('issued.document').execute()
  if (rows.length === 0) return []
  const names = await organizationNames(tx, rows.map((row) => row.issuer))
  const files = await tx.selectFrom('document_file').select(['document_id', 'format', 'sha256', 'sm3', sql<number>`octet_length(bytes)`.as('size')])
    .where('document_id', 'in', rows.map((row) => row.id)).orderBy('format').execute()
  return rows.map(({ text, issuer, last_error: problem, ...row }) => ({
    ...row, issuer: names.get(issuer) ?? issuer, rests_on: text.rests_on, problem,
    files: files.filter((file) => file.document_id === row.id).map(({ document_id: _of, ...file }) => file),
  }))
}

/** The bytes of a document's file, or null while it is not drawn. */
export async function readDocumentFile(tx: Tx, id: string, format: 'docx' | 'pdf'): Promise<Buffer | null> {
  const row = await tx.selectFrom('document_file').select('bytes').where('document_id', '=', id).where('format', '=', format).executeTakeFirst()
  return row === undefined ? null : Buffer.from(row.bytes)
}
