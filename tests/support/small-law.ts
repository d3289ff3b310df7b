import { createHash } from 'node:crypto'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { workingCalendar } from '#core/calendar/working-calendar.ts'
import { canonicalBytes } from '#core/evidence/canonical-json.ts'
import type { Json } from '#core/json.ts'
import type { CompiledPack } from '#core/pack/compiled-pack.ts'
import { contentSchema } from '#core/pack/content-format.ts'
import { dutySchema, figureSchema, manifestSchema, officeSchema, registerSchema } from '#core/pack/pack-format.ts'
import { procedureSchema } from '#core/pack/procedure-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'

const calendar = workingCalendar(await readHolidayNotices('packs/national-holidays'))
const BASIS = { 'platform-default': '试验所设' }

/** The rules of a small pack as a test writes them; what every pack needs is filled in. */
export type SmallRules = {
  manifest?: object
  offices?: Record<string, 'fixed' | 'many' | 'party'>
  figures?: Record<string, { value: number; unit: string; [more: string]: unknown }>
  contents?: Record<string, object>
  registers?: Record<string, string[]>
  duties?: Record<string, object>
  /** By id; `basis`, `title`, `capability` and `mark` may be left out everywhere. */
  procedures: Record<string, object>
}

/** A pack of a few rules, read through the real format: what one engine test needs and no more. */
export function smallLaw(rules: SmallRules): CaseLaw {
  const pack: CompiledPack = {
    manifest: manifestSchema.parse({
      pack: 'small-2026', version: 1, title: '小规则', document_number: '试〔2026〕1号', issuers: ['试验机关'], in_force: '2026-01-01', status: 'in-force', region: '510100', prefix: 'sm26', ...rules.manifest,
    }),
    texts: {}, provisions: {}, terms: {}, policies: {}, thresholds: {}, documents: {}, deviations: [], origin: {},
    offices: parsed(rules.offices, (holder, id) => officeSchema.parse({ title: id, holder, basis: BASIS })),
    figures: parsed(rules.figures, (figure, id) => figureSchema.parse({ title: id, bound: 'at-most', basis: BASIS, golden: [{ holds: figure.value, breaks: figure.value + 1 }], ...figure })),
    contents: parsed(rules.contents, (content) => contentSchema.parse(content)),
    registers: parsed(rules.registers, (fields, id) => registerSchema.parse({ register: id, title: id, basis: BASIS, fields: Object.fromEntries(fields.map((field) => [field, { title: field }])) })),
    duties: parsed(rules.duties, (duty, id) => dutySchema.parse({ duty: id, title: id, basis: BASIS, ...duty })),
    procedures: parsed(rules.procedures, (procedure, id) => procedureSchema.parse(filled({ procedure: id, title: id, capability: 'plans', mark: id, statuses: {}, ...procedure }))),
  }
  const hashOf = (value: Json): string => createHash('sha256').update(canonicalBytes(value)).digest('hex')
  return { pack, ref: { id: 'small-2026', version: 1, digest: hashOf(JSON.parse(JSON.stringify(pack))) }, calendar, hashOf }
}

function parsed<T, U>(rules: Record<string, T> | undefined, read: (rule: T, id: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(rules ?? {}).map(([id, rule]) => [id, read(rule, id)]))
}

type Loose = Record<string, unknown>

/** Titles and bases where the test left them out; a part that is none goes on as it is, for the schema to refuse. */
function filled(procedure: Loose): Loose {
  const acts = (outcome: Loose): Loose => ({ title: '办理', ...outcome, checks: Array.isArray(outcome['checks']) ? outcome['checks'].map((check) => ({ message: '内容不符合规则。', cure: '请更正后再办理。', basis: BASIS, ...loose(check) })) : [] })
  const each = (value: unknown, fill: (one: Loose, id: string) => Loose): Loose => Object.fromEntries(Object.entries(loose(value)).map(([id, one]) => [id, fill(loose(one), id)]))
  const steps = each(procedure['steps'], (step, id) => ({ title: id, basis: BASIS, ...step, outcomes: each(step['outcomes'], (outcome, name) => acts({ title: name, ...outcome })) }))
  const links = each(procedure['links'], (link, id) => ({ title: id, code: 'link-must-fit', message: '没有这一事项', cure: '请先办理', basis: BASIS, ...link }))
  return { basis: BASIS, ...procedure, links, open: acts({ title: '发起', ...loose(procedure['open']) }), steps }
}

function loose(value: unknown): Loose {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
