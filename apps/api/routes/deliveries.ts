import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import type { Refusal } from '#core/decision/refusal.ts'
import type { DeltaRequest } from '#adapters/vault/ingest/delta-request.ts'
import { UploadError } from '#adapters/vault/uploads/upload-error.ts'
import { abandonDelivery, appendPiece, beginPull, beginUpload, finishUpload, ownDelivery } from '#capabilities/supply/deliveries/delivery-desk.job.ts'
import type { DeliveryAnswer } from '#capabilities/supply/deliveries/delivery-desk.job.ts'
import { cataloguedTable } from '#capabilities/supply/deliveries/catalogued.facts.ts'
import { newestBase } from '#capabilities/supply/deliveries/base-version.facts.ts'
import type { BaseVersion } from '#capabilities/supply/deliveries/base-version.facts.ts'
import { confirmChanges } from '#capabilities/supply/deliveries/confirm-changes.job.ts'
import { confirmDelivery } from '#capabilities/supply/deliveries/confirm-delivery.job.ts'
import { lastDelivered, listDeliveries } from '#capabilities/supply/deliveries/delivery.store.ts'
import { openingsOf } from '#capabilities/supply/deliveries/openings.facts.ts'
import type { Opening } from '#capabilities/supply/deliveries/openings.facts.ts'
import { workOn } from '#capabilities/supply/deliveries/work-on-delivery.job.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { Refused, problemOf, unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { deliveryRows, deliveryView } from '../views/deliveries.ts'
import { ChangesBody, ConfirmationBody, DeliveryPage, DeliveryView, OpeningList, OpeningView, PullBody, ReceivedView, UploadBody } from '../wire/deliveries.ts'
import { Id, PageQuery, Sha256 } from '../wire/names.ts'

const ById = z.strictObject({ id: z.uuid() })

/** Data provided by a provider's person for an open step: uploaded in pieces or fetched from a source, confirmed, taken in. */
export const deliveryRoutes: RouteFile = (app, parts) => {
  readingRoutes(app, parts)
  beginningRoutes(app, parts)
  goingOnRoutes(app, parts)
  pieceRoute(app, parts)
}

const readingRoutes: RouteFile = (app, parts) => {
  app.get('/api/deliveries/openings', {
    config: { permission: 'deliveries.read' },
    schema: { operationId: 'listOpenings', summary: '现在由本单位提供数据的环节', querystring: z.strictObject({ case: Id.optional() }), response: { 200: OpeningList } },
    handler: async (request) => readingAsSystem(parts, async (tx) => {
      const openings = await openingsOf(tx, parts.packs, personOf(request).actor, await parts.clock.today(tx))
      const wanted = openings.filter(({ caseId }) => request.query.case === undefined || caseId === request.query.case)
      return { rows: await Promise.all(wanted.map((one) => openingView(parts, tx, personOf(request).organization.id, one))) }
    }),
  })

  app.get('/api/deliveries', {
    config: { permission: 'deliveries.read' },
    schema: { operationId: 'listDeliveries', summary: '本单位的数据提供，新的在前', querystring: z.strictObject(PageQuery), response: { 200: DeliveryPage } },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const [begunAt, id] = cursor?.split('|') ?? []
      const before = begunAt !== undefined && id !== undefined && !Number.isNaN(Date.parse(begunAt)) && z.uuid().safeParse(id).success ? { begunAt, id } : null
      return readingAsSystem(parts, async (tx) => {
        const found = await listDeliveries(tx, personOf(request).organization.id, { before, limit: limit + 1 })
        const last = found.slice(0, limit).at(-1)
        return { rows: await deliveryRows(tx, found.slice(0, limit)), next: found.length > limit && last !== undefined ? `${last.begunAt.toISOString()}|${last.id}` : null }
      })
    },
  })

  app.get('/api/deliveries/:id', {
    config: { permission: 'deliveries.read' },
    schema: { operationId: 'readDelivery', summary: '一次数据提供：进度、原因、待确认的字段', params: ById, response: { 200: DeliveryView } },
    handler: async (request) => {
      const delivery = await ownDelivery(parts, personOf(request).actor, request.params.id)
      if (delivery === null) throw unknownThing('delivery-must-exist', '数据提供')
      return readingAsSystem(parts, (tx) => deliveryView(parts.operation.deliveries, tx, delivery))
    },
  })
}

