import { isObject } from '../json.ts'
import type { Json } from '../json.ts'
import { provisionOf } from '../pack/basis.ts'
import type { Content } from '../pack/content-format.ts'
import { insideContent } from '../pack/content-path.ts'
import type { DocumentBlock, DocumentRule } from '../pack/document-format.ts'
import { chineseNumber, provisionLabel } from '../pack/provision-text.ts'
import type { CaseLaw } from '../procedure/case-law.ts'
import { officeTitle, procedureOf } from '../procedure/case-law.ts'
import { contentIn } from '../procedure/case-state.ts'
import type { CaseState } from '../procedure/case-state.ts'
import { conditionHolds } from '../procedure/condition.ts'
import { partyOf, resolve } from '../procedure/operand.ts'
import type { Scope } from '../procedure/operand.ts'
import { chineseDate } from './chinese-text.ts'
import { contentBlocks, contentText } from './content-blocks.ts'
import type { DocumentNames } from './content-blocks.ts'
import type { DocumentText, TextBlock } from './document-text.ts'

/** What a document is drawn from: the case after the act, as the act saw it. */
export type DocumentInput = { rule: DocumentRule; scope: Scope; state: CaseState; names: DocumentNames; number: string | null }

const PLACE = /\{([^{}]+)\}/g

/** Whether the act that reached one of the document's outcomes issues it here. */
export function isIssued(rule: DocumentRule, scope: Scope): boolean {
  return conditionHolds(rule.when, scope)
}

/** The organisation that issues it; undefined where the case has nobody in that office. */
export function issuerOf(rule: DocumentRule, scope: Scope): string | undefined {
  const named = rule.organization === undefined ? undefined : resolve(rule.organization, scope)
  return typeof named === 'string' ? named : partyOf(rule.issuer, scope)
}

/**
 * Writes the document: its body from the contents of the case, its number, addressees, signatures, attachments and the
 * provision on which it rests. Pure: the same case, names and number give the same text.
 */
export function composeDocument(input: DocumentInput): DocumentText {
  const { rule, scope, state, names, number } = input
  const { law, act } = scope
  const issuer = issuerOf(rule, scope)
  const nameOf = (office: string) => (office === rule.issuer && issuer !== undefined ? names.organization(issuer) : organizationIn(office, scope, names))
  const signers = rule.signed_by.length === 0 ? [rule.issuer] : rule.signed_by
  return {
    title: filled(rule.title, scope, names),
    kind: rule.kind,
    number,
    issuer: { office: officeTitle(law, rule.issuer), organization: nameOf(rule.issuer) },
    addressees: rule.addressees.map(nameOf),
    blocks: [...numberedHeadings(rule.body.filter((block) => conditionHolds(block.when, scope)).flatMap((block) => blocksOf(block, scope, state, names))), ...closingOf(rule, scope, names)],
    attachments: rule.attachments.flatMap((operand) => filesIn(resolve(operand, scope))),
    signatures: signers.map(nameOf),
    date: act.date,
    rests_on: restsOn(rule, law),
    case_number: state.number,
    law: `${law.pack.manifest.title}（${law.pack.manifest.document_number}）`,
  }
}

function blocksOf(block: DocumentBlock, scope: Scope, state: CaseState, names: DocumentNames): TextBlock[] {
  if ('text' in block) return [{ block: 'paragraph', text: filled(block.text, scope, names) }]
  if ('steps' in block) return [...headed(block.heading, scope, names), stepsTable(block.steps, scope, state, names)]
  if (!('content' in block)) return headed(block.heading, scope, names)
  const content = scope.law.pack.contents[block.content]
  const value = scope.given[block.content] ?? contentIn(state, block.content, scope.branch)?.value
  if (content === undefined || value === undefined) return []
  return [...headed(block.heading ?? content.title, scope, names), ...contentBlocks(content, value, names, block)]
}

function headed(heading: string | undefined, scope: Scope, names: DocumentNames): TextBlock[] {
  return heading === undefined || heading === '' ? [] : [{ block: 'heading', level: 'first', text: filled(heading, scope, names) }]
}

/** First-level headings count 一、二、三、; a document with a single one does not count it. */
function numberedHeadings(blocks: readonly TextBlock[]): TextBlock[] {
  const headings = blocks.filter((one) => one.block === 'heading' && one.level === 'first')
  if (headings.length <= 1) return [...blocks]
  return blocks.map((one) => {
    const place = headings.indexOf(one)
    return place < 0 || one.block !== 'heading' ? one : { ...one, text: `${chineseNumber(place + 1)}、${one.text}` }
  })
}

function closingOf(rule: DocumentRule, scope: Scope, names: DocumentNames): TextBlock[] {
  return rule.closing === undefined ? [] : [{ block: 'paragraph', text: filled(rule.closing, scope, names) }]
}

/** Who did what and when, in the order in which it was done. */
function stepsTable(steps: readonly string[], { law }: Scope, state: CaseState, names: DocumentNames): TextBlock {
  const procedure = procedureOf(law, state.procedure)
  const done = state.conclusions.filter((one) => steps.includes(one.step) && !one.voided)
  return {
    block: 'table',
    head: ['日期', '环节', '单位', '结果'],
    rows: done.map((one) => [
      chineseDate(one.date), procedure.steps[one.step]?.title ?? one.step,
      one.organization === 'platform' ? '平台' : names.organization(one.organization),
      procedure.steps[one.step]?.outcomes[one.outcome]?.title ?? one.outcome,
    ]),
  }
}

/** The template with every place in braces written out as its content is declared. */
function filled(template: string, scope: Scope, names: DocumentNames): string {
  return template.replaceAll(PLACE, (_whole, operand: string) => valueText(operand, scope, names))
}

function valueText(operand: string, scope: Scope, names: DocumentNames): string {
  const [root = '', key = '', ...path] = operand.split('.')
  if (root === 'party') return organizationIn(key, scope, names)
  const value = resolve(operand, scope)
  if (root === 'act' && key === 'organization') return names.organization(String(value))
  return contentText(root === 'content' ? declaredAt(scope.law.pack.contents[key.replace(/\[\]$/, '')], path) : undefined, value, names)
}

function declaredAt(content: Content | undefined, path: readonly string[]): Content | undefined {
  if (content === undefined) return undefined
  const found = insideContent(content, path)
  return 'content' in found ? found.content : undefined
}

/** The organisation that holds an office in this case; the office itself where none is named. */
function organizationIn(office: string, scope: Scope, names: DocumentNames): string {
  const id = partyOf(office, scope)
  return id === undefined ? officeTitle(scope.law, office) : names.organization(id)
}

function filesIn(value: Json | undefined): { name: string; sha256: string }[] {
  if (Array.isArray(value)) return value.flatMap(filesIn)
  if (!isObject(value)) return []
  const { name, sha256 } = value
  return typeof name === 'string' && typeof sha256 === 'string' ? [{ name, sha256 }] : []
}

/** 《…》第二十条第二款, or the reason where the text is silent. */
function restsOn(rule: DocumentRule, law: CaseLaw): string {
  const id = provisionOf(rule.basis)
  if (id === null) return '平台默认'
  const provision = law.pack.provisions[id]
  const text = law.pack.texts[id.split('-')[0] ?? '']
  return `《${text?.title ?? ''}》${provision === undefined ? id : provisionLabel(provision)}`
}
