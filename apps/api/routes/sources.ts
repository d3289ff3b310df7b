import { z } from 'zod'
import { isHost } from '#core/boundary/source-address.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { allowHost, allowedHosts, disallowHost } from '#capabilities/supply/deliveries/allowed-hosts.store.ts'
import { SourceRefused, refusalOfAddress, refusalOfSource, testSource } from '#capabilities/supply/deliveries/reach-source.job.ts'
import { endSource, insertSource, listSources, readSource } from '#capabilities/supply/deliveries/source.store.ts'
import type { DataSource } from '#capabilities/supply/deliveries/source.store.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { Person } from '#adapters/identity/persons.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { Refused, problemOf, unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { hostViews, sourceViews } from '../views/deliveries.ts'
import { HostBody, HostList, SourceBody, SourceList, SourceView, TestView } from '../wire/deliveries.ts'

const ById = z.strictObject({ id: z.uuid() })

/** Sources of a provider, their accounts sealed; and the list of hosts that the platform may call at all. */
export const sourceRoutes: RouteFile = (app, parts) => {
  ownSourceRoutes(app, parts)
  hostRoutes(app, parts)
}

const ownSourceRoutes: RouteFile = (app, parts) => {
  app.get('/api/sources', {
    config: { permission: 'deliveries.read' },
    schema: { operationId: 'listSources', summary: '本单位登记的数据源（不含账号口令）', response: { 200: SourceList } },
    handler: async (request) => readingAsSystem(parts, async (tx) => ({ rows: await sourceViews(tx, await listSources(tx, personOf(request).organization.id)) })),
  })

  app.post('/api/sources', {
    config: { permission: 'sources.change' },
    schema: { operationId: 'registerSource', summary: '登记数据源，账号口令加密保存，不再显示', body: SourceBody, response: { 201: SourceView } },
    handler: async (request, reply) => {
      const person = personOf(request)
      const { account, ...said } = request.body
      const refusal = await refusalOfAddress(reach(parts), said)
      if (refusal !== null) throw new Refused(refusal)
      const view = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
        const source = await insertSource(tx, parts.operation.vault, { ...said, organization: person.organization.id, registeredBy: person.id, registeredOn: await parts.clock.today(tx) }, account)
        await enter(parts, tx, person, { office: 'data-provider', action: 'register-source', kind: 'data-source', id: source.id })
        return viewOf(tx, source)
      })
      parts.evidence.poke()
      return reply.code(201).send(view)
    },
  })

  app.post('/api/sources/:id/test', {
    config: { permission: 'sources.change' },
    schema: { operationId: 'testSource', summary: '测试连接，列出账号可见的表', params: ById, response: { 200: TestView } },
    handler: async (request) => {
      const source = await ownSource(parts, personOf(request), request.params.id)
      try {
        return { tables: await testSource(reach(parts), source) }
      } catch (error) {
        const refusal = refusalOfSource(error)
        if (refusal === null || !(error instanceof SourceRefused || error instanceof IngestError)) throw error
        throw new Refused(refusal)
      }
    },
  })

  app.post('/api/sources/:id/end', {
    config: { permission: 'sources.change' },
    schema: { operationId: 'endSource', summary: '停用数据源，销毁其账号口令', params: ById, response: { 200: SourceView } },
    handler: async (request) => {
      const person = personOf(request)
      const source = await ownSource(parts, person, request.params.id)
      const view = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
        await endSource(tx, parts.operation.vault, source.id, await parts.clock.today(tx))
        await enter(parts, tx, person, { office: 'data-provider', action: 'end-source', kind: 'data-source', id: source.id })
        return viewOf(tx, source)
      })
      parts.evidence.poke()
      return view
    },
  })
}

const hostRoutes: RouteFile = (app, parts) => {
  app.get('/api/administration/source-hosts', {
    config: { permission: 'source-hosts.administer' },
    schema: { operationId: 'listSourceHosts', summary: '平台可以访问的数据源主机', response: { 200: HostList } },
    handler: () => hosts(parts),
  })

  app.post('/api/administration/source-hosts', {
    config: { permission: 'source-hosts.administer' },
    schema: { operationId: 'allowSourceHost', summary: '将主机和端口列入许可名单', body: HostBody, response: { 200: HostList } },
    handler: async (request) => {
      if (!isHost(request.body.host)) throw problemOf(422, 'source-host-must-be-plain', '主机应为域名或者 IP 地址，不含协议、账号、端口和路径。', '请更正主机。')
      return changedHosts(parts, personOf(request), 'allow-source-host', (tx) => allowHost(tx, request.body, personOf(request).id), request.body)
    },
  })

  app.post('/api/administration/source-hosts/removal', {
    config: { permission: 'source-hosts.administer' },
    schema: { operationId: 'disallowSourceHost', summary: '将主机和端口移出许可名单', body: HostBody, response: { 200: HostList } },
    handler: async (request) => changedHosts(parts, personOf(request), 'disallow-source-host', (tx) => disallowHost(tx, request.body), request.body),
  })
}

const reach = (parts: ApiParts) => ({ db: parts.db, vault: parts.operation.vault, demonstration: parts.operation.deliveries.demonstration })

async function viewOf(tx: Tx, source: DataSource): Promise<SourceView> {
  const [view] = await sourceViews(tx, [source])
  if (view === undefined) throw new Error('a source has no view')
  return view
}

async function ownSource(parts: ApiParts, person: Person, id: string) {
  const source = await readingAsSystem(parts, (tx) => readSource(tx, id, person.organization.id))
  if (source === null) throw unknownThing('source-must-exist', '数据源')
  return source
}

async function hosts(parts: ApiParts): Promise<HostList> {
  return readingAsSystem(parts, async (tx) => ({ rows: await hostViews(tx, await allowedHosts(tx)) }))
}

async function changedHosts(parts: ApiParts, person: Person, action: string, change: (tx: Tx) => Promise<boolean>, { host, port }: HostBody): Promise<HostList> {
  await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    // A host's name may hold digits that look like something else: the entry names it by what it is, a host and a port.
    if (await change(tx)) await enter(parts, tx, person, { office: 'system-administrator', action, kind: 'source-host', id: `host:${host.toLowerCase()}:${port}` })
  })
  parts.evidence.poke()
  return hosts(parts)
}

type HostBody = z.infer<typeof HostBody>

async function enter(parts: ApiParts, tx: Tx, person: Person, { office, action, kind, id }: { office: string; action: string; kind: string; id: string }): Promise<void> {
  await addPending(tx, {
    type: 'policy-changed', legalDate: await parts.clock.today(tx), actor: person.id, onBehalfOf: person.organization.id, office, action, object: { kind, id }, decision: 'done', detail: {},
  }, parts.clock.now())
}
