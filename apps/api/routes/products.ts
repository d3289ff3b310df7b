import { z } from 'zod'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { grantStandings, mayHaveKey } from '#capabilities/offering/services/grant-standing.store.ts'
import { rotateKey } from '#capabilities/offering/services/service-keys.store.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { Refused, unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { refusalView } from '../views/basis.ts'
import { columnTitles } from '../views/column-titles.ts'
import { Id } from '../wire/names.ts'
import type { RefusalView } from '../wire/refusal.ts'
import { IssuedKey, ProductList, ProductView, SubscriptionList } from '../wire/service.ts'

/** Products on the list, a consumer's subscriptions, and its keys. */
export const productRoutes: RouteFile = (app, parts) => {
  app.get('/api/products', {
    config: { permission: 'products.read' },
    schema: { operationId: 'listProducts', summary: '公共数据产品和服务清单', response: { 200: ProductList } },
    handler: async (request) => ({ rows: await readingAsSystem(parts, (tx) => productsOf(parts, tx, personOf(request).organization.id, null)) }),
  })

  app.get('/api/products/:id', {
    config: { permission: 'products.read' },
    schema: { operationId: 'readProduct', summary: '一项产品', params: z.strictObject({ id: Id }), response: { 200: ProductView } },
    handler: async (request) => {
      const [product] = await readingAsSystem(parts, (tx) => productsOf(parts, tx, personOf(request).organization.id, request.params.id))
      if (!product) throw unknownThing('product-must-exist', '产品')
      return product
    },
  })

  app.get('/api/subscriptions', {
    config: { permission: 'subscriptions.read' },
    schema: { operationId: 'listSubscriptions', summary: '本单位的产品使用，含已用次数；运营机构看到其产品的全部使用方', response: { 200: SubscriptionList } },
    handler: async (request) => ({ rows: await readingAsSystem(parts, (tx) => subscriptionsOf(parts, tx, personOf(request).organization.id)) }),
  })

  app.post('/api/subscriptions/:id/key', {
    config: { permission: 'subscriptions.key' },
    schema: { operationId: 'rotateKey', summary: '生成新密钥，旧密钥同时作废；密钥只显示一次', params: z.strictObject({ id: Id }), response: { 201: IssuedKey } },
    handler: async (request, reply) => {
      const person = personOf(request)
      const { id } = request.params
      const made = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
        const grant = await tx.selectFrom('service_grant').select(['product', 'scenario']).where('subscription', '=', id).where('consumer', '=', person.organization.id).forUpdate().executeTakeFirst()
        if (grant === undefined) return null
        const today = await parts.clock.today(tx)
        const refused = (await keysRefused(parts, tx, [id])).get(id) ?? null
        return { ...grant, today, refused, key: refused === null ? await rotateKey(tx, id, person.organization.id, person.id, parts.clock.now()) : '' }
      })
      if (made === null) throw unknownThing('subscription-must-exist', '产品使用')
      await parts.evidence.append({
        type: 'key-changed', legalDate: made.today, actor: person.id, onBehalfOf: person.organization.id, office: 'consumer', action: 'rotate-service-key',
        object: { kind: 'subscription', id }, decision: made.refused === null ? 'done' : 'deny', detail: { product: made.product, ...(made.refused === null ? {} : { code: made.refused.refusal.code }) },
        ...(made.refused?.refusal.provision ? { provision: made.refused.refusal.provision } : {}),
      })
      if (made.refused !== null) throw new Refused(made.refused.refusal, KEY_REFUSED, made.refused.law)
      return reply.code(201).send({ subscription: id, key: made.key, curl: curlOf(`${request.protocol}://${request.host}`, made.product, made.key, made.scenario) })
    },
  })
}

/** HTTP: what was asked for is known, and not allowed as things stand. */
const KEY_REFUSED = 403

function curlOf(address: string, product: string, key: string, scenario: string): string {
  return `curl -X POST ${address}/gateway/v1/products/${product}/query -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${JSON.stringify({ scenario, fields: ['…'], where: [], limit: 10 })}'`
}

