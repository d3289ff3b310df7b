import { sql } from '#adapters/postgres/kysely.ts'
import { z } from 'zod'
import { readEntry } from '#core/evidence/entry.ts'
import type { EvidenceEntry } from '#core/evidence/entry.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { personNames } from '#adapters/identity/persons.ts'
import { cursorOf, readCursor } from '../cursor.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { actionTitle } from '../views/action-title.ts'
import type { EvidencePage, EvidenceQuery } from '../wire/administration.ts'
import { ENTRY_TYPE_TITLES } from '#core/evidence/entry-type-titles.ts'

type Query = z.output<typeof EvidenceQuery>
type Found = { seq: number; entry: EvidenceEntry }

const Position = z.tuple([z.int()])
/** unit: entries that one answer looks at where no index leads to them; the next answer goes on before them */
const LOOKED_AT = 20_000

/**
 * The entries that fit, the newest first. An object is found by the index; a person, a kind or an outcome by looking
 * through the newest 20,000 entries, and with the cursor through those before: every answer is quick, none is silent
 * about how far it looked.
 */
export async function searchEvidence(parts: ApiParts, query: Query): Promise<EvidencePage> {
  const after = readCursor(query.cursor, Position)
  return readingAsSystem(parts, async (tx) => {
    const { size } = await sql<{ size: number }>`select size from evidence_head`.execute(tx).then(({ rows: [head] }) => head ?? { size: 0 })
    const before = Math.min(after?.[0] ?? size, size)
    const oldest = query.object === undefined ? Math.max(0, before - LOOKED_AT) : 0
    const found = await entriesOf(tx, query, oldest, before)
    const shown = found.slice(0, query.limit)
    const last = shown.at(-1)
    const more = found.length > query.limit && last !== undefined
    const searchedFrom = more ? last.seq : oldest
    return { rows: await told(parts, tx, shown), next: searchedFrom > 0 ? cursorOf([searchedFrom]) : null, searched_from: searchedFrom }
  })
}

async function entriesOf(tx: Tx, query: Query, oldest: number, before: number): Promise<Found[]> {
  const conditions = [sql`seq >= ${oldest}`, sql`seq < ${before}`]
  if (query.object !== undefined) conditions.push(sql`object_kind = any(${await objectKinds(tx)}::text[]) and object_id = any(${await objectsNamed(tx, query.object)}::text[])`)
  if (query.type !== undefined) conditions.push(sql`type = ${query.type}`)
  if (query.actor !== undefined) conditions.push(sql`convert_from(bytes, 'UTF8')::jsonb->>'actor' = any(${await personsNamed(tx, query.actor)}::text[])`)
  if (query.decision !== undefined) conditions.push(sql`convert_from(bytes, 'UTF8')::jsonb->>'decision' = ${query.decision}`)
  const { rows } = await sql<{ seq: number; bytes: Buffer }>`
    select seq::int as seq, bytes from evidence_entry where ${sql.join(conditions, sql` and `)} order by seq desc limit ${query.limit + 1}`.execute(tx)
  return rows.map((row) => ({ seq: row.seq, entry: readEntry(row.bytes) }))
}

/** Every kind of object that any entry names, from step to step along the index that begins with it. */
async function objectKinds(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ kind: string }>`
    with recursive kinds (kind) as (
      (select min(object_kind) from evidence_entry)
      union all
      select (select min(object_kind) from evidence_entry where object_kind > kinds.kind) from kinds where kinds.kind is not null
    ) select kind from kinds where kind is not null`.execute(tx)
  return rows.map((row) => row.kind)
}

/** The ids behind what an auditor typed: a case's number, a person's name or login, or an id itself. */
async function objectsNamed(tx: Tx, typed: string): Promise<string[]> {
  const cases = await tx.selectFrom('legal_case').select('id').where('number', '=', typed).execute()
  return [...new Set([...cases.map((row) => row.id), ...(await personsNamed(tx, typed))])]
}

async function personsNamed(tx: Tx, typed: string): Promise<string[]> {
  const persons = await tx.selectFrom('person').select('id').where((where) => where.or([where('login', '=', typed), where('name', '=', typed)])).execute()
  return [...persons.map((row) => row.id), typed]
}

async function told(parts: ApiParts, tx: Tx, found: readonly Found[]): Promise<EvidencePage['rows']> {
  const persons = await personNames(tx, found.flatMap(({ entry }) => [entry.actor, ...(entry.object.kind === 'person' ? [entry.object.id] : [])]))
  const organizations = await organizationNames(tx, found.map(({ entry }) => entry.onBehalfOf))
  const ids = [...new Set(found.map(({ entry }) => entry.object.id))]
  const rows = ids.length === 0 ? [] : await tx.selectFrom('legal_case').select(['id', 'number', 'title', 'procedure', 'pack', 'pack_digest']).where('id', 'in', ids).execute()
  const cases = new Map(rows.map((row) => [row.id, row]))
  return found.map(({ seq, entry }) => {
    const { kind, id } = entry.object
    const of = cases.get(id)
    const procedure = of === undefined ? undefined : parts.packs.lawOf({ id: of.pack, digest: of.pack_digest }).pack.procedures[of.procedure]
    const code = entry.detail['code']
    return {
      seq, id: entry.id, at: entry.at, legal_date: entry.legalDate, type: { id: entry.type, title: ENTRY_TYPE_TITLES[entry.type] },
      actor: { id: entry.actor, name: actorName(entry.actor, persons) },
      organization: { id: entry.onBehalfOf, name: entry.onBehalfOf === 'anonymous' ? '' : (organizations.get(entry.onBehalfOf) ?? entry.onBehalfOf) },
      action: actionTitle(entry.action, procedure), object: { kind, id, name: of === undefined ? (persons.get(id) ?? id) : kind === 'case' ? of.number : of.title },
      decision: entry.decision, code: typeof code === 'string' ? code : '',
    }
  })
}

/** A consumer's program acts by its key. */
function actorName(actor: string, persons: ReadonlyMap<string, string>): string {
  if (actor === 'anonymous') return '未登录'
  return actor.startsWith('key-') ? `程序（密钥 ${actor.slice('key-'.length, 'key-'.length + KEY_SHOWN)}）` : (persons.get(actor) ?? actor)
}

/** unit: characters of a key's id, enough to tell two apart */
const KEY_SHOWN = 8
