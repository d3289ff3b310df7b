import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { allRecords, productUse } from '#capabilities/disclosure/disclosure/disclosure.facts.ts'
import type { PortalView } from '../wire/public.ts'

type Records = Pick<PortalView, 'authorizations' | 'products' | 'use'>

/** Who may do what with which data, the products, and their use since the beginning, as the registers and the evidence have them. */
export async function portalRecords(tx: Tx, today: LegalDate): Promise<Records> {
  const authorizations = await allRecords(tx, 'authorizations')
  const products = await allRecords(tx, 'products')
  const names = await organizationNames(tx, products.map((one) => text(one.record, 'operator')))
  const use = await productUse(tx, '0000-01-01', today)
  return {
    authorizations: authorizations.map(({ key, record, from, endedOn }) => ({
      id: key,
      operator: text(record, 'operator-name'),
      credit_code: text(record, 'credit-code'),
      selection_method: text(record, 'selection-method'),
      agreement_date: text(record, 'agreement-date'),
      mode: text(record, 'mode'),
      content: listed(record['activities']).join('、'),
      resources: resourcesOf(record['resources']),
      starts: text(record, 'start') || from,
      ends: text(record, 'end'),
      status: endedOn === null ? '有效' : '已终止',
      ended_on: endedOn,
    })),
    products: products.filter((one) => one.endedOn === null).map(({ key, record }) => ({
      id: key,
      name: text(record, 'name'),
      description: text(record, 'description'),
      operator: names.get(text(record, 'operator')) ?? '',
      sources: listed(record['sources']),
      price: typeof record['price'] !== 'number' ? '—' : record['price'] === 0 ? '免费' : `${record['price']}元`,
      registration: text(record, 'registration'),
      contact: text(record, 'contact'),
    })),
    use: use.map(({ product, name, calls, consumers, free }) => ({ product, name, calls, consumers, free_calls: free })),
  }
}

function text(record: JsonObject, field: string): string {
  const value = record[field]
  return typeof value === 'string' ? value : ''
}

/** A list as texts; of an object with items, their titles or names. */
function listed(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) return []
  return value.flatMap((one) => (isObject(one) ? [text(one, 'title') || text(one, 'name') || text(one, 'entry')] : typeof one === 'string' ? [one] : []))
}

function resourcesOf(value: Json | undefined): { title: string; provider: string }[] {
  if (!Array.isArray(value)) return listed(value).map((title) => ({ title, provider: '' }))
  return value.map((one) => (isObject(one) ? { title: text(one, 'title') || text(one, 'entry'), provider: text(one, 'provider') } : { title: String(one), provider: '' }))
}
