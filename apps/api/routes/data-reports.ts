import { z } from 'zod'
import { csvText } from '#core/csv-text.ts'
import { xlsxFile } from '#adapters/documents/xlsx-file.ts'
import { readSealedProfile } from '#adapters/vault/read-version.ts'
import { VaultError, readVersion } from '#adapters/vault/versions.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { suppliesOf } from '#capabilities/operation/environment/supplies.facts.ts'
import { deliveryOfVersion } from '#capabilities/supply/deliveries/delivery.store.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { dataReport, reportSheets } from '../views/data-report.ts'
import { destructionView, versionHistory } from '../views/data-version.ts'
import { DataReport } from '../wire/deliveries.ts'

const ById = z.strictObject({ id: z.uuid() })
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Quality and profile of a version, for its provider, the operators who may use it, and the agency of their agreement. */
export const dataReportRoutes: RouteFile = (app, parts) => {
  const path = '/api/data-versions/:id/report'
  app.get(path, {
    config: { permission: 'data-reports.read' },
    schema: { operationId: 'readDataReport', summary: '一个数据版本的质量报告和概况（不含原始数据）', params: ById, response: { 200: DataReport } },
    handler: (request) => reportFor(parts, personOf(request), request.params.id),
  })
  app.get(`${path}/xlsx`, { config: { permission: 'data-reports.read' }, schema: { operationId: 'exportDataReport', summary: '质量报告（Excel）', params: ById } }, async (request, reply) => {
    const report = await reportFor(parts, personOf(request), request.params.id)
    return reply.header('content-disposition', disposition(report, 'xlsx')).type(XLSX).send(Buffer.from(xlsxFile(reportSheets(report))))
  })
  app.get(`${path}/csv`, { config: { permission: 'data-reports.read' }, schema: { operationId: 'exportDataReportRows', summary: '质量报告中不符的行（CSV）', params: ById } }, async (request, reply) => {
    const report = await reportFor(parts, personOf(request), request.params.id)
    const [rules, failures] = reportSheets(report)
    const rows = [...(rules?.rows ?? []).map(([dimension = '', verdict = '', count = 0, text = '']) => [dimension, verdict, count, '', text]), ...(failures?.rows ?? []).map(([dimension = '', row = 0, column = '', shape = '']) => [dimension, '不符的行', row, column, shape])]
    return reply.header('content-disposition', disposition(report, 'csv')).type('text/csv; charset=utf-8').send(csvText(['维度', '结论', '行数或者行号', '列', '说明或者值的样式'], rows))
  })
}

function disposition({ title, number }: DataReport, extension: string): string {
  return `attachment; filename*=UTF-8''${encodeURIComponent(`${title}_第${number}版_质量报告.${extension}`)}`
}

async function reportFor(parts: ApiParts, person: Person, id: string): Promise<DataReport> {
  const found = await readingAsSystem(parts, async (tx) => {
    const version = await readVersion(tx, id).catch((error: unknown) => {
      if (error instanceof VaultError) return null
      throw error
    })
    if (version === null || !(await concerns(tx, person, version))) return null
    const row = await tx.selectFrom('vault_version').select('source').where('id', '=', id).executeTakeFirstOrThrow()
    const history = await versionHistory(tx, version.datasetId)
    // Others see the version that concerns them, not what the provider supplied before and after.
    const shown = version.providerOrganization === person.organization.id ? history : history.filter((one) => one.version === id)
    return { version, file: fileOf(row.source), delivery: await deliveryOfVersion(tx, id), history: shown, destruction: await destructionView(tx, id) }
  })
  if (found === null) throw unknownThing('version-must-exist', '数据版本')
  const { version, file, delivery, history, destruction } = found
  const profile = version.state === 'active' ? await readSealedProfile(parts.operation.vault, version) : null
  return dataReport(version, { entry: delivery?.entry ?? null, file, differences: delivery?.confirmed?.differences ?? [], profile, history, destruction })
}

/** Its provider; an operator that was supplied with it; a party of the agreement under which it was. */
async function concerns(tx: Tx, { organization }: Person, version: VaultVersion): Promise<boolean> {
  if (version.providerOrganization === organization.id) return true
  const supplies = (await suppliesOf(tx, {})).filter((supply) => supply.version === version.id)
  if (supplies.some(({ operator }) => operator === organization.id)) return true
  const party = await tx.selectFrom('case_party').select('case_id').where('organization', '=', organization.id).where('case_id', 'in', [...supplies.map(({ agreement }) => agreement), '']).executeTakeFirst()
  return party !== undefined
}

const File = z.object({ format: z.string().default(''), encoding: z.string(), bytes: z.number(), sha256: z.string() })

/** What the ingest wrote of the file; a version of before knows no format. */
function fileOf(source: object): z.infer<typeof File> {
  return File.parse(source)
}
