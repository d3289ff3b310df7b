import type { Kysely, Transaction } from 'kysely'
import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { Tables } from '#adapters/postgres/tables.ts'

/** A supply that has arrived in the environment: what may be used of it, for whom, for what. */
export type Supply = {
  /** Key in the register and id of its standing. */
  id: string
  entry: string
  /** Version in the vault. */
  version: string
  agreement: string
  operator: string
  provider: string
  scenario: string
  /** The fields that the provider approved; no other is ever materialised. */
  fields: string[]
  standing: string
  suppliedOn: string
  /** The last day for which the scenario was approved; empty where the approval names none. */
  ends: string
}

type Reading = Transaction<Tables> | Kysely<Tables>

/** The supplies of an operator that arrived, with their present standing. Ended ones are not among them. */
export async function suppliesOf(tx: Reading, where: { operator?: string; agreement?: string }): Promise<Supply[]> {
  const rows = await tx.selectFrom('register_record as r')
    .leftJoin('standing as s', (join) => join.onRef('s.id', '=', 'r.key').on('s.kind', '=', 'supply'))
    .select(['r.key', 'r.record', 'r.from_date', 's.state'])
    .where('r.register', '=', 'supplies').where('r.current', '=', true)
    .orderBy('r.key').execute()
  return rows
    .map((row) => supplyOf(row.key, row.record, row.state, row.from_date))
    .filter((supply) => (where.operator === undefined || supply.operator === where.operator) && (where.agreement === undefined || supply.agreement === where.agreement))
}

/** Unknown standing is no standing: a supply that was never granted is not granted. */
function supplyOf(id: string, record: JsonObject, standing: string | null, suppliedOn: string): Supply {
  const text = (name: string): string => {
    const value = record[name]
    return typeof value === 'string' ? value : ''
  }
  return {
    id, entry: text('entry'), version: text('version'), agreement: text('agreement'),
    operator: text('operator'), provider: text('provider'), scenario: text('scenario'), fields: texts(record['fields']),
    standing: standing ?? 'none', suppliedOn, ends: text('ends'),
  }
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}

/** The standing of something, or `none`. */
export async function standingOf(tx: Reading, kind: string, id: string): Promise<string> {
  const row = await tx.selectFrom('standing').select('state').where('kind', '=', kind).where('id', '=', id).executeTakeFirst()
  return row?.state ?? 'none'
}

/** A record's plain text field, where the record is an object. */
export function recordText(record: Json | undefined, field: string): string | null {
  const value = isObject(record) ? record[field] : undefined
  return typeof value === 'string' ? value : null
}