const beginningRoutes: RouteFile = (app, parts) => {
  const { deliveries } = parts.operation
  app.post('/api/deliveries', {
    config: { permission: 'deliveries.change' },
    schema: { operationId: 'beginUpload', summary: '登记一个要分段上传的文件', body: UploadBody, response: { 201: DeliveryView } },
    handler: async (request, reply) => {
      const { case_id: caseId, delta, ...rest } = request.body
      const name = rest.name.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').split(/[\\/]/).at(-1)?.trim() ?? ''
      if (name === '') throw problemOf(422, 'file-must-not-be-empty', '文件没有名称。', '请核对后重新选择文件。')
      return reply.code(201).send(await shown(parts, await beginUpload(deliveries, personOf(request).actor, { caseId, ...rest, name, delta: deltaOf(delta) })))
    },
  })

  app.post('/api/deliveries/pulls', {
    config: { permission: 'deliveries.change' },
    schema: { operationId: 'beginPull', summary: '从本单位登记的数据源提取一张表或者一个对象', body: PullBody, response: { 201: DeliveryView } },
    handler: async (request, reply) => {
      const { case_id: caseId, delta, ...rest } = request.body
      const answer = await beginPull(deliveries, personOf(request).actor, { caseId, ...rest, id: randomUUID(), delta: deltaOf(delta) })
      if (answer.accepted) void workOn(deliveries, answer.delivery)
      return reply.code(201).send(await shown(parts, answer))
    },
  })
}

const goingOnRoutes: RouteFile = (app, parts) => {
  const { deliveries } = parts.operation
  app.post('/api/deliveries/:id/finish', {
    config: { permission: 'deliveries.change' },
    schema: { operationId: 'finishUpload', summary: '文件已传完，交由平台核对', params: ById, response: { 200: DeliveryView } },
    handler: async (request) => {
      const answer = await finishUpload(deliveries, personOf(request).actor, request.params.id).catch(refuseUpload)
      if (answer.accepted) void workOn(deliveries, answer.delivery)
      return shown(parts, answer)
    },
  })

  app.post('/api/deliveries/:id/retry', {
    config: { permission: 'deliveries.change' },
    schema: { operationId: 'retryDelivery', summary: '平台一方的故障排除后，再次核对已收到的文件', params: ById, response: { 200: DeliveryView } },
    handler: async (request) => {
      const delivery = await ownDelivery(parts, personOf(request).actor, request.params.id)
      if (delivery === null) throw unknownThing('delivery-must-exist', '数据提供')
      if (delivery.state === 'received') void workOn(deliveries, delivery)
      return shown(parts, { accepted: true, delivery })
    },
  })

  app.post('/api/deliveries/:id/abandon', {
    config: { permission: 'deliveries.change' },
    schema: { operationId: 'abandonDelivery', summary: '放弃一次提供，已收到的内容随即清除', params: ById, response: { 200: DeliveryView } },
    handler: async (request) => shown(parts, await abandonDelivery(deliveries, personOf(request).actor, request.params.id)),
  })

  app.post('/api/deliveries/:id/confirmation', {
    config: { permission: 'deliveries.change' },
    schema: { operationId: 'confirmColumns', summary: '逐列确认类型、作用和分类，随后入库', params: ById, body: ConfirmationBody, response: { 200: DeliveryView } },
    handler: async (request) => {
      const answer = await confirmDelivery(deliveries, personOf(request).actor, request.params.id, request.body)
      if (answer.accepted) void workOn(deliveries, answer.delivery)
      return shown(parts, answer)
    },
  })

  app.post('/api/deliveries/:id/changes', {
    config: { permission: 'deliveries.change' },
    schema: { operationId: 'confirmChanges', summary: '确认增量对上一版本的增加、替换和删除，随后形成新版本', params: ById, body: ChangesBody, response: { 200: DeliveryView } },
    handler: async (request) => {
      const answer = await confirmChanges(deliveries, personOf(request).actor, request.params.id, request.body)
      if (answer.accepted) void workOn(deliveries, answer.delivery)
      return shown(parts, answer)
    },
  })
}

