import { z } from 'zod'
import { deltaModes, supplyModes } from '#core/boundary/supply-mode.ts'
import { columnRoles, columnTypes, decimalScaleMax, entityKinds } from '#core/boundary/table-schema.ts'
import { databaseSettings, sourceKinds, storeSettings } from '#capabilities/supply/deliveries/source.store.ts'
import { Id, Named, Sha256, ShortText, pageOf } from './names.ts'

/** What became of rows; `rows` are those of the supplied file. */
const ChangesView = z.strictObject({ rows: z.int(), added: z.int(), replaced: z.int(), removed: z.int() })
const DeltaBody = z.strictObject({ mode: z.enum(deltaModes), key: z.array(Id).max(20) })

/** Where data may be provided now. */
export const OpeningView = z.strictObject({
  case_id: z.string(), number: z.string(), case_title: z.string(), task: z.string(), step_title: z.string(), due: z.string().nullable(),
  entry: z.string(), title: z.string(), fields: z.array(z.strictObject({ name: z.string(), title: z.string() })),
  /** What was provided for it last and taken in: what the step's form asks for. */
  /** The newest version, which an increment would change; `hindrance` says why none can be delivered. */
  base: z.strictObject({ version: z.string(), number: z.int(), rows: z.int(), taken_in_at: z.string(), columns: z.array(z.strictObject({ name: z.string(), title: z.string() })), key: z.array(z.string()), hindrance: z.string().nullable() }).nullable(),
  provided: z.strictObject({ delivery: z.string(), rows: z.int(), sha256: z.string(), sm3: z.string(), fields: z.array(z.string()) }).nullable(),
})
export type OpeningView = z.infer<typeof OpeningView>
export const OpeningList = z.strictObject({ rows: z.array(OpeningView) })

const FailureView = z.strictObject({ code: z.string(), message: z.string(), cure: z.string(), row: z.int().nullable(), column: z.string().nullable() })
const ColumnView = z.strictObject({
  name: z.string(), header: z.string(), title: z.string(), type: z.enum(columnTypes), scale: z.int().nullable(), nullable: z.boolean(), missing: z.array(z.string()),
  role: z.enum(columnRoles), category: z.string().nullable(), grade: z.string().nullable(),
  /** Reasons for what is proposed; where content and catalog disagree; whether calling it ordinary needs a reason. */
  reasons: z.array(z.string()), disagreements: z.array(z.string()), identifying: z.boolean(),
})
export type DeliveryColumn = z.infer<typeof ColumnView>
const EntityView = z.strictObject({ kind: z.enum(entityKinds), key: z.array(z.string()) })

export const DeliveryRow = z.strictObject({
  id: z.string(), case_id: z.string(), number: z.string(), task: z.string(), entry: z.string(), title: z.string(), name: z.string(), bytes: z.number().nullable(), origin: z.enum(['upload', 'source']), mode: z.enum(supplyModes),
  state: z.enum(['receiving', 'received', 'looking', 'awaiting-confirmation', 'taking-in', 'taken-in', 'refused', 'abandoned']), begun_at: z.string(),
})
export type DeliveryRow = z.infer<typeof DeliveryRow>
export const DeliveryPage = pageOf(DeliveryRow)

export const DeliveryView = DeliveryRow.extend({
  begun_by: Named,
  fingerprint: z.string().nullable(),
  /** Bytes safely kept of an upload under way. */
  received: z.number().nullable(),
  progress: z.strictObject({ step: z.enum(['pulling', 'looking', 'taking-in']), done: z.number(), total: z.number().nullable() }).nullable(),
  failure: FailureView.nullable(),
  look: z.strictObject({ format: z.string(), encoding: z.string(), rows: z.int(), whole: z.boolean(), total: z.int(), warnings: z.array(z.string()), entity: EntityView, columns: z.array(ColumnView) }).nullable(),
  /** Of an increment: the columns that name a row, and what it does to the version before, once that is known. */
  key: z.array(z.string()),
  change: z.strictObject({ base: z.string(), base_number: z.int(), base_rows: z.int(), changes: ChangesView }).nullable(),
  confirmed: z.strictObject({ by: Named, on: z.string(), differences: z.array(z.string()) }).nullable(),
  version: z.string().nullable(),
})
export type DeliveryView = z.infer<typeof DeliveryView>

