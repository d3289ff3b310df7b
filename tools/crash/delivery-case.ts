import type { JsonObject } from '#core/json.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import { placeCase } from './placed-case.ts'
import type { CasePlace } from './placed-case.ts'

const DAY = legalDate('2026-06-08')
const BASIS = { provision: 'cd26-20.3', says: '按照已确认的数据提供方式将相关数据提供至市一体化政务大数据平台' }

/**
 * A demand at the step at which a provider hands its data over, with its entry in the catalog. The chain that leads there is
 * another story's; here its events stand from the beginning.
 */
export async function openDelivery(place: CasePlace, asked: { id: string; provider: string; entry: string; record: JsonObject; fields: string[] }): Promise<{ caseId: string; task: string }> {
  const { id, provider, entry, fields } = asked
  const by = { person: 'yy-zhou', organization: 'river-data-group', office: 'operator' }
  await placeCase(place, {
    id, number: `需求〔2026〕${id}号`, procedure: 'data-demand', status: 'provider-review', parties: { operator: by.organization }, by, basis: BASIS, contents: { demand: { scenario: { name: '供水分析' }, items: [] } },
    then: [{ type: 'task-opened', task: `${id}-provision`, step: 'provision', office: 'data-provider', organization: provider, on: DAY, clock: null, branch: [
      { collection: 'providers', key: provider, rows: [{ entry }] }, { collection: 'approved-items', key: entry, rows: [{ entry, fields, decision: 'approve', 'provide-by': 'batch-table' }] },
    ] }],
  }, async (tx) => {
    const known = await tx.selectFrom('register_record').select('key').where('register', '=', 'catalog').where('key', '=', entry).executeTakeFirst()
    if (known === undefined) await tx.insertInto('register_record').values({ register: 'catalog', key: entry, version: 1, record: { provider, ...asked.record }, from_date: DAY, current: true, case_id: id }).execute()
  })
  return { caseId: id, task: `${id}-provision` }
}
