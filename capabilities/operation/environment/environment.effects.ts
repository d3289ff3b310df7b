import { randomUUID } from 'node:crypto'
import { provisionOf } from '#core/pack/basis.ts'
import { textArg } from '#adapters/cases/capability-port.ts'
import type { EffectRunner } from '#adapters/cases/capability-port.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { readJob } from './environment.store.ts'
import { bindingOfJob, digestOfJson } from './release-binding.store.ts'

/** Lets a reviewed result leave as a release. What the automatic checks blocked, or what was never sealed, cannot be released. */
export const ENVIRONMENT_EFFECTS: Readonly<Record<string, EffectRunner>> = {
  'environment.release': async (args, context) => {
    const job = await readJob(context.tx, textArg(args, 'job'))
    if (job === null || job.digest === null || job.rowCount === null || job.wrappedKey === null || job.verdict === 'block') {
      throw new Error(`job ${textArg(args, 'job')} holds no result that may be released: the pack must refuse it before this effect`)
    }
    const id = `release-${randomUUID()}`
    const binding = await bindingOfJob(context.tx, job.id)
    const bindingDigest = binding === null ? null : digestOfJson(binding)
    await context.tx.insertInto('release').values({
      id, job: job.id, agreement: job.agreement, organization: job.organization, title: textArg(args, 'title'), columns: JSON.stringify(job.columns),
      row_count: job.rowCount, digest: job.digest, case_id: context.state.id, released_on: context.act.date,
      ...(binding === null ? {} : { binding: JSON.stringify(binding) }), binding_digest: bindingDigest,
      usable_until: binding === null ? null : firstEnd(binding.waivers),
    }).execute()
    const provision = provisionOf(context.basis)
    await addPending(context.tx, {
      type: 'release', legalDate: context.act.date, actor: context.person, onBehalfOf: job.organization, office: 'platform', action: 'release',
      object: { kind: 'release', id }, decision: 'allow', ...(provision === null ? {} : { provision }), bodyHash: `sha256:${job.digest}`,
      detail: { job: job.id, case: context.state.id, rows: job.rowCount, ...(bindingDigest === null ? {} : { binding: `sha256:${bindingDigest}` }) },
    }, context.now)
  },
}

/** What rests on waivers may be used as long as all of them last. */
function firstEnd(waivers: readonly { ends: string }[]): string | null {
  return waivers.map(({ ends }) => ends).toSorted()[0] ?? null
}
