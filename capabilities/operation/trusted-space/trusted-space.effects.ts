import { randomUUID } from 'node:crypto'
import { rowFilterSchema } from '#core/boundary/row-filter.ts'
import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { branchKey } from '#core/procedure/case-state.ts'
import { textArg } from '#adapters/cases/capability-port.ts'
import type { EffectRunner } from '#adapters/cases/capability-port.ts'

/** The one door for raw data: what a provider consented to, with its boundary, and the message that carries it out. */
export const TRUSTED_SPACE_EFFECTS: Readonly<Record<string, EffectRunner>> = {
  'space.supply': async (args, context) => {
    const id = `out-${randomUUID()}`
    const [space, entry, supply] = [textArg(args, 'space'), textArg(args, 'entry'), textArg(args, 'supply')]
    const uses = args['uses']
    if (typeof uses !== 'number') throw new TypeError(`uses is a number, not ${JSON.stringify(uses)}`)
    await context.tx.insertInto('space_supply').values({
      id, case_id: context.state.id, space, entry, supply, version: textArg(args, 'version'), provider: textArg(args, 'provider'),
      fields: JSON.stringify(textsOf(args, 'fields')), row_filter: JSON.stringify(rowsOf(args['rows'])), purpose: textArg(args, 'purpose'), users: textArg(args, 'users'), uses,
      ends: textArg(args, 'ends'), approved_on: textArg(args, 'approved-on'),
    }).execute()
    await context.tx.insertInto('outbox').values({
      id, case_id: context.state.id, handle: context.handle, port: 'trusted-space', action: 'supply', payload: { space, entry, supply }, concludes: textArg(args, 'concludes'),
      branch: branchKey(context.branch), state: 'waiting', last_error: null, result: null,
    }).execute()
  },
}

function textsOf(args: JsonObject, name: string): string[] {
  const value = args[name]
  const texts = Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
  if (texts.length === 0) throw new TypeError(`${name} is a list of names, not ${JSON.stringify(value)}`)
  return texts
}

/** Rows as the provider limited them: a field with the least and the greatest value that may go; none means every row. */
function rowsOf(rows: Json | undefined): Json {
  const conditions = (Array.isArray(rows) ? rows : []).flatMap((row) => {
    if (!isObject(row)) return []
    const { field, from, to } = row
    return [{ column: field, ...(typeof from === 'string' && from !== '' ? { from } : {}), ...(typeof to === 'string' && to !== '' ? { to } : {}) }]
  })
  return JSON.parse(JSON.stringify(rowFilterSchema.parse(conditions))) as Json // plain texts
}
