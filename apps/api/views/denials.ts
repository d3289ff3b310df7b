import { sql } from '#adapters/postgres/kysely.ts'
import { readEntry } from '#core/evidence/entry.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { personNames } from '#adapters/identity/persons.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { readingAs, readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import type { DenialList } from '../wire/case.ts'
import { actionTitle } from './action-title.ts'
import { placeLabel } from './basis.ts'

/** unit: entries; the newest of a case, the rest is the auditor's */
const DENIALS_MAX = 100

/**
 * The acts on a case that were refused, the newest first, as the evidence has them; null where there is no case that
 * this person may see. What was tried from a reviewer's seat is left out: it would tell how somebody meant to vote.
 */
export async function viewDenials(parts: ApiParts, person: Person, id: string): Promise<DenialList | null> {
  const row = await readingAs(parts, person, (tx) => tx.selectFrom('legal_case').select(['procedure', 'pack', 'pack_digest']).where('id', '=', id).executeTakeFirst())
  if (row === undefined) return null
  const law = parts.packs.lawOf({ id: row.pack, digest: row.pack_digest })
  const procedure = law.pack.procedures[row.procedure]
  return readingAsSystem(parts, async (tx) => {
    const { rows } = await sql<{ bytes: Buffer }>`
      select bytes from evidence_entry where object_kind = 'case' and object_id = ${id} and type = 'decision'
         and convert_from(bytes, 'UTF8')::jsonb->>'decision' = 'deny' order by seq desc limit ${DENIALS_MAX}`.execute(tx)
    const entries = rows.map(({ bytes }) => readEntry(bytes)).filter(({ action }) => procedure?.steps[action.split('/')[1]?.split('@')[0] ?? '']?.seats === undefined)
    const persons = await personNames(tx, entries.map((entry) => entry.actor))
    const organizations = await organizationNames(tx, entries.map((entry) => entry.onBehalfOf))
    return {
      rows: entries.map((entry) => ({
        entry: entry.id, date: entry.legalDate, person: persons.get(entry.actor) ?? entry.actor, organization: organizations.get(entry.onBehalfOf) ?? entry.onBehalfOf,
        action: actionTitle(entry.action, procedure), code: typeof entry.detail['code'] === 'string' ? entry.detail['code'] : '',
        provision: entry.provision === undefined ? null : placeLabel(entry.provision, law),
      })),
    }
  })
}
