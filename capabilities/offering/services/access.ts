import type { LegalDate } from '#core/calendar/legal-date.ts'
import { preparePolicy } from '#core/decision/policy.ts'
import type { Decide, Verdict } from '#core/decision/policy.ts'
import type { JsonObject } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { UnknownInPack } from '#core/procedure/case-law.ts'

/** Each law's table, ready to be asked: a law never changes, a new edition is another one. */
const tables = new WeakMap<CaseLaw, Decide>()

/** Whether a service call may be answered, decided by the pack's table `service-access`; without a table nothing is. */
export function mayBeServed(law: CaseLaw, input: JsonObject): Verdict {
  const known = tables.get(law)
  if (known !== undefined) return known(input)
  const policy = law.pack.policies['service-access']
  if (!policy) throw new UnknownInPack(`pack ${law.ref.id} has no policy service-access: no call is answered under it`)
  const table = preparePolicy(policy)
  tables.set(law, table)
  return table(input)
}

/** How the released result behind a product stands today, for the table: `release` is its standing, or `expired` after the last day of a waiver that it rests on. */
export function releaseInput(grant: { released: boolean; releaseStanding: string; usableUntil: string | null }, today: LegalDate): { released: boolean; release: string } {
  const release = grant.usableUntil !== null && grant.usableUntil < today ? 'expired' : grant.releaseStanding
  return { released: grant.released && release === 'granted', release }
}