async function productsOf(parts: ApiParts, tx: Tx, organization: string, id: string | null): Promise<z.infer<typeof ProductView>[]> {
  let query = tx.selectFrom('register_record as p').leftJoin('standing as s', (join) => join.onRef('s.id', '=', 'p.key').on('s.kind', '=', 'product'))
    .leftJoin('standing as r', (join) => join.onRef('r.id', '=', (eb) => eb.ref('p.record', '->>').key('release')).on('r.kind', '=', 'release'))
    .leftJoin('job as j', (join) => join.onRef('j.id', '=', (eb) => eb.ref('p.record', '->>').key('job')))
    .leftJoin('case_party as c', (join) => join.onRef('c.case_id', '=', 'p.case_id').on('c.organization', '=', organization))
    .select(['p.key', 'p.record', 'p.from_date', 'c.case_id', 's.state', 'r.state as release_state', 'j.id as job', 'j.sql', 'j.tables', 'j.columns']).where('p.register', '=', 'products')
  // The list holds what is on offer; whoever used a product that was stopped still reads what became of it.
  query = id === null ? query.where('p.current', '=', true) : query.where('p.key', '=', id).orderBy('p.version', 'desc').limit(1)
  const rows = await query.orderBy('p.from_date', 'desc').orderBy('p.key').execute()
  const names = await organizationNames(tx, new Set(rows.map((row) => text(row.record, 'operator'))))
  const titles = new Map<string, ReadonlyMap<string, string>>()
  for (const { job, sql, tables } of rows) if (job !== null && sql !== null) titles.set(job, await columnTitles(parts, tx, { id: job, sql, supplies: texts(tables as Json | undefined) })) // a JSON column
  return rows.map((row) => ({
    id: row.key,
    name: text(row.record, 'name'),
    description: text(row.record, 'description'),
    operator: { id: text(row.record, 'operator'), name: names.get(text(row.record, 'operator')) ?? '' },
    sources: texts(row.record['sources']),
    price_class: text(row.record, 'price-class'),
    price: priceOf(row.record),
    registration: text(row.record, 'registration') || text(row.record, 'registration-state') || '登记办理中',
    standing: standingOf(row.state, row.release_state),
    columns: columnsOf(row.columns, texts(row.record['fields']), titles.get(row.job ?? '') ?? new Map()),
    contact: text(row.record, 'contact'),
    published_on: text(row.record, 'published-on') || row.from_date,
    case_id: row.case_id ?? '',
  }))
}

/** A product stands as long as what it answers from stands. */
function standingOf(own: string | null, ofRelease: string | null): string {
  return own === GRANTED && ofRelease !== null && ofRelease !== GRANTED ? ofRelease : (own ?? 'none')
}
const GRANTED = 'granted'

async function subscriptionsOf(parts: ApiParts, tx: Tx, organization: string): Promise<z.infer<typeof SubscriptionList>['rows']> {
  const rows = await tx.selectFrom('service_grant as g').leftJoin('register_record as p', (join) => join.onRef('p.key', '=', 'g.product').on('p.register', '=', 'products')
    .on('p.version', '=', (eb) => eb.selectFrom('register_record as n').select((last) => last.fn.max('n.version').as('version')).whereRef('n.key', '=', 'g.product').where('n.register', '=', 'products')))
    .leftJoin('standing as s', (join) => join.onRef('s.id', '=', 'g.subscription').on('s.kind', '=', 'subscription'))
    .leftJoin('service_key as k', (join) => join.onRef('k.subscription', '=', 'g.subscription').on('k.revoked_at', 'is', null))
    .select(['g.subscription', 'g.product', 'g.consumer', 'g.scenario', 'g.purpose', 'g.quota', 'g.used', 'g.ends', 'g.case_id', 'p.record', 's.state', 'k.hint'])
    .orderBy('g.subscription').execute()
  const mine = rows.filter((row) => row.consumer === organization || text(row.record ?? {}, 'operator') === organization)
  const names = await organizationNames(tx, new Set(mine.map((row) => row.consumer)))
  const refused = await keysRefused(parts, tx, mine.map((row) => row.subscription))
  return mine.map((row) => ({
    id: row.subscription, product: { id: row.product, name: text(row.record ?? {}, 'name') }, consumer: { id: row.consumer, name: names.get(row.consumer) ?? '' },
    scenario: row.scenario, purpose: row.purpose, quota: row.quota, used: row.used, ends: row.ends, standing: row.state ?? 'none',
    key_hint: row.consumer === organization ? row.hint : null, key_refused: refused.get(row.subscription)?.view ?? null, case_id: row.case_id,
  }))
}

type KeyRefused = { refusal: Refusal; law: CaseLaw; view: RefusalView }

/** Which of these subscriptions no key is made for today, and why. */
async function keysRefused(parts: ApiParts, tx: Tx, subscriptions: readonly string[]): Promise<Map<string, KeyRefused>> {
  const today = await parts.clock.today(tx)
  const found = await grantStandings(tx, subscriptions)
  return new Map(found.flatMap((grant) => {
    const law = parts.packs.lawOf({ id: grant.pack, digest: grant.packDigest })
    const verdict = mayHaveKey(law, grant, today)
    return verdict.allow ? [] : [[grant.subscription, { refusal: verdict.refusal, law, view: refusalView(verdict.refusal, law) }] as const]
  }))
}

function text(record: JsonObject, field: string): string {
  const value = record[field]
  return typeof value === 'string' ? value : ''
}

function texts(value: JsonObject[string] | undefined): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}

function priceOf(record: JsonObject): string {
  const price = record['price']
  if (typeof price !== 'number') return '—'
  return price === 0 ? '免费' : `${price}元${text(record, 'price-unit') === '' ? '' : `／${text(record, 'price-unit')}`}`
}

/** Columns of the released result that the product offers, with the engine's type. */
function columnsOf(columns: unknown, offered: readonly string[], titles: ReadonlyMap<string, string>): { name: string; title: string; type: string }[] {
  const parsed = z.array(z.object({ name: z.string(), type: z.string() })).safeParse(columns)
  if (!parsed.success) return []
  return parsed.data.filter((column) => offered.includes(column.name)).map((column) => ({ name: column.name, title: titles.get(column.name) ?? column.name, type: column.type }))
}
