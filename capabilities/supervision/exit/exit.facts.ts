import type { Json } from '#core/json.ts'
import { textArg } from '#adapters/cases/capability-port.ts'
import type { FactReader } from '#adapters/cases/capability-port.ts'
import { suppliesOf } from '#capabilities/operation/environment/supplies.facts.ts'

/** Every copy known to the platform under an agreement: versions in the vault, and sealed results made of them. */
export const EXIT_FACTS: Readonly<Record<string, FactReader>> = {
  'exit.copies': async (args, { tx }): Promise<Json> => {
    const agreement = textArg(args, 'agreement')
    const supplies = await suppliesOf(tx, { agreement })
    const results = await tx.selectFrom('job').select(['id', 'row_count']).where('agreement', '=', agreement).where('wrapped_key', 'is not', null).execute()
    return [
      ...supplies.map((supply) => ({ copy: supply.version, kind: 'vault-version', title: supply.entry, place: '授权运营平台数据保险库' })),
      ...results.map((job) => ({ copy: job.id, kind: 'job-result', title: `作业结果（${job.row_count ?? 0}行）`, place: '开发利用环境结果区' })),
    ]
  },
}
