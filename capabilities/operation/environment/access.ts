import type { JsonObject } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { UnknownInPack } from '#core/procedure/case-law.ts'
import { decideByPolicy } from '#core/decision/policy.ts'
import type { Verdict } from '#core/decision/policy.ts'

/** What is known about a request to use data in the environment, for the pack's table `environment-access`. */
export type EnvironmentRequest = {
  /** Standing of the agreement: granted, suspended, revoked, ended, none. */
  agreement: string
  /** Whether the agreement is the requesting organisation's own. */
  own: boolean
  /** Number of the agreement's supplies that have arrived. */
  supplies: number
  /** Supplies approved for the declared scenario. */
  for_scenario: number
  /** Of these, how many stand. */
  granted: number
  /** Standing of the person in the environment, where it was ever set: granted, suspended, revoked. */
  user: string
  /** Supplied fields of the tables that the job reads whose declared protection no rule in force carries out. */
  unprotected: number
  /** The legal date, and the last day for which the standing supplies of the scenario were approved; null where none names one. */
  today: string
  ends: string | null
}

/** Whether data may be used now, decided by the pack's table; without a table nothing is allowed. */
export function mayUseEnvironment(law: CaseLaw, request: EnvironmentRequest): Verdict {
  const policy = law.pack.policies['environment-access']
  if (!policy) throw new UnknownInPack(`pack ${law.ref.id} has no policy environment-access: nothing may be used under it`)
  return decideByPolicy(policy, request as unknown as JsonObject) // plain numbers, flags and texts
}
