import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Answer } from '#capabilities/offering/services/service-call.ts'
import type { RouteFile } from '../app.ts'
import type { ApiParts } from '../parts.ts'
import { Refused } from '../problem.ts'
import { Id } from '../wire/names.ts'
import { QueryAnswer, QueryBody, VerifyAnswer, VerifyBody } from '../wire/service.ts'

const params = z.strictObject({ id: Id })
/** unit: calls a minute from one address; consumers' machines call far more often than persons do, and each call is metered by its own quota */
const LIMIT = { max: 300_000, timeWindow: '1 minute' }
/** What the desk answers is of our own making and typed: it is written as it is, not judged against its schema cell by cell. */
const serializerCompiler = () => JSON.stringify
const BEARER = /^Bearer (gs_[\w-]{1,100})$/

/** The gateway: consumers' machines call products with a key. No session, no cookie; every call is metered and entered. */
export const gatewayRoutes: RouteFile = (app, parts) => {
  app.post('/gateway/v1/products/:id/query', {
    config: { permission: 'gateway.call', rateLimit: LIMIT },
    serializerCompiler,
    schema: { operationId: 'queryProduct', summary: '查询产品（已出域版本）', params, body: QueryBody, response: { 200: QueryAnswer } },
    handler: async (request) => {
      const answer = await parts.operation.desk.answer({ product: request.params.id, key: keyOf(request), mode: 'query', ...request.body })
      if (!answer.served || answer.mode !== 'query') throw refusedBy(answer, parts)
      const { fields, rows, metered } = answer
      return { fields, rows, evidence: metered.evidence, product: metered.product, release: metered.release, quota_left: metered.quotaLeft }
    },
  })

  app.post('/gateway/v1/products/:id/verify', {
    config: { permission: 'gateway.call', rateLimit: LIMIT },
    serializerCompiler,
    schema: { operationId: 'verifyProduct', summary: '核验：只回答是或否', params, body: VerifyBody, response: { 200: VerifyAnswer } },
    handler: async (request) => {
      const answer = await parts.operation.desk.answer({ product: request.params.id, key: keyOf(request), mode: 'verify', fields: [], limit: 0, ...request.body })
      if (!answer.served || answer.mode !== 'verify') throw refusedBy(answer, parts)
      const { metered } = answer
      return { answer: answer.answer, evidence: metered.evidence, product: metered.product, release: metered.release, quota_left: metered.quotaLeft }
    },
  })
}

function keyOf(request: FastifyRequest): string | null {
  return BEARER.exec(request.headers.authorization ?? '')?.[1] ?? null
}

const STATUS = { 'unknown-key': 401, denied: 403, quota: 429 } as const

function refusedBy(answer: Answer, { packs }: Pick<ApiParts, 'packs'>): Refused {
  if (answer.served) throw new Error('a served answer of the other kind')
  const { refusal } = answer
  const law = packs.all.find((one) => refusal.provision !== null && one.pack.provisions[refusal.provision] !== undefined) ?? null
  return new Refused({ ...refusal, details: { ...refusal.details, evidence: answer.evidence } }, STATUS[answer.status], law)
}
