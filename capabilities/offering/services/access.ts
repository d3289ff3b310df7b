import { decideByPolicy } from '#core/decision/policy.ts'
import type { Verdict } from '#core/decision/policy.ts'
import type { JsonObject } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { UnknownInPack } from '#core/procedure/case-law.ts'

/** Whether a service call may be answered, decided by the pack's table `service-access`; without a table nothing is. */
export function mayBeServed(law: CaseLaw, input: JsonObject): Verdict {
  const policy = law.pack.policies['service-access']
  if (!policy) throw new UnknownInPack(`pack ${law.ref.id} has no policy service-access: no call is answered under it`)
  return decideByPolicy(policy, input)
}
