import { z } from 'zod'
import { toHex } from '#core/evidence/hash-function.ts'
import { sha256, sm3 } from '#adapters/evidence/node-hashes.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { RouteFile } from '../app.ts'
import { filesOfCase } from '../case-files.ts'
import { mediaTypeOf } from '../media-type.ts'
import { readingAsSystem } from '../parts.ts'
import { problemOf, unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { FileView } from '../wire/case.ts'
import { Id, Sha256 } from '../wire/names.ts'

const ByHash = z.strictObject({ sha256: Sha256 })
const OfCase = z.strictObject({ case: Id.optional() })
/** unit: characters of a file's name */
const NAME_LENGTH_MAX = 200
const CONTROL = /[\p{Cc}\p{Cf}\p{Surrogate}]/gu

/** Attachments: uploaded by one organisation, read by it and by the parties of a case in which the file stands. */
export const fileRoutes: RouteFile = (app, parts) => {
  app.post('/api/files', { config: { permission: 'files.write' }, schema: { consumes: ['multipart/form-data'], response: { 201: FileView } } }, async (request, reply) => {
    const person = personOf(request)
    if (!request.isMultipart()) throw problemOf(415, 'content-type-must-be-supported', '上传附件须用 multipart/form-data。', '请更正内容格式。')
    const part = await request.file()
    if (part === undefined) throw problemOf(400, 'file-must-be-present', '没有收到文件。', '请选择一个文件。')
    const bytes = await part.toBuffer()
    const name = part.filename.replaceAll(CONTROL, '').split(/[\\/]/).at(-1)?.slice(-NAME_LENGTH_MAX).trim() ?? ''
    if (name === '' || bytes.length === 0) throw problemOf(422, 'file-must-not-be-empty', '文件没有名称或者没有内容。', '请核对后重新上传。')
    const mediaType = mediaTypeOf(name, bytes)
    if (mediaType === null) throw problemOf(422, 'file-type-must-be-allowed', '文件类型不在许可范围内，或者内容与扩展名不符。', '请上传 PDF、OFD、Word、Excel、CSV、TXT、JSON、PNG 或 JPG 文件。')
    const file = { sha256: toHex(sha256.digest(bytes)), sm3: toHex(sm3.digest(bytes)), name, size: bytes.length, media_type: mediaType }
    await inTransaction(parts.db, { as: 'system' }, async (tx) => {
      await tx.insertInto('attachment').values({ ...file, bytes, uploaded_by: person.id, organization: person.organization.id }).onConflict((conflict) => conflict.doNothing()).execute()
      await tx.insertInto('attachment_upload').values({ sha256: file.sha256, organization: person.organization.id, name, uploaded_by: person.id }).onConflict((conflict) => conflict.doNothing()).execute()
    }, { isolation: 'read committed' })
    return reply.code(201).send(file)
  })

  app.get('/api/files/:sha256', { config: { permission: 'files.read' }, schema: { params: ByHash, querystring: OfCase } }, async (request, reply) => {
    const person = personOf(request)
    const hash = request.params.sha256
    const own = await readingAsSystem(parts, (tx) => tx.selectFrom('attachment_upload').select('name').where('sha256', '=', hash).where('organization', '=', person.organization.id).executeTakeFirst())
    const caseId = request.query.case
    const allowed = own !== undefined || (caseId !== undefined && (await filesOfCase(parts, person, caseId)).has(hash))
    const file = allowed ? await readingAsSystem(parts, (tx) => tx.selectFrom('attachment').select(['name', 'bytes', 'media_type']).where('sha256', '=', hash).executeTakeFirst()) : undefined
    if (file === undefined) throw unknownThing('file-must-exist', '附件')
    return reply
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(own?.name ?? file.name)}`)
      .header('content-security-policy', "default-src 'none'; sandbox")
      .type(file.media_type).send(Buffer.from(file.bytes))
  })
}
