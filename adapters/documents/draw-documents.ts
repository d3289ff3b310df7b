import { sql } from '#adapters/postgres/kysely.ts'
import type { Kysely } from 'kysely'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { DocumentText } from '#core/document/document-text.ts'
import { toHex } from '#core/evidence/hash-function.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { sha256, sm3 } from '#adapters/evidence/node-hashes.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'

export type DrawingParts = { db: Kysely<Tables>; now: () => Date; evidence: { poke(): void }; log: { warn(fields: object, message: string): void } }

const FIRST_PAUSE_MS = 1_000
const LAST_PAUSE_MS = 600_000 // ten minutes, as for outside platforms

/** Draws the files of every issued document that waits, oldest first, and answers how many were drawn. */
export async function drawDocuments(parts: DrawingParts): Promise<number> {
  let count = 0
  while (await drawNext(parts)) count += 1
  if (count > 0) parts.evidence.poke()
  return count
}

/** Whether a document waited; its row's lock is the claim, so that two workers never draw the same one. */
async function drawNext(parts: DrawingParts): Promise<boolean> {
  return inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const waiting = await tx.selectFrom('document_to_draw as waiting').innerJoin('issued_document as issued', 'issued.id', 'waiting.document_id')
      .select(['issued.id', 'issued.case_id', 'issued.seq', 'issued.document', 'issued.number', 'issued.issuer', 'issued.issued_on', 'issued.text', 'issued.text_sha256', 'waiting.attempts'])
      .where('waiting.next_at', '<=', sql<Date>`clock_timestamp()`).orderBy('waiting.next_at').limit(1).forUpdate('waiting').skipLocked().executeTakeFirst()
    if (waiting === undefined) return false
    const files = await drawn(waiting.text).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
    if (files instanceof Error) {
      parts.log.warn({ document: waiting.id, error: files.message }, 'a document could not be drawn; it is tried again')
      const pause = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** waiting.attempts)
      await tx.updateTable('document_to_draw').set({ attempts: waiting.attempts + 1, last_error: files.message, next_at: sql<Date>`clock_timestamp() + ${`${pause} milliseconds`}::interval` }).where('document_id', '=', waiting.id).execute()
      return true
    }
    for (const { format, bytes, hashes } of files) await tx.insertInto('document_file').values({ document_id: waiting.id, format, bytes, ...hashes }).execute()
    await tx.deleteFrom('document_to_draw').where('document_id', '=', waiting.id).execute()
    await addPending(tx, {
      type: 'document-issued', legalDate: legalDate(waiting.issued_on), actor: 'platform', onBehalfOf: waiting.issuer, office: 'platform', action: `document-issued/${waiting.document}`,
      object: { kind: 'document', id: waiting.id }, decision: 'done', bodyHash: `sha256:${waiting.text_sha256}`,
      detail: { case: waiting.case_id, event: waiting.seq, number: waiting.number, ...Object.fromEntries(files.flatMap(({ format, hashes }) => [[`${format}_sha256`, hashes.sha256], [`${format}_sm3`, hashes.sm3]])) },
    }, parts.now())
    return true
  }, { isolation: 'read committed' })
}

type Drawn = { format: 'docx' | 'pdf'; bytes: Buffer; hashes: { sha256: string; sm3: string } }

/** The libraries of the two formats are loaded with the first document: a start does not wait for them. */
async function drawn(text: DocumentText): Promise<Drawn[]> {
  const [{ docxFile }, { pdfFile }] = await Promise.all([import('./docx-file.ts'), import('./pdf-file.ts')])
  const files = [{ format: 'docx', bytes: await docxFile(text) }, { format: 'pdf', bytes: await pdfFile(text) }] as const
  return files.map((file) => ({ ...file, hashes: { sha256: toHex(sha256.digest(file.bytes)), sm3: toHex(sm3.digest(file.bytes)) } }))
}
