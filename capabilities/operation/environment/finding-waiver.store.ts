import type { Kysely, Transaction } from 'kysely'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { FindingWaiver } from './finding-waiver.ts'
import { digestOfText } from './release-binding.store.ts'

/** The waivers that stand today for this very statement under an agreement and scenario. */
export async function waiversFor(tx: Kysely<Tables> | Transaction<Tables>, asked: { agreement: string; scenario: string; sql: string }, today: LegalDate): Promise<FindingWaiver[]> {
  const rows = await tx.selectFrom('register_record as r').innerJoin('standing as s', (join) => join.onRef('s.id', '=', 'r.key').on('s.kind', '=', 'finding-waiver'))
    .select(['r.key', 'r.record']).where('r.register', '=', 'finding-waivers').where('r.current', '=', true).where('s.state', '=', 'granted').orderBy('r.key').execute()
  const statement = digestOfText(asked.sql)
  return rows.flatMap(({ key, record }) => {
    const { agreement, scenario, findings, reason, ends } = record
    if (agreement !== asked.agreement || scenario !== asked.scenario || record['statement'] !== statement) return []
    if (!Array.isArray(findings) || typeof reason !== 'string' || typeof ends !== 'string' || ends < today) return []
    return [{ id: key, findings: findings.filter((one): one is string => typeof one === 'string'), reason, ends }]
  })
}

/** Waivers by their ids, whether they still stand or not, for deriving anew what they once let pass. */
export async function waiversNamed(tx: Kysely<Tables> | Transaction<Tables>, ids: readonly string[]): Promise<FindingWaiver[]> {
  if (ids.length === 0) return []
  const rows = await tx.selectFrom('register_record').select(['key', 'record']).where('register', '=', 'finding-waivers').where('key', 'in', [...ids]).orderBy('key').execute()
  return rows.flatMap(({ key, record: { findings, reason, ends } }) => {
    if (!Array.isArray(findings) || typeof reason !== 'string' || typeof ends !== 'string') return []
    return [{ id: key, findings: findings.filter((one): one is string => typeof one === 'string'), reason, ends }]
  })
}
