import { z } from 'zod'
import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { RouteFile } from '../app.ts'
import { paged, readCursor } from '../cursor.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { governingLaws } from '../views/governing-laws.ts'
import { tellingOf } from '../views/portal.ts'
import { publishedWords } from '../views/published-words.ts'
import { Id, PageQuery } from '../wire/names.ts'
import { RegisterList, RegisterPage } from '../wire/rules.ts'

const ById = z.strictObject({ register: Id })
const Position = z.tuple([z.string()])

/** The present records of a register. Parties of the case behind a record see it whole; others what the pack makes public. */
export const registerRoutes: RouteFile = (app, parts) => {
  app.get('/api/registers', { config: { permission: 'registers.read' }, schema: { response: { 200: RegisterList } } }, async (request) => {
    const registers = new Map(governingLaws(parts.packs).toReversed().flatMap((law) => Object.entries(law.pack.registers)))
    const counted = await readingAsSystem(parts, (tx) => countRecords(tx, personOf(request).organization.id))
    return { rows: [...registers].map(([register, { title, public: isPublic }]) => ({ register, title, public: isPublic, count: counted.get(register)?.[isPublic ? 'all' : 'own'] ?? 0 })) }
  })

  app.get('/api/registers/:register', { config: { permission: 'registers.read' }, schema: { params: ById, querystring: z.strictObject(PageQuery), response: { 200: RegisterPage } } }, async (request) => {
    const { register: id } = request.params
    const register = governingLaws(parts.packs).map((law) => law.pack.registers[id]).find((one) => one !== undefined)
    if (register === undefined) throw unknownThing('register-must-exist', '登记簿')
    const { cursor, limit } = request.query
    const after = readCursor(cursor, Position)
    const organization = personOf(request).organization.id
    const found = await readingAsSystem(parts, (tx) => {
      let rows = tx.selectFrom('register_record as r')
        .leftJoin('case_party as p', (join) => join.onRef('p.case_id', '=', 'r.case_id').on('p.organization', '=', organization))
        .select(['r.key', 'r.version', 'r.from_date', 'r.record', 'r.case_id', 'p.organization as party'])
        .where('r.register', '=', id).where('r.current', '=', true).orderBy('r.key').limit(limit + 1)
      if (!register.public) rows = rows.where('p.organization', 'is not', null)
      if (after !== null) rows = rows.where('r.key', '>', after[0])
      return rows.execute()
    })
    const { rows, next } = paged(found, limit, (row) => [row.key])
    const words = await readingAsSystem(parts, (tx) => wordsFor(parts, tx, found))
    const isPublic = (field: string) => register.fields[field]?.public === true
    return {
      register: id,
      title: register.title,
      fields: Object.entries(register.fields).map(([field, { title }]) => ({ id: field, title })),
      next,
      rows: rows.map((row) => {
        const record = row.party === null ? visible(row.record, isPublic) : row.record
        return { key: row.key, version: row.version, from: row.from_date, case_id: row.party === null ? '' : row.case_id, record, shown: words(row.case_id, id, record) }
      }),
    }
  })
}

/** How many present records each register has, and how many of them come from the organisation's own cases. */
async function countRecords(tx: Tx, organization: string): Promise<Map<string, { all: number; own: number }>> {
  const rows = await tx.selectFrom('register_record as r')
    .leftJoin('case_party as p', (join) => join.onRef('p.case_id', '=', 'r.case_id').on('p.organization', '=', organization))
    .select((select) => ['r.register', select.fn.countAll<number>().as('all'), select.fn.count<number>('p.organization').as('own')])
    .where('r.current', '=', true).groupBy('r.register').execute()
  return new Map(rows.map((row) => [row.register, { all: Number(row.all), own: Number(row.own) }]))
}

function visible(record: Json, isPublic: (field: string) => boolean): JsonObject {
  return isObject(record) ? Object.fromEntries(Object.entries(record).filter(([field]) => isPublic(field))) : {}
}

/** How records read in the words of the pack under which each was made. */
async function wordsFor(parts: ApiParts, tx: Tx, rows: readonly { case_id: string; record: JsonObject }[]): Promise<(caseId: string, register: string, record: JsonObject) => JsonObject> {
  const telling = await tellingOf(tx, parts.packs, rows.map((row) => ({ case_id: row.case_id, body: row.record })))
  return (caseId, register, record) => {
    const law = telling.lawOf(caseId)
    return law === null ? record : Object.fromEntries(Object.entries(record).map(([field, value]) => [field, publishedWords(law).field(`register.put/${register}`, field, value, telling.nameOf)]))
  }
}