export const UploadBody = z.strictObject({ case_id: Id, task: Id, name: z.string().min(1).max(200), bytes: z.int().min(1), fingerprint: Sha256, delta: DeltaBody.optional() })
export type UploadBody = z.infer<typeof UploadBody>
export const PullBody = z.strictObject({ case_id: Id, task: Id, source: z.uuid(), place: z.union([z.strictObject({ namespace: ShortText.min(1), table: ShortText.min(1) }), z.strictObject({ key: z.string().min(1).max(1000) })]), delta: DeltaBody.optional() })
/** The changes as they were shown to the person who confirms them. */
export const ChangesBody = z.strictObject({ base: z.uuid(), changes: ChangesView })
export type ChangesBody = z.infer<typeof ChangesBody>
/** What is kept of an upload after a piece. */
export const ReceivedView = z.strictObject({ received: z.number(), bytes: z.number() })
export const ConfirmationBody = z.strictObject({
  entity: EntityView,
  columns: z.array(z.strictObject({
    name: Id, title: ShortText.min(1), type: z.enum(columnTypes), scale: z.int().min(0).max(decimalScaleMax).nullable(), nullable: z.boolean(), missing: z.array(ShortText.min(1)).max(20),
    role: z.enum(columnRoles), category: ShortText.min(1).nullable(), reason: ShortText.nullable(),
  })).min(1).max(2000),
})
export type ConfirmationBody = z.infer<typeof ConfirmationBody>

const Share = z.number()
/** That a version is destroyed, under which case, and how that was proven. */
const DestructionView = z.strictObject({
  case_id: z.string(), number: z.string(), intended_at: z.string(), done_at: z.string().nullable(),
  /** What was tried and how it failed, in words; empty until it is done. */
  proof: z.array(z.string()),
})
export const DataReport = z.strictObject({
  version: z.string(), number: z.int(), title: z.string(), entry: z.string().nullable(), rows: z.int(), taken_in_at: z.string(), format: z.string(), encoding: z.string(), bytes: z.number(), sha256: z.string(),
  entities: z.strictObject({ kind: z.string(), count: z.int(), exact: z.boolean() }).nullable(),
  differences: z.array(z.string()),
  /** How it came to be, of which version; for its provider all versions of the table, newest first. */
  mode: z.enum(supplyModes), base_number: z.int().nullable(), changes: ChangesView.nullable(),
  history: z.array(z.strictObject({ version: z.string(), number: z.int(), mode: z.enum(supplyModes), base_number: z.int().nullable(), changes: ChangesView.nullable(), rows: z.int(), state: z.enum(['active', 'destroying', 'destroyed']), taken_in_at: z.string() })),
  destruction: DestructionView.nullable(),
  columns: z.array(z.strictObject({ name: z.string(), title: z.string(), type: z.string(), role: z.string(), absent: z.int(), absent_share: Share, distinct: z.int(), distinct_exact: z.boolean(), range: z.string().nullable() })),
  quality: z.array(z.strictObject({ dimension: z.string(), text: z.string(), passed: z.boolean(), violations: z.int(), failures: z.array(z.strictObject({ row: z.int(), column: z.string(), shape: z.string() })) })),
})
export type DataReport = z.infer<typeof DataReport>

export const SourceView = z.strictObject({
  id: z.string(), kind: z.enum(sourceKinds), title: z.string(), host: z.string(), port: z.int(), settings: z.record(z.string(), z.union([z.string(), z.boolean()])), registered_by: Named, registered_on: z.string(),
})
export type SourceView = z.infer<typeof SourceView>
export const SourceList = z.strictObject({ rows: z.array(SourceView) })
const Host = z.string().min(1).max(253)
const Port = z.int().min(1).max(65_535)
const Account = z.strictObject({ user: ShortText.min(1), password: z.string().max(500) })
export const SourceBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['postgresql', 'mysql']), title: ShortText.min(1), host: Host, port: Port, settings: databaseSettings, account: Account }),
  z.strictObject({ kind: z.literal('s3'), title: ShortText.min(1), host: Host, port: Port, settings: storeSettings, account: Account }),
])
export type SourceBody = z.infer<typeof SourceBody>
export const TestView = z.strictObject({ tables: z.array(z.strictObject({ namespace: z.string(), table: z.string() })) })
export type TestView = z.infer<typeof TestView>
export const HostBody = z.strictObject({ host: Host, port: Port })
export const HostList = z.strictObject({ rows: z.array(z.strictObject({ host: z.string(), port: z.int(), allowed_by: Named, allowed_at: z.string() })) })
export type HostList = z.infer<typeof HostList>
