import { isObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { Procedure } from '../pack/procedure-format.ts'
import { matches } from './check.ts'
import { UnknownInPack } from './case-law.ts'
import type { BranchPart } from './case-state.ts'
import { conditionHolds } from './condition.ts'
import { resolve } from './operand.ts'
import type { Scope } from './operand.ts'

/** The branches of a collection, seen from the current branch: one for each row, or for each group of rows. */
export function branchesOf(procedure: Procedure, id: string, scope: Scope): BranchPart[] {
  const collection = procedure.collections[id]
  if (!collection) throw new UnknownInPack(`collection ${id} is not in procedure ${procedure.procedure}`)
  const rows = resolve(collection.rows_of, scope)
  const groups = new Map<string, JsonObject[]>()
  for (const row of Array.isArray(rows) ? rows : []) {
    const asRow: JsonObject = isObject(row) ? row : { [collection.key]: row }
    if (!matches(asRow, collection.where) || !conditionHolds(collection.when, { ...scope, row: asRow })) continue
    const key = collection.group_by === undefined ? asRow[collection.key] : resolve(collection.group_by, { ...scope, row: asRow })
    if (typeof key !== 'string') throw new UnknownInPack(`collection ${id}: a row has no key ${collection.key}`)
    groups.set(key, [...(groups.get(key) ?? []), asRow])
  }
  return [...groups].map(([key, members]) => ({ collection: id, key, rows: members }))
}
