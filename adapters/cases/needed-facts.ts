import type { Json, JsonObject } from '#core/json.ts'
import type { FactRequest } from '#core/pack/procedure-format.ts'
import { resolve } from '#core/procedure/operand.ts'
import type { Scope } from '#core/procedure/operand.ts'
import { ArgumentUnusable } from './capability-port.ts'
import type { FactReader, Offered } from './capability-port.ts'
import type { Tx } from './case-store.ts'

/**
 * Reads the facts that an outcome asks for, in order: a later one may name an earlier one. A fact about something that
 * was not given is null; that it was not given is refused by the decision itself.
 */
export async function readFacts(tx: Tx, offered: Offered, requests: Readonly<Record<string, FactRequest>>, scope: Scope): Promise<Record<string, Json>> {
  const facts: Record<string, Json> = {}
  for (const [name, request] of Object.entries(requests)) {
    const reader = offered.facts[request.fact]
    if (!reader) throw new Error(`no capability offers the fact ${request.fact}`)
    const args: JsonObject = {}
    for (const [arg, operand] of Object.entries(request.with)) {
      const value = resolve(operand, { ...scope, facts: { ...scope.facts, ...facts } })
      if (value !== undefined) args[arg] = value
    }
    facts[name] = await readOrUnknown(reader, args, { tx, today: scope.act.recorded, law: scope.law, state: scope.state })
  }
  return facts
}

async function readOrUnknown(reader: FactReader, args: JsonObject, at: Parameters<FactReader>[1]): Promise<Json> {
  try {
    return await reader(args, at)
  } catch (error) {
    if (error instanceof ArgumentUnusable) return null
    throw error
  }
}
