import { z } from 'zod'
import { basisSchema } from './basis.ts'
import { conditionSchema, idSchema } from './procedure-format.ts'

/** What a document is, as offices sort their papers. */
export const DOCUMENT_KINDS = {
  plan: '方案',
  agreement: '协议',
  letter: '函',
  decision: '决定',
  refusal: '不予通过决定',
  order: '通知',
  record: '记录',
  report: '报告',
  page: '公开页',
} as const
export type DocumentKind = keyof typeof DOCUMENT_KINDS

const when = conditionSchema.optional()

/**
 * A part of a document's body. `text` and `heading` are templates: `{content.plan.name}`, `{party.operator}`,
 * `{act.date}` and every other operand may stand in braces. `content` writes a typed content out in full, numbered as
 * the text numbers its items (`only` picks items of a group, `where` the rows of a table); `steps` lists who did what and when.
 */
export const documentBlockSchema = z.union([
  z.strictObject({ text: z.string().min(1), when }),
  z.strictObject({ heading: z.string().min(1), when }),
  z.strictObject({ content: idSchema, heading: z.string().optional(), only: z.array(idSchema).optional(), where: z.record(idSchema, z.string()).optional(), when }),
  z.strictObject({ steps: z.array(idSchema).min(1), heading: z.string().optional(), when }),
])
export type DocumentBlock = z.infer<typeof documentBlockSchema>

/**
 * A document that the platform draws up in Chinese from a case's contents when one of the named outcomes is reached:
 * numbered with the issuing office's mark (机关代字〔年〕序号), kept as docx and PDF, its SM3 in the evidence.
 */
export const documentSchema = z.strictObject({
  document: idSchema,
  title: z.string().min(1),
  kind: z.enum(Object.keys(DOCUMENT_KINDS) as [DocumentKind, ...DocumentKind[]]), // the keys of a constant are its ids
  basis: basisSchema,
  /** The outcomes that issue it; the step `open` with the outcome `opened` is the opening. */
  issued_by: z.array(z.strictObject({ procedure: idSchema, step: idSchema, outcome: idSchema })).min(1),
  when,
  /** The office under whose name and number it goes out. */
  issuer: idSchema,
  /** Which organisation of that office; default: the case's party of it. */
  organization: z.string().optional(),
  /** The issuing office's mark in the number, e.g. 蓉数授; without one the document bears no number of its own. */
  mark: z.string().min(1).optional(),
  addressees: z.array(idSchema).default([]),
  body: z.array(documentBlockSchema).min(1),
  closing: z.string().optional(),
  /** Who signs below; default: the issuer. */
  signed_by: z.array(idSchema).default([]),
  /** Files of the case that go with it. */
  attachments: z.array(z.string()).default([]),
})
export type DocumentRule = z.infer<typeof documentSchema>
