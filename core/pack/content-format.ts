import { z } from 'zod'
import { basisSchema } from './basis.ts'
import type { Basis } from './basis.ts'

/**
 * A typed content: what a document or a decision must say, as the pack declares it.
 * Bodies are closed: a key that is not declared is refused. Every content is required
 * unless `optional` is set. `no` is the item's number in the text, e.g. （六）.
 */
type Common = {
  title: string
  hint?: string | undefined
  no?: string | undefined
  optional?: boolean | undefined
  /** The value is personal data: it lies under a per-subject key, never in evidence. */
  personal?: boolean | undefined
  /** The atom of a parent's list that this content answers, e.g. `na25-14.6/redevelopment`. */
  atom?: string | undefined
  basis?: Basis | undefined
}

export type TextContent = Common & { type: 'text'; min?: number | undefined; max?: number | undefined }
export type NumberContent = Common & {
  type: 'number'
  unit?: string | undefined
  min?: number | undefined
  max?: number | undefined
  integer?: boolean | undefined
}
export type DateContent = Common & { type: 'date' }
export type FlagContent = Common & { type: 'flag' }
export type ChoiceContent = Common & { type: 'choice'; of: Record<string, string> }
export type FileContent = Common & { type: 'file' }
/** A figure with unit and source: `{ value, unit, source, method?, year? }`. */
export type FigureContent = Common & { type: 'figure'; unit: string }
/** A reference to a record of a register (catalog entries, products…), by key. */
export type ReferenceContent = Common & { type: 'reference'; to: string }
export type ReferencesContent = Common & { type: 'references'; to: string; min?: number | undefined }
/** A list of short texts, e.g. field names. */
export type TextsContent = Common & { type: 'texts'; min?: number | undefined }
export type OrganizationContent = Common & { type: 'organization'; office?: string | undefined }
export type PersonContent = Common & { type: 'person' }
/** The hash of another content's text: names the very text that was decided on or signed. */
export type TextHashContent = Common & { type: 'text-hash'; of: string }
export type GroupContent = Common & { type: 'group'; items: Record<string, Content> }
export type TableContent = Common & {
  type: 'table'
  columns: Record<string, Content>
  min_rows?: number | undefined
  /** Column whose values must not repeat. */
  key?: string | undefined
}

export type Content =
  | TextContent
  | NumberContent
  | DateContent
  | FlagContent
  | ChoiceContent
  | FileContent
  | FigureContent
  | ReferenceContent
  | ReferencesContent
  | TextsContent
  | OrganizationContent
  | PersonContent
  | TextHashContent
  | GroupContent
  | TableContent

const common = {
  title: z.string().min(1),
  hint: z.string().optional(),
  no: z.string().optional(),
  optional: z.boolean().optional(),
  personal: z.boolean().optional(),
  atom: z.string().optional(),
  basis: basisSchema.optional(),
}

const count = z.number().int().nonnegative()

export const contentSchema: z.ZodType<Content> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('text'), ...common, min: count.optional(), max: count.optional() }),
    z.strictObject({
      type: z.literal('number'),
      ...common,
      unit: z.string().optional(),
      min: z.number().optional(),
      max: z.number().optional(),
      integer: z.boolean().optional(),
    }),
    z.strictObject({ type: z.literal('date'), ...common }),
    z.strictObject({ type: z.literal('flag'), ...common }),
    z.strictObject({ type: z.literal('choice'), ...common, of: z.record(z.string(), z.string()) }),
    z.strictObject({ type: z.literal('file'), ...common }),
    z.strictObject({ type: z.literal('figure'), ...common, unit: z.string() }),
    z.strictObject({ type: z.literal('reference'), ...common, to: z.string() }),
    z.strictObject({ type: z.literal('references'), ...common, to: z.string(), min: count.optional() }),
    z.strictObject({ type: z.literal('texts'), ...common, min: count.optional() }),
    z.strictObject({ type: z.literal('organization'), ...common, office: z.string().optional() }),
    z.strictObject({ type: z.literal('person'), ...common }),
    z.strictObject({ type: z.literal('text-hash'), ...common, of: z.string() }),
    z.strictObject({ type: z.literal('group'), ...common, items: z.record(z.string(), contentSchema) }),
    z.strictObject({
      type: z.literal('table'),
      ...common,
      columns: z.record(z.string(), contentSchema),
      min_rows: count.optional(),
      key: z.string().optional(),
    }),
  ]),
)
