import { bindParameters, hasParameters } from '#core/boundary/statement-parameters.ts'
import type { ParameterValue } from '#core/boundary/statement-parameters.ts'
import { DEFAULT_STATEMENT_LIMITS } from '#core/boundary/statement-policy.ts'
import type { StatementRefusal } from '#core/boundary/statement-policy.ts'
import type { ParseGate } from '#adapters/sandbox/parse.ts'

export type Parameters = Readonly<Record<string, ParameterValue>>
export type BoundText = { bound: true; sql: string } | { bound: false; refusal: StatementRefusal }

/**
 * The statement with the values of its parameters written into it: what is run, recorded and shown to reviewers is whole.
 * A statement that cannot be parsed comes back as it is; whoever judges it says why.
 */
export async function bindStatement(gate: ParseGate, sql: string, parameters: Parameters): Promise<BoundText> {
  const given = Object.keys(parameters).length > 0
  if (sql.length > DEFAULT_STATEMENT_LIMITS.statementLength) return { bound: true, sql }
  const parsed = await gate.parse(sql)
  if (!parsed.ok || (!given && !hasParameters(parsed.tree))) return { bound: true, sql }
  const bound = bindParameters(parsed.tree, parameters, DEFAULT_STATEMENT_LIMITS)
  if (!bound.ok) return { bound: false, refusal: bound.refusal }
  const rendered = await gate.render(bound.tree)
  return rendered.ok ? { bound: true, sql: rendered.sql } : { bound: true, sql }
}
