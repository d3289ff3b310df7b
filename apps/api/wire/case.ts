import { z } from 'zod'
import { contentSchema } from '#core/pack/content-format.ts'
import { DateText, Id, LongText, Named, PageQuery, ShortText, Titled, pageOf } from './names.ts'
import { BasisView, RefusalView } from './refusal.ts'
import { KeepingView } from './retention.ts'

export const CaseQuery = z.strictObject({
  q: ShortText.optional(),
  procedure: ShortText.optional(),
  status: ShortText.optional(),
  over: z.enum(['true', 'false']).optional(),
  /** `true`: the cases of the preview space, and only those; else only real ones. */
  preview: z.enum(['true']).optional(),
  ...PageQuery,
})
export const CaseRow = z.strictObject({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  procedure: Titled,
  status: Titled,
  opened: z.string(),
  opened_by: Named,
  over: z.boolean(),
  next_due: z.string().nullable(),
})
export type CaseRow = z.infer<typeof CaseRow>
export const CasePage = pageOf(CaseRow)
export type CasePage = z.infer<typeof CasePage>

/** One field of a form, drawn from the pack: `content` is its typed definition. */
export const FormField = z.strictObject({
  key: z.string(),
  content: contentSchema,
  required: z.boolean(),
  /** What stands in the case now, to start from; null where nothing was given. */
  value: z.json().nullable(),
  /** For `text-hash`: the hash of the present text, offered with one click. */
  text_hash: z.string().nullable(),
})
export type FormField = z.infer<typeof FormField>

export const OutcomeView = z.strictObject({
  id: z.string(),
  title: z.string(),
  basis: BasisView,
  enabled: z.boolean(),
  disabled_reason: RefusalView.nullable(),
  confirm: z.string().nullable(),
  form: z.array(FormField),
})
export type OutcomeView = z.infer<typeof OutcomeView>

export const DueView = z.strictObject({
  date: z.string().nullable(),
  provisional: z.boolean(),
  overdue_days: z.int(),
  /** The derivation of the due date, line by line, in Chinese. */
  derivation: z.array(z.string()),
  basis: BasisView,
})
export type DueView = z.infer<typeof DueView>

/** One part of the branch in which something stands: an organisation, an entry of the catalogue, an item, by name. */
export const BranchPartView = z.strictObject({ collection: z.string(), key: z.string(), title: z.string() })

export const TaskView = z.strictObject({
  id: z.string(),
  step: z.string(),
  title: z.string(),
  kind: z.string(),
  office: Titled,
  organization: Named,
  branch: z.array(BranchPartView),
  opened_on: z.string(),
  due: DueView.nullable(),
  basis: BasisView,
  mine: z.boolean(),
  /** Of the reader's organisation and office, whoever it is assigned to: who may hand it over, or recuse a colleague. */
  own: z.boolean(),
  assignee: Named.nullable(),
  outcomes: z.array(OutcomeView),
  extension: z
    .strictObject({
      asked: z.strictObject({ days: z.int(), reason: z.string(), on: z.string() }).nullable(),
      granted_by: Titled,
      cap_days: z.int(),
      basis: BasisView,
      can_ask: z.boolean(),
      can_answer: z.boolean(),
    })
    .nullable(),
})
export type TaskView = z.infer<typeof TaskView>

export const TimelineItem = z.strictObject({
  seq: z.int(),
  type: z.string(),
  title: z.string(),
  text: z.string(),
  /** `acting_for`: the colleague in whose name the person acted; null where it was the person's own. */
  by: z.strictObject({ person: z.string(), organization: z.string(), office: z.string(), acting_for: z.string().nullable() }).nullable(),
  date: z.string(),
  recorded: z.string().nullable(),
  overdue_days: z.int(),
  entry: z.string(),
  basis: BasisView.nullable(),
})
export type TimelineItem = z.infer<typeof TimelineItem>

export const ContentView = z.strictObject({
  key: z.string(),
  /** Empty for what stands in the case as a whole. */
  branch: z.array(BranchPartView),
  title: z.string(),
  content: contentSchema,
  value: z.json(),
  hash: z.string(),
  step_title: z.string(),
  person: z.string(),
  on: z.string(),
})
export type ContentView = z.infer<typeof ContentView>

