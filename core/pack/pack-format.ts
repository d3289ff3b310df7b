import { z } from 'zod'
import { basisSchema } from './basis.ts'
import { contentSchema } from './content-format.ts'
import { documentSchema } from './document-format.ts'
import { comparisonSchema, conditionSchema, idSchema, operandSchema, procedureSchema } from './procedure-format.ts'

const dateSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

export const manifestSchema = z.strictObject({
  pack: idSchema,
  version: z.number().int().positive(),
  title: z.string(),
  document_number: z.string(),
  issuers: z.array(z.string()).min(1),
  issued: dateSchema.optional(),
  in_force: dateSchema,
  /** Last day of validity. */
  last_day: dateSchema.optional(),
  status: z.enum(['in-force', 'draft', 'repealed']),
  /** Region code of the granting government; `national` for national texts. */
  region: z.string(),
  /** Where the text applies: cited where a file is opened under another region's rules. */
  scope: basisSchema.optional(),
  /** When the text applies: cited where a file is opened before it is in force or after its last day. */
  validity: basisSchema.optional(),
  /** Packs whose lists, figures, offices and whole procedures are inherited. */
  parents: z.array(idSchema).default([]),
  /** Shown beside, never a parent: drafts. */
  compare_with: z.array(idSchema).default([]),
  /** Prefix of provision ids, e.g. `cd26`. */
  prefix: z.string().regex(/^[a-z]{2}\d{2}$/),
  at_expiry: z
    .strictObject({
      says: z.string(),
      basis: basisSchema,
      /** Figures before the last day at which the platform opens a case of the procedure `opens`, for the office `by`. */
      warn_before: z.array(idSchema).min(1).optional(),
      opens: idSchema.optional(),
      by: idSchema.optional(),
    })
    .optional(),
  superior: z.strictObject({ says: z.string(), basis: basisSchema }).optional(),
  /** What was done by the last day may be entered after it, no later than this figure; without it, not at all. */
  late_recording: z.strictObject({ within: idSchema, basis: basisSchema }).optional(),
  /** Who has an interest takes no part: declared interests bar every step of an office that is not a party's own. */
  recusal: z
    .strictObject({
      basis: basisSchema,
      interests: z
        .strictObject({ register: idSchema, person: idSchema, organization: idSchema, until: idSchema.optional(), parties: z.array(idSchema).min(1) })
        .optional(),
    })
    .optional(),
  /** Lateness goes up along these offices on the first working day after the due date. */
  escalation: z.strictObject({ to: z.array(idSchema), basis: basisSchema }).optional(),
})
export type Manifest = z.infer<typeof manifestSchema>

const goldenSchema = z.union([
  /** A due date: the last day in time and the first day late. */
  z.strictObject({ from: dateSchema, due: dateSchema, late: dateSchema, note: z.string().optional() }),
  /** A notice in advance: the first date that is kept and the last that is not. */
  z.strictObject({ notice: dateSchema, kept: dateSchema, broken: dateSchema, note: z.string().optional() }),
  /** A quantity on both sides of its edge. */
  z.strictObject({ holds: z.number(), breaks: z.number(), note: z.string().optional() }),
])
export type Golden = z.infer<typeof goldenSchema>

const figureUnitSchema = z.enum(['working-day', 'calendar-day', 'month', 'year', 'count', 'percent', 'ratio', 'entity', 'yuan'])

/** Another value of a figure: of a later or earlier rule (`from`, `until`: days of the trigger), or for a sector (`when`). */
const figureVariantSchema = z.strictObject({
  value: z.number(),
  unit: figureUnitSchema.optional(),
  from: dateSchema.optional(),
  until: dateSchema.optional(),
  when: conditionSchema.optional(),
  basis: basisSchema,
  golden: z.array(goldenSchema).min(1),
})
export type FigureVariant = z.infer<typeof figureVariantSchema>

export const figureSchema = z.strictObject({
  title: z.string(),
  value: z.number(),
  unit: figureUnitSchema,
  bound: z.enum(['at-most', 'at-least', 'exactly', 'in-advance']),
  basis: basisSchema,
  golden: z.array(goldenSchema).min(1),
  /** The first that fits the act governs it; none fits: the figure itself. */
  variants: z.array(figureVariantSchema).min(1).optional(),
  /** The figure no longer holds; a rule that still uses it is refused. */
  repealed: basisSchema.optional(),
})
export type Figure = z.infer<typeof figureSchema>

export const officeSchema = z.strictObject({
  title: z.string(),
  /** `fixed`: one named holder in the city; `many`: several organisations hold it; `party`: named in the case. */
  holder: z.enum(['fixed', 'many', 'party', 'platform']),
  basis: basisSchema,
})
export type Office = z.infer<typeof officeSchema>

