import { z } from 'zod'
import { DOCUMENT_KINDS } from '#core/pack/document-format.ts'
import { documentsOfCase, readDocumentFile } from '#adapters/documents/issued-documents.ts'
import type { RouteFile } from '../app.ts'
import { readingAs, readingAsSystem } from '../parts.ts'
import { unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { DocumentList } from '../wire/document.ts'
import { Id } from '../wire/names.ts'

const OfCase = z.strictObject({ id: Id })
const ByFormat = z.strictObject({ id: Id, format: z.enum(['docx', 'pdf']) })

const MEDIA_TYPE = { docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', pdf: 'application/pdf' }
const NOT_IN_A_NAME = /[\\/:*?"<>|]/g

/** The documents that cases have issued, read by the parties of the case. */
export const documentRoutes: RouteFile = (app, parts) => {
  app.get('/api/cases/:id/documents', { config: { permission: 'documents.read' }, schema: { params: OfCase, response: { 200: DocumentList } } }, async (request) => {
    const visible = await readingAs(parts, personOf(request), (tx) => tx.selectFrom('issued_document').select('id').where('case_id', '=', request.params.id).execute())
    const documents = visible.length === 0 ? [] : await readingAsSystem(parts, (tx) => documentsOfCase(tx, request.params.id))
    return { rows: documents.map((one) => ({ ...one, kind: DOCUMENT_KINDS[one.kind] })) }
  })

  app.get('/api/documents/:id/:format', { config: { permission: 'documents.read' }, schema: { params: ByFormat } }, async (request, reply) => {
    const { id, format } = request.params
    const visible = await readingAs(parts, personOf(request), (tx) => tx.selectFrom('issued_document').select(['title', 'number']).where('id', '=', id).executeTakeFirst())
    const bytes = visible === undefined ? null : await readingAsSystem(parts, (tx) => readDocumentFile(tx, id, format))
    if (visible === undefined || bytes === null) throw unknownThing('document-must-exist', '文书')
    const name = `${visible.title}${visible.number === null ? '' : `（${visible.number}）`}.${format}`.replaceAll(NOT_IN_A_NAME, ' ')
    return reply
      .header('content-disposition', `${format === 'pdf' ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(name)}`)
      .header('content-security-policy', "default-src 'none'; sandbox")
      .type(MEDIA_TYPE[format]).send(bytes)
  })
}
