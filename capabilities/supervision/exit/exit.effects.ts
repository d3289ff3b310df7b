import { randomUUID } from 'node:crypto'
import { branchKey } from '#core/procedure/case-state.ts'
import { textArg } from '#adapters/cases/capability-port.ts'
import type { EffectContext, EffectRunner } from '#adapters/cases/capability-port.ts'
import { changeStanding } from '#adapters/cases/shared-effects.ts'
import { intendDestruction } from '#adapters/vault/destroy.ts'
import { suppliesOf } from '#capabilities/operation/environment/supplies.facts.ts'

/** Ending an agreement: every access under it ends in the same transaction; its keys are destroyed in two phases. */
export const EXIT_EFFECTS: Readonly<Record<string, EffectRunner>> = {
  'access.revoke': revokeAccess,
  'exit.destroy-keys': destroyKeys,
}

async function revokeAccess(args: Parameters<EffectRunner>[0], context: EffectContext): Promise<void> {
  const [agreement, reason] = [textArg(args, 'agreement'), textArg(args, 'reason')]
  const revoked: { kind: string; thing: string }[] = [{ kind: 'agreement', thing: agreement }]
  for (const supply of await suppliesOf(context.tx, { agreement })) revoked.push({ kind: 'supply', thing: supply.id })
  // What stands under the agreement, and what stands under that: products, listings, subscriptions.
  let parents = [agreement]
  while (parents.length > 0) {
    const rows = await context.tx.selectFrom('standing').select(['kind', 'id']).where('under', 'in', parents).execute()
    const fresh = rows.filter((row) => !revoked.some((one) => one.kind === row.kind && one.thing === row.id))
    for (const row of fresh) revoked.push({ kind: row.kind, thing: row.id })
    parents = fresh.map((row) => row.id)
  }
  for (const one of revoked) {
    await changeStanding(context, { kind: one.kind, id: one.thing, state: 'revoked', reason, under: null })
    await context.tx.insertInto('revoked_access').values({ case_id: context.state.id, handle: context.handle, kind: one.kind, thing: one.thing, revoked_on: context.act.date })
      .onConflict((conflict) => conflict.doNothing()).execute()
  }
  const subscriptions = revoked.filter((one) => one.kind === 'subscription').map((one) => one.thing)
  if (subscriptions.length === 0) return
  const keys = await context.tx.updateTable('service_key').set({ revoked_at: context.now }).where('subscription', 'in', subscriptions).where('revoked_at', 'is', null).returning('id').execute()
  for (const key of keys) {
    await context.tx.insertInto('revoked_access').values({ case_id: context.state.id, handle: context.handle, kind: 'service-key', thing: key.id, revoked_on: context.act.date })
      .onConflict((conflict) => conflict.doNothing()).execute()
  }
}

/** First phase with the step itself: the versions can no longer be opened. The second is the outbox's. */
async function destroyKeys(args: Parameters<EffectRunner>[0], context: EffectContext): Promise<void> {
  const agreement = textArg(args, 'agreement')
  const versions = [...new Set((await suppliesOf(context.tx, { agreement })).map((supply) => supply.version))].filter((version) => version !== '')
  await intendDestruction(context.tx, versions, { orderedBy: context.state.id, ground: context.state.number })
  const results = await context.tx.selectFrom('job').select('id').where('agreement', '=', agreement).where('wrapped_key', 'is not', null).execute()
  await context.tx.insertInto('outbox').values({
    id: `out-${randomUUID()}`, case_id: context.state.id, handle: context.handle, port: 'vault', action: 'destroy',
    payload: { versions, results: results.map((job) => job.id), on: context.act.date }, concludes: typeof args['concludes'] === 'string' ? args['concludes'] : null,
    branch: branchKey(context.branch), state: 'waiting', last_error: null, result: null,
  }).execute()
}