export const registerSchema = z.strictObject({
  register: idSchema,
  title: z.string(),
  public: z.boolean().default(false),
  basis: basisSchema,
  fields: z.record(idSchema, z.strictObject({ title: z.string(), public: z.boolean().default(true) })),
})
export type Register = z.infer<typeof registerSchema>

/** A decision table: the first row whose conditions all hold decides; no row means deny. */
export const policySchema = z.strictObject({
  policy: idSchema,
  title: z.string(),
  basis: basisSchema,
  rows: z.array(
    z.strictObject({
      code: idSchema,
      when: z.array(z.strictObject({ left: operandSchema, is: comparisonSchema, right: operandSchema.optional() })),
      then: z.enum(['allow', 'deny']),
      message: z.string(),
      cure: z.string().optional(),
      basis: basisSchema,
    }),
  ).min(1),
})
export type Policy = z.infer<typeof policySchema>

/** What a duty names of the row for which it runs: `each.id`, `each.<field>`, of a case also `each.party.…`, `each.content.…`; or a literal. */
const eachOperandSchema = z.union([z.string().regex(/^each(\.[a-z0-9-]+)+$/, '应写成 each.…'), z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]) })])
export type EachOperand = z.infer<typeof eachOperandSchema>

const whereSchema = z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())]))

const onWorkingDay = { on_working_day: z.boolean().optional() }

export const dutySchema = z.strictObject({
  duty: idSchema,
  title: z.string(),
  opens: idSchema,
  by: idSchema,
  /** One case for each period, exactly once. */
  every: z.discriminatedUnion('unit', [
    /** On this day of each year, for the year before; or on the day after a half-year, quarter or month. */
    z.strictObject({ unit: z.literal('year'), month_day: z.string().regex(/^\d{2}-\d{2}$/), ...onWorkingDay }),
    z.strictObject({ unit: z.literal('half-year'), ...onWorkingDay }),
    z.strictObject({ unit: z.literal('quarter'), ...onWorkingDay }),
    z.strictObject({ unit: z.literal('month'), ...onWorkingDay }),
    /** Again and again after a figure since a date of the row, or a figure by a value of the row; `ahead` earlier. */
    z.strictObject({
      unit: z.literal('interval'),
      from: eachOperandSchema,
      length: z.union([idSchema, z.strictObject({ by: eachOperandSchema, of: z.record(z.string(), idSchema) })]),
      ahead: idSchema.optional(),
    }),
    /** Once, a figure after the rules came into force, or after a date of the row. */
    z.strictObject({ unit: z.literal('once'), after: idSchema, from: eachOperandSchema.optional() }),
    /** Once for each figure ahead of a date of the row. */
    z.strictObject({ unit: z.literal('before'), date: eachOperandSchema, ahead: z.array(idSchema).min(1) }),
  ]),
  /** A case for each holder of an office, each current record of a register, or each case of a procedure in a status. */
  for_each: z
    .union([
      z.strictObject({ holders_of: idSchema }),
      z.strictObject({ records_of: idSchema, where: whereSchema.optional() }),
      z.strictObject({ cases_of: idSchema, status: z.array(idSchema).min(1) }),
    ])
    .optional(),
  /** What the opened case is given of its row: `content.<key>`, `link.<name>`. */
  with: z.record(z.string().regex(/^(content|link)\./), eachOperandSchema).optional(),
  basis: basisSchema,
})
export type Duty = z.infer<typeof dutySchema>

export const termSchema = z.strictObject({ title: z.string(), means: z.string(), basis: basisSchema.optional() })
export type Term = z.infer<typeof termSchema>

export const deviationSchema = z.strictObject({ atom: z.string(), because: z.string(), basis: basisSchema })
export type Deviation = z.infer<typeof deviationSchema>

/** A threshold of the automatic checks on outputs: a number, or what a finding of this kind leads to. */
export const thresholdSchema = z.strictObject({
  title: z.string(),
  value: z.union([z.number(), z.enum(['pass', 'review', 'block'])]),
  basis: basisSchema,
})
export type Threshold = z.infer<typeof thresholdSchema>

/** One pack as its folder holds it, before inheritance. */
export const packSourceSchema = z.strictObject({
  manifest: manifestSchema,
  text: z.string(),
  terms: z.record(idSchema, termSchema),
  offices: z.record(idSchema, officeSchema),
  figures: z.record(idSchema, figureSchema),
  contents: z.record(idSchema, contentSchema),
  procedures: z.record(idSchema, procedureSchema),
  registers: z.record(idSchema, registerSchema),
  policies: z.record(idSchema, policySchema),
  duties: z.record(idSchema, dutySchema),
  thresholds: z.record(idSchema, thresholdSchema),
  documents: z.record(idSchema, documentSchema),
  deviations: z.array(deviationSchema),
})
export type PackSource = z.infer<typeof packSourceSchema>