/** Rows that are only added need no key. */
function deltaOf(delta: DeltaRequest | undefined): DeltaRequest | null {
  return delta === undefined ? null : { mode: delta.mode, key: delta.mode === 'append' ? [] : [...new Set(delta.key)] }
}

/** A piece is bytes and nothing else: here alone they are let through, as a stream that is never held whole. */
const pieceRoute: RouteFile = (app, parts) => {
  void app.register(async (pieces) => {
    pieces.addContentTypeParser('application/octet-stream', (_request: unknown, body: IncomingMessage, done: (error: null, body: IncomingMessage) => void) => done(null, body))
    pieces.route({
      method: 'PUT',
      url: '/api/deliveries/:id/pieces/:offset',
      config: { permission: 'deliveries.change' },
      schema: {
        operationId: 'appendPiece', summary: '上传从某一字节起的一段，校验值不符的不予保存', params: z.strictObject({ id: z.uuid(), offset: z.coerce.number().int().min(0) }), headers: z.looseObject({ 'x-piece-sha256': Sha256 }), response: { 200: ReceivedView },
      },
      handler: async (request) => {
        const { id, offset } = Pieces.parse(request.params)
        if (request.headers['content-type'] !== 'application/octet-stream') throw problemOf(415, 'content-type-must-be-supported', '文件的一段须以 application/octet-stream 上传。', '请更正内容格式。')
        const answer = await appendPiece(parts.operation.deliveries, personOf(request).actor, id, { offset, sha256: String(request.headers['x-piece-sha256']), source: request.raw }).catch(refuseUpload)
        if (!answer.accepted) throw refusedAs(answer.refusal)
        return { received: answer.received, bytes: answer.bytes }
      },
    })
  })
}

const Pieces = z.object({ id: z.string(), offset: z.number() })

const STATUS: Readonly<Record<string, number>> = {
  'delivery-must-exist': 404, 'upload-must-exist': 404, 'source-must-exist': 404,
  'delivery-step-must-be-open': 409, 'delivery-must-be-receiving': 409, 'delivery-must-be-idle': 409, 'delivery-must-await-confirmation': 409, 'delivery-must-not-have-changed': 409,
  'piece-must-begin-at-offset': 409, 'upload-must-be-idle': 409, 'upload-must-be-complete': 409, 'deliveries-must-not-pile-up': 429, 'storage-must-suffice': 503,
}

function refusedAs(refusal: Refusal): Refused {
  return new Refused(refusal, STATUS[refusal.code] ?? 422)
}

/** An upload's error says where to go on; the client reads it from the details. */
function refuseUpload(error: unknown): never {
  if (!(error instanceof UploadError)) throw error
  throw problemOf(STATUS[error.code] ?? 422, error.code, error.message, '请按提示续传；仍不成功的，请刷新页面后重新选择文件。', error.received === undefined ? undefined : { received: error.received })
}

async function shown(parts: ApiParts, answer: DeliveryAnswer): Promise<DeliveryView> {
  if (!answer.accepted) throw refusedAs(answer.refusal)
  return readingAsSystem(parts, (tx) => deliveryView(parts.operation.deliveries, tx, answer.delivery))
}

async function openingView(parts: ApiParts, tx: Tx, organization: string, { caseId, number, caseTitle, task, stepTitle, due, entry, fields }: Opening): Promise<OpeningView> {
  const table = await cataloguedTable(tx, entry, fields, (dataset) => parts.operation.schemas.get(dataset))
  const base = table === null ? null : await newestBase(tx, table, organization)
  const provided = await lastDelivered(tx, { caseId, task })
  return {
    case_id: caseId, number, case_title: caseTitle, task, step_title: stepTitle, due, entry, title: table?.title ?? entry,
    fields: fields.map((name) => ({ name, title: table?.columns.find((column) => column.name === name)?.title ?? name })),
    base: base === null ? null : baseView(base),
    provided: provided === null ? null : { delivery: provided.delivery.id, rows: provided.rows, sha256: provided.sha256, sm3: provided.sm3, fields: provided.fields },
  }
}

function baseView({ version: { id, number, rows, createdAt, schema }, hindrance }: BaseVersion): OpeningView['base'] {
  return { version: id, number, rows, taken_in_at: createdAt.toISOString(), columns: schema.columns.map(({ name, title }) => ({ name, title })), key: schema.entity.key, hindrance }
}
