import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { DatabaseError } from 'pg'
import { randomUUID } from 'node:crypto'
import { NotALegalDate } from '#core/calendar/legal-date.ts'
import { EvidenceError } from '#adapters/evidence/evidence-error.ts'
import { problemBody, problemOf, PROBLEM_TYPE, Refused } from './problem.ts'

/** Two that wanted the same row until the database gave one up, or a row that another was faster to make. */
const LOST_RACE = new Set(['40001', '40P01', '23505'])
/** A text that the database cannot hold, a number or date out of its range: all are bad input. */
const UNSTORABLE = new Set(['22021', '22P05', '22P02', '22003', '22008', '22007'])

/** Writes any error as a problem. What is our own fault is logged under a number that the person can name. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refused = refusedOf(error)
  if (refused !== null) return send(reply, refused)
  const number = randomUUID()
  process.stderr.write(`${JSON.stringify({ number, method: request.method, url: request.routeOptions.url ?? '', error: error instanceof Error ? error.stack : String(error) })}\n`)
  return send(reply, problemOf(500, 'platform-must-not-fail', '平台内部出错，本次操作没有生效。', `请稍后重试；仍不成功的，请将编号 ${number} 告知系统管理员。`))
}

function send(reply: FastifyReply, refused: Refused): FastifyReply {
  return reply.code(refused.status).header('content-type', PROBLEM_TYPE).serializer(JSON.stringify).send(problemBody(refused))
}

function refusedOf(error: unknown): Refused | null {
  if (error instanceof Refused) return error
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error.validation.map((one) => ({ place: one.instancePath, message: one.message ?? '' })))
  if (error instanceof NotALegalDate) return problemOf(400, 'date-must-exist', error.message, '请核对日期。')
  if (error instanceof EvidenceError) return problemOf(503, error.code, '存证暂时不可用，本次操作没有得到确认。', '请稍后以同一请求标识重试。')
  if (error instanceof DatabaseError) return ofDatabase(error)
  return isClientError(error) ? ofFramework(error) : null
}

function invalid(issues: { place: string; message: string }[]): Refused {
  const first = issues[0]?.place ?? ''
  const shown = issues.slice(0, ISSUES_SHOWN)
  return problemOf(400, 'request-must-be-well-formed', `请求中${first === '' ? '' : `“${first.slice(1).replaceAll('/', '.')}”`}的格式不符合接口说明。`, '请对照接口说明更正。', { issues: shown })
}

const ISSUES_SHOWN = 20

function ofDatabase(error: DatabaseError): Refused | null {
  const code = error.code ?? ''
  if (LOST_RACE.has(code)) return problemOf(409, 'case-must-not-have-changed', '他人正在办理同一事项，本次操作没有生效。', '请刷新后重试。')
  if (UNSTORABLE.has(code)) return problemOf(400, 'request-must-be-well-formed', '请求中有平台不能保存的字符或数值。', '请核对请求内容。')
  return null
}

function isClientError(error: unknown): error is FastifyError & { statusCode: number } {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return false
  return error.statusCode >= 400 && error.statusCode < 500
}

function ofFramework(error: FastifyError & { statusCode: number }): Refused {
  switch (error.statusCode) {
    case 413:
      return problemOf(413, 'request-must-not-be-too-large', '请求内容过大。', '请减少一次提交的内容；附件每个不超过20MB。')
    case 415:
      return problemOf(415, 'content-type-must-be-supported', '不支持这一内容格式。', '请以 application/json 提交；附件以 multipart/form-data 上传。')
    case 406:
      return problemOf(400, 'content-type-must-be-supported', '上传附件须用 multipart/form-data。', '请更正内容格式。')
    default:
      return problemOf(error.statusCode, 'request-must-be-well-formed', '请求格式有误。', '请对照接口说明更正。')
  }
}
