import { z } from 'zod'
import { legalDate } from '#core/calendar/legal-date.ts'
import { refuse } from '#core/decision/refusal.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Answer, Request } from '#adapters/cases/case-office.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { mayActAs } from '#adapters/identity/persons.ts'
import { enterDenial } from '#adapters/cases/denials.ts'
import { personActing } from '../acting-for.ts'
import type { RouteFile } from '../app.ts'
import { refuseUnknownFiles } from '../case-files.ts'
import { listCases } from '../lists/cases.ts'
import { readingAs, readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { problemOf, Refused, statusOf, unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { viewCase } from '../views/case.ts'
import { viewDenials } from '../views/denials.ts'
import { openables } from '../views/openable.ts'
import { AcceptedView, ActingQuery, CasePage, CaseQuery, CaseView, CommandBody, DenialList, OpenableList, OpenableQuery, OpenBody } from '../wire/case.ts'
import { Id } from '../wire/names.ts'

const ById = z.strictObject({ id: Id })

/** One set of routes for every procedure of every pack. */
export const caseRoutes: RouteFile = (app, parts) => {
  app.get('/api/cases', { config: { permission: 'cases.read' }, schema: { querystring: CaseQuery, response: { 200: CasePage } } }, (request) =>
    listCases(parts, personOf(request), request.query))

  app.get('/api/cases/:id', { config: { permission: 'cases.read' }, schema: { params: ById, querystring: ActingQuery, response: { 200: CaseView } } }, async (request) => {
    const view = await viewCase(parts, await personActing(parts, personOf(request), request.query.acting_for), request.params.id)
    if (view === null) throw unknownThing('case-must-exist', '事项')
    return view
  })

  app.get('/api/cases/:id/denials', { config: { permission: 'denials.read' }, schema: { params: ById, response: { 200: DenialList } } }, async (request) => {
    const view = await viewDenials(parts, personOf(request), request.params.id)
    if (view === null) throw unknownThing('case-must-exist', '事项')
    return view
  })

  app.get('/api/openable', { config: { permission: 'cases.open' }, schema: { querystring: OpenableQuery, response: { 200: OpenableList } } }, async (request) => {
    const { acting_for: actingFor, preview } = request.query
    return { rows: await openables(parts, await personActing(parts, personOf(request), actingFor), preview === 'true') }
  })

  app.post('/api/cases', { config: { permission: 'cases.open' }, schema: { body: OpenBody, response: { 201: AcceptedView } } }, async (request, reply) => {
    const person = personOf(request)
    const { pack, procedure, links, contents, act_date: actDate, acting_for: actingFor, preview } = request.body
    const asked = requestOf(person, request.headers['idempotency-key'], { actDate, actingFor })
    await refuseForeignLinks(parts, person, Object.values(links))
    await refuseUnknownFiles(parts, person, contents, null)
    const answer = await parts.cases.open(pack, { type: 'open', procedure, links, contents, ...(preview === true ? { preview } : {}) }, asked)
    return reply.code(201).send(acceptedView(answer, parts.packs.current(pack) ?? null))
  })

  app.post('/api/cases/:id/commands', { config: { permission: 'cases.act' }, schema: { params: ById, body: CommandBody, response: { 200: AcceptedView } } }, async (request) => {
    const person = personOf(request)
    const { id } = request.params
    const { act_date: actDate, expected_seq: expectedSeq, acting_for: actingFor, ...command } = request.body
    const asked = requestOf(person, request.headers['idempotency-key'], { actDate, actingFor, expectedSeq })
    const law = await lawOfVisibleCase(parts, person, id)
    if (law === null) {
      const refusal = refuse('case-must-exist', null, '没有这一事项，或者与贵单位无关。', '请从待办或者事项列表进入。')
      await enterDenial(parts.evidence, { refusal, actor: person.actor, caseId: caseIdForEntry(id), law: null, command, today: await readingAsSystem(parts, (tx) => parts.clock.today(tx)) })
      throw new Refused(refusal)
    }
    if ((command.type === 'hand-over' || command.type === 'recuse') && command.to !== null) await refuseStranger(parts, person, id, command.task, command.to)
    if (command.type === 'transfer') await refuseStrangerToAll(parts, person, id, command.to)
    if (command.type === 'conclude') await refuseUnknownFiles(parts, person, command.contents, id)
    return acceptedView(await parts.cases.act(id, command, asked), law)
  })
}

const OPAQUE_ID = /^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/

/** A name that a stranger made up is no evidence; only what could be an id is entered. */
function caseIdForEntry(id: string): string {
  return OPAQUE_ID.test(id) ? id : 'unknown'
}

/** unit: characters; as the table of command keys has it */
const KEY = /^[\x21-\x7e]{8,200}$/

function requestOf(person: Person, key: string | string[] | undefined, { actDate, actingFor, expectedSeq }: { actDate?: string | undefined; actingFor?: string | undefined; expectedSeq?: number | undefined }): Request {
  if (typeof key !== 'string' || !KEY.test(key)) {
    throw problemOf(400, 'idempotency-key-must-be-present', '请求缺少 Idempotency-Key，或者其格式不对。', '请为每次操作生成一个新的标识（8至200个可见字符，例如 UUID），重试同一操作时沿用原标识。')
  }
  return {
    actor: person.actor,
    idempotencyKey: key,
    ...(actDate === undefined ? {} : { actDate: legalDate(actDate) }),
    ...(actingFor === undefined ? {} : { actingFor }),
    ...(expectedSeq === undefined ? {} : { expectedSeq }),
  }
}

function acceptedView(answer: Answer, law: CaseLaw | null): AcceptedView {
  if (!answer.accepted) throw new Refused(answer.refusal, statusOf(answer.refusal), law)
  const { caseId, number, seq, status, entries } = answer
  return { case_id: caseId, number, seq, status, entries }
}

/** The law of a case that the person's organisation is a party of; null where there is none. */
async function lawOfVisibleCase(parts: ApiParts, person: Person, id: string): Promise<CaseLaw | null> {
  const row = await readingAs(parts, person, (tx) => tx.selectFrom('legal_case').select(['pack', 'pack_digest']).where('id', '=', id).executeTakeFirst())
  return row === undefined ? null : parts.packs.lawOf({ id: row.pack, digest: row.pack_digest })
}

/** A case is linked only with cases that the opener may see: an id that was guessed tells nothing. */
async function refuseForeignLinks(parts: ApiParts, person: Person, ids: readonly string[]): Promise<void> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return
  const seen = await readingAs(parts, person, (tx) => tx.selectFrom('legal_case').select('id').where('id', 'in', wanted).execute())
  if (seen.length < wanted.length) throw problemOf(422, 'linked-case-must-exist', '所选的关联事项不存在，或者与贵单位无关。', '请从列表中选择关联事项。')
}

/** A case goes to a colleague who may act in every office in which the person has open tasks there. */
async function refuseStrangerToAll(parts: ApiParts, person: Person, caseId: string, to: string): Promise<void> {
  const tasks = await readingAsSystem(parts, (tx) => tx.selectFrom('task').select(['task', 'office']).where('case_id', '=', caseId).where('open', '=', true).where('organization', '=', person.organization.id).execute())
  for (const { task, office } of tasks) if (person.actor.offices.includes(office)) await refuseStranger(parts, person, caseId, task, to)
}

/** A task is handed over within the organisation, to a person who may act as its office. */
async function refuseStranger(parts: ApiParts, person: Person, caseId: string, task: string, to: string): Promise<void> {
  const may = await readingAsSystem(parts, async (tx) => {
    const row = await tx.selectFrom('task').select(['office', 'organization']).where('case_id', '=', caseId).where('task', '=', task).executeTakeFirst()
    return row === undefined || row.organization !== person.organization.id || mayActAs(tx, to, row.organization, row.office)
  })
  if (!may) throw problemOf(422, 'receiver-must-hold-office', '接办人不在本单位，或者没有办理本环节的岗位。', '请从本单位有相应岗位的同志中选择。')
}
