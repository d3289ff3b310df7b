import type { Json, JsonObject } from '../json.ts'
import type { Basis } from '../pack/basis.ts'
import type { Effect, Procedure } from '../pack/procedure-format.ts'
import type { CaseEvent } from './case-event.ts'
import { branchesOf } from './collection.ts'
import { conditionHolds } from './condition.ts'
import { resolve } from './operand.ts'
import type { Scope } from './operand.ts'

/** The intended effects of an outcome with their arguments resolved; one for each row where the pack says so. */
export function intendedEffects(effects: readonly Effect[], procedure: Procedure, place: string, basis: Basis, scope: Scope): CaseEvent[] {
  return effects.flatMap((effect, index) => {
    const branches = effect.for_each === undefined ? [scope.branch] : branchesOf(procedure, effect.for_each, scope).map((part) => [...scope.branch, part])
    return branches.flatMap((branch, row): CaseEvent[] => {
      const seen = { ...scope, branch }
      if (!conditionHolds(effect.when, seen)) return []
      const handle = `${place}/${index + 1}${effect.for_each === undefined ? '' : `.${row + 1}`}`
      return [{ type: 'effect-intended', handle, effect: effect.effect, args: resolvedArgs(effect, seen), basis: effect.basis ?? basis }]
    })
  })
}

function resolvedArgs(effect: Effect, scope: Scope): JsonObject {
  const args: JsonObject = {}
  for (const [name, operand] of Object.entries(effect.with)) {
    const value: Json | undefined = resolve(operand, scope)
    if (value !== undefined) args[name] = value
  }
  return args
}
