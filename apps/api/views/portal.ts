import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { allRecords, productUse } from '#capabilities/disclosure/disclosure/disclosure.facts.ts'
import type { PortalView } from '../wire/public.ts'
import { entryRecords } from './names.ts'
import { publishedWords } from './published-words.ts'
import type { NameOf } from './published-words.ts'

/** The newest publications that the first page of the portal shows. */
const PUBLICATIONS_MAX = 200

type Records = Pick<PortalView, 'authorizations' | 'products' | 'use' | 'publications'>
type Found = Awaited<ReturnType<typeof allRecords>>[number]
type Telling = { lawOf(caseId: string): CaseLaw | null; nameOf: NameOf; entries: ReadonlyMap<string, JsonObject> }

/** Who may do what with which data, the products, their use since the beginning, and what was published: as registers and evidence have them, in the packs' words. */
export async function portalRecords(tx: Tx, packs: PackLibrary, today: LegalDate): Promise<Records> {
  const authorizations = await allRecords(tx, 'authorizations')
  const products = await allRecords(tx, 'products')
  const use = await productUse(tx, '0000-01-01', today)
  const publications = await tx.selectFrom('publication').select(['id', 'kind', 'title', 'legal_date', 'body', 'case_id'])
    .orderBy('legal_date', 'desc').orderBy('at', 'desc').orderBy('id').limit(PUBLICATIONS_MAX).execute()
  const telling = await tellingOf(tx, packs, [...[...authorizations, ...products].map((one) => ({ case_id: one.caseId, body: one.record })), ...publications])
  return {
    authorizations: authorizations.map((one) => authorizationView(one, telling)),
    products: products.filter((one) => one.endedOn === null).map((one) => productView(one, telling)),
    use: use.map(({ product, name, calls, consumers, free }) => ({ product, name, calls, consumers, free_calls: free })),
    publications: publications.map(({ case_id: caseId, ...one }) => {
      const law = telling.lawOf(caseId)
      return { ...one, body: law === null ? one.body : publishedWords(law).body(`publish/${one.kind}`, one.body, telling.nameOf) }
    }),
  }
}

/** The law of each case and the names of everything that the bodies mention, read together. */
export async function tellingOf(tx: Tx, packs: PackLibrary, told: readonly { case_id: string; body: JsonObject }[]): Promise<Telling> {
  const ids = [...new Set(told.flatMap(({ body }) => idsIn(body)))]
  const cases = told.length === 0 ? [] : await tx.selectFrom('legal_case').select(['id', 'pack', 'pack_digest']).where('id', 'in', [...new Set(told.map((one) => one.case_id))]).execute()
  const laws = new Map(cases.map((row) => [row.id, packs.lawOf({ id: row.pack, digest: row.pack_digest })]))
  const entries = await entryRecords(tx, ids)
  const names = await organizationNames(tx, [...ids, ...[...entries.values()].map((entry) => text(entry, 'provider'))])
  const nameOf = (id: string) => {
    const title = entries.get(id)?.['title']
    return typeof title === 'string' ? title : (names.get(id) ?? id)
  }
  return { lawOf: (caseId) => laws.get(caseId) ?? null, nameOf, entries }
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,199}$/

/** Every text of a body that could be an id. */
function idsIn(value: Json): string[] {
  if (typeof value === 'string') return value.split('、').filter((one) => ID.test(one))
  if (Array.isArray(value)) return value.flatMap(idsIn)
  return isObject(value) ? Object.values(value).flatMap(idsIn) : []
}

function authorizationView({ key, record, from, endedOn, caseId }: Found, telling: Telling): PortalView['authorizations'][number] {
  const worded = wording('authorizations', record, caseId, telling)
  return {
    id: key,
    operator: text(record, 'operator-name'),
    credit_code: text(record, 'credit-code'),
    selection_method: worded('selection-method').join('、'),
    agreement_date: text(record, 'agreement-date'),
    mode: worded('mode').join('、'),
    content: worded('activities').join('、'),
    resources: texts(record['resources']).map((entry) => resourceView(entry, telling)),
    starts: text(record, 'start') || from,
    ends: text(record, 'end'),
    status: endedOn === null ? '有效' : '已终止',
    ended_on: endedOn,
  }
}

function productView({ key, record, caseId }: Found, telling: Telling): PortalView['products'][number] {
  const worded = wording('products', record, caseId, telling)
  return {
    id: key,
    name: text(record, 'name'),
    description: text(record, 'description'),
    operator: worded('operator').join('、'),
    sources: worded('sources'),
    price: priceText(record),
    registration: text(record, 'registration') || text(record, 'registration-state'),
    contact: text(record, 'contact'),
  }
}

/** A field of a register's record as a list of texts in the pack's words. */
function wording(register: string, record: JsonObject, caseId: string, { lawOf, nameOf }: Telling): (field: string) => string[] {
  const law = lawOf(caseId)
  return (field) => {
    const value = record[field]
    if (value === undefined) return []
    const told = law === null ? value : publishedWords(law).field(`register.put/${register}`, field, value, nameOf)
    return texts(told)
  }
}

function resourceView(entry: string, { entries, nameOf }: Telling): { title: string; provider: string } {
  const provider = entries.get(entry)?.['provider']
  return { title: nameOf(entry), provider: typeof provider === 'string' ? nameOf(provider) : '' }
}

function priceText(record: JsonObject): string {
  const price = record['price']
  if (typeof price !== 'number') return '—'
  return price === 0 ? '免费' : `${price}元${text(record, 'price-unit') === '' ? '' : `／${text(record, 'price-unit')}`}`
}

function text(record: JsonObject, field: string): string {
  const value = record[field]
  return typeof value === 'string' ? value : ''
}

function texts(value: Json | undefined): string[] {
  const all = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
  return all.map((one) => (isObject(one) ? text(one, 'title') || text(one, 'name') || text(one, 'entry') : String(one)))
}
