import type { Json, JsonObject } from '#core/json.ts'
import { textArg } from './capability-port.ts'
import type { FactReader } from './capability-port.ts'

/** The facts that belong to no single capability: records of registers, and standings. */
export const SHARED_FACTS: Readonly<Record<string, FactReader>> = {
  'register.record': async (args, { tx }) => {
    const row = await tx.selectFrom('register_record').select(['record', 'version', 'from_date'])
      .where('register', '=', textArg(args, 'register')).where('key', '=', textArg(args, 'key')).where('current', '=', true).executeTakeFirst()
    return row === undefined ? null : { ...row.record, version: row.version, from: row.from_date }
  },
  'register.records': async (args, { tx }) => {
    const keys = (Array.isArray(args['keys']) ? args['keys'] : [args['keys']]).filter((key): key is string => typeof key === 'string')
    if (keys.length === 0) return {}
    const rows = await tx.selectFrom('register_record').select(['key', 'record', 'version', 'from_date'])
      .where('register', '=', textArg(args, 'register')).where('key', 'in', keys).where('current', '=', true).execute()
    const found: JsonObject = {}
    for (const row of rows) found[row.key] = { ...row.record, version: row.version, from: row.from_date }
    return found
  },
  'standing.of': async (args, { tx }): Promise<Json> => {
    const row = await tx.selectFrom('standing').select('state').where('kind', '=', textArg(args, 'kind')).where('id', '=', textArg(args, 'id')).executeTakeFirst()
    return row?.state ?? null
  },
}