export const CaseView = z.strictObject({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  seq: z.int(),
  procedure: z.strictObject({ id: z.string(), title: z.string(), capability: z.string() }),
  pack: z.strictObject({ id: z.string(), version: z.int(), title: z.string(), digest: z.string() }),
  status: Titled,
  over: z.boolean(),
  opened: z.string(),
  opened_by: z.strictObject({ person: z.string(), organization: Named, office: Titled }),
  /** A case of the preview space: without legal effect, and shown so on every page. */
  preview: z.boolean(),
  /** Persons who take no further part in the case. */
  recused: z.array(Named),
  /** On what a recusal rests; null where the rules say nothing of it. */
  recusal_basis: BasisView.nullable(),
  /** How long its records are kept: the longest of all rules that have begun. */
  retention: KeepingView,
  parties: z.array(z.strictObject({ office: Titled, organization: Named })),
  links: z.array(z.strictObject({ name: z.string(), title: z.string(), case_id: z.string(), number: z.string(), case_title: z.string(), status: z.string() })),
  contents: z.array(ContentView),
  tasks: z.array(TaskView),
  timeline: z.array(TimelineItem),
  /** Provisions cited by this procedure, in the order of the text: the law beside the case. */
  law: z.array(z.strictObject({ provision: z.string(), label: z.string(), text: z.string() })),
  withdrawal: z.strictObject({ enabled: z.boolean(), disabled_reason: RefusalView.nullable() }),
})
export type CaseView = z.infer<typeof CaseView>

/** Acts on a case that were refused: who tried what, which rule it broke, and the entry. */
export const DenialList = z.strictObject({
  rows: z.array(z.strictObject({ entry: z.string(), date: z.string(), person: z.string(), organization: z.string(), action: z.string(), code: z.string(), provision: z.string().nullable() })),
})
export type DenialList = z.infer<typeof DenialList>

/** What the signed-in person may open, with the form; what cannot be opened says why. */
export const OpenableView = z.strictObject({
  pack: z.string(),
  procedure: z.string(),
  title: z.string(),
  open_title: z.string(),
  capability: z.string(),
  by: Titled,
  /** Whether the reader holds the office that opens it. */
  own: z.boolean(),
  /** In the preview space: a draft, which governs nothing, or rules in force that are tried there. */
  draft: z.boolean(),
  pack_title: z.string(),
  basis: BasisView,
  enabled: z.boolean(),
  disabled_reason: RefusalView.nullable(),
  form: z.array(FormField),
  links: z.array(z.strictObject({ name: z.string(), title: z.string(), optional: z.boolean(), candidates: z.array(z.strictObject({ case_id: z.string(), number: z.string(), title: z.string() })) })),
})
export type OpenableView = z.infer<typeof OpenableView>
export const OpenableList = z.strictObject({ rows: z.array(OpenableView) })

/** In whose name a page is looked at: a colleague, or the delegation itself. */
export const ActingQuery = z.strictObject({ acting_for: Id.optional() })
/** What may be opened, also in the preview space. */
export const OpenableQuery = z.strictObject({ acting_for: Id.optional(), preview: z.enum(['true']).optional() })

/** Contents are checked by the engine against the pack; here only their outer shape is. */
export const Contents = z.record(z.string().max(100), z.json())

export const OpenBody = z.strictObject({
  pack: Id,
  procedure: Id,
  links: z.record(z.string().max(100), Id).default({}),
  contents: Contents.default({}),
  act_date: DateText.optional(),
  acting_for: Id.optional(),
  /** In the preview space, where there is one. */
  preview: z.boolean().optional(),
})
export type OpenBody = z.infer<typeof OpenBody>

const common = { act_date: DateText.optional(), acting_for: Id.optional(), expected_seq: z.int().positive().optional() }
export const CommandBody = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('conclude'), task: Id, outcome: Id, contents: Contents.default({}), ...common }),
  z.strictObject({ type: z.literal('ask-extension'), task: Id, days: z.int().min(1).max(1000), reason: LongText, ...common }),
  z.strictObject({ type: z.literal('answer-extension'), task: Id, grant: z.boolean(), reason: LongText, ...common }),
  z.strictObject({ type: z.literal('hand-over'), task: Id, to: Id.nullable(), reason: LongText, ...common }),
  z.strictObject({ type: z.literal('transfer'), to: Id, reason: LongText, ...common }),
  z.strictObject({ type: z.literal('recuse'), task: Id, person: Id, to: Id.nullable(), reason: LongText, ...common }),
  z.strictObject({ type: z.literal('withdraw'), reason: LongText, ...common }),
])
export type CommandBody = z.infer<typeof CommandBody>

/** 201 of an opening and 200 of a command: the case as it stands, and the evidence entries of the step. */
export const AcceptedView = z.strictObject({
  case_id: z.string(),
  number: z.string(),
  seq: z.int(),
  status: z.string(),
  entries: z.array(z.string()),
})
export type AcceptedView = z.infer<typeof AcceptedView>

export const FileView = z.strictObject({ sha256: z.string(), sm3: z.string(), name: z.string(), size: z.int(), media_type: z.string() })
export type FileView = z.infer<typeof FileView>
export const DraftView = z.strictObject({ body: z.record(z.string(), z.json()).nullable(), saved_at: z.string().nullable() })
export const DraftBody = z.strictObject({ body: z.record(z.string().max(100), z.json()) })
