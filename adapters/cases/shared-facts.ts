import { sql } from '#adapters/postgres/kysely.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { casesAsked, matchingCase, matchingRecords, similarRecords } from '#core/procedure/record-facts.ts'
import type { KeyedRecord } from '#core/procedure/record-facts.ts'
import { textArg } from './capability-port.ts'
import type { FactReader } from './capability-port.ts'
import { loadCase } from './case-store.ts'
import type { Tx } from './case-store.ts'
import { disclosureDebtUnder } from './disclosure-debt.ts'

/** The facts that belong to no single capability: records of registers, and standings. */
export const SHARED_FACTS: Readonly<Record<string, FactReader>> = {
  'register.record': async (args, { tx }) => {
    const row = await tx.selectFrom('register_record').select(['record', 'version', 'from_date'])
      .where('register', '=', textArg(args, 'register')).where('key', '=', textArg(args, 'key')).where('current', '=', true).executeTakeFirst()
    return row === undefined ? null : recordFact(row)
  },
  'register.records': async (args, { tx }) => {
    const keys = (Array.isArray(args['keys']) ? args['keys'] : [args['keys']]).filter((key): key is string => typeof key === 'string')
    if (keys.length === 0) return {}
    const rows = await tx.selectFrom('register_record').select(['key', 'record', 'version', 'from_date'])
      .where('register', '=', textArg(args, 'register')).where('key', 'in', keys).where('current', '=', true).execute()
    const found: JsonObject = {}
    for (const row of rows) found[row.key] = recordFact(row)
    return found
  },
  'register.matching': async (args, { tx }) => {
    const [register, field] = [textArg(args, 'register'), textArg(args, 'field')]
    const values = listOf(args['values']).filter((one) => typeof one === 'string')
    if (values.length === 0) return []
    return matchingRecords(await currentRecords(tx, register, field.includes('[]') ? null : { field, values }), field, values)
  },
  'register.similar': async (args, { tx }) => {
    const percent = args['percent']
    if (typeof percent !== 'number') return null
    return similarRecords(await currentRecords(tx, textArg(args, 'register'), null), textArg(args, 'key'), textArg(args, 'field'), args['values'], percent)
  },
  'cases.matching': async (args, { tx, state, law }) => {
    const asked = casesAsked(args)
    if (asked === null) return null
    // Under a draft there are previews only; else a case that is not there yet asks for real ones.
    const isPreview = state?.preview ?? law.pack.manifest.status === 'draft'
    let query = tx.selectFrom('legal_case').select('id').where('procedure', '=', asked.procedure).where('preview', '=', isPreview).orderBy('id')
    if (asked.status !== null) query = query.where('status', 'in', asked.status.length === 0 ? [''] : [...asked.status])
    const found: JsonObject[] = []
    for (const { id } of await query.execute()) {
      const other = id === state?.id ? null : await loadCase(tx, id)
      const match = other === null ? null : matchingCase(other, asked)
      if (match !== null) found.push(match)
    }
    return found
  },
  'disclosure.debt': async (_args, { tx, today, law }) => disclosureDebtUnder(tx, law, today),
  'standing.of': async (args, { tx }): Promise<Json> => {
    const row = await tx.selectFrom('standing').select('state').where('kind', '=', textArg(args, 'kind')).where('id', '=', textArg(args, 'id')).executeTakeFirst()
    return row?.state ?? null
  },
}

/** A record with its version and first day, unless the register has fields of its own by these names. */
function recordFact(row: { record: JsonObject; version: number; from_date: string }): JsonObject {
  return { version: row.version, from: row.from_date, ...row.record }
}

/** The current records of a register, or those whose field is (or as a list holds) one of the texts. */
async function currentRecords(tx: Tx, register: string, only: { field: string; values: string[] } | null): Promise<KeyedRecord[]> {
  let query = tx.selectFrom('register_record').select(['key', 'record']).where('register', '=', register).where('current', '=', true)
  // `?|` asks of a text whether it is, and of a list whether it holds, one of these.
  if (only !== null) query = query.where(sql<boolean>`record -> ${only.field} ?| ${only.values}::text[]`)
  return (await query.execute()).map(({ key, record }) => ({ id: key, record }))
}

function listOf(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}
