import { choices, wrong } from './check-finding.ts'
import type { RuleFinding, RulePath } from './check-finding.ts'
import { named } from './check-operand.ts'
import type { View } from './check-operand.ts'
import type { CompiledPack } from './compiled-pack.ts'
import type { DocumentBlock, DocumentRule } from './document-format.ts'
import type { Condition, FactRequest, Procedure } from './procedure-format.ts'
import { runsOf } from './procedure-runs.ts'

/** The opening of a case, as documents name it among their issuing outcomes. */
export const OPENING = { step: 'open', outcome: 'opened' } as const

const PLACE = /\{([^{}]+)\}/g

/** Every document is issued by outcomes that exist, by an office of the pack, and says only what its case can know. */
export function checkDocuments(pack: CompiledPack): RuleFinding[] {
  return Object.values(pack.documents).flatMap((rule) => checkDocument(pack, rule))
}

function checkDocument(pack: CompiledPack, rule: DocumentRule): RuleFinding[] {
  const path: RulePath = ['documents', rule.document]
  const offices = [rule.issuer, ...rule.addressees, ...rule.signed_by].filter((office) => !(office in pack.offices))
  return [
    ...offices.map((office) => wrong(path, 'office-must-be-declared', `没有名为 ${office} 的机构角色。`, `可用：${choices(Object.keys(pack.offices))}。`)),
    ...rule.issued_by.flatMap((at, index) => {
      const procedure = pack.procedures[at.procedure]
      const place = [...path, 'issued_by', index]
      if (!procedure) return [wrong(place, 'procedure-must-be-declared', `没有名为 ${at.procedure} 的程序。`, `可用：${choices(Object.keys(pack.procedures))}。`)]
      const isOpening = at.step === OPENING.step && at.outcome === OPENING.outcome
      if (!isOpening && procedure.steps[at.step]?.outcomes[at.outcome] === undefined) {
        return [wrong(place, 'outcome-must-be-declared', `“${procedure.title}”没有环节 ${at.step} 的结果 ${at.outcome}。`, `环节：${choices(Object.keys(procedure.steps))}；发起写成 ${OPENING.step} 和 ${OPENING.outcome}。`)]
      }
      const view = viewAt(pack, procedure, at.step)
      const concerned = rule.organization === undefined ? [] : operandFaults(rule.organization, view, path)
      return [...concerned, ...conditionFaults(rule.when, view, path), ...templateFaults(rule.title, view, path), ...bodyFaults(rule, view, path)]
    }),
  ]
}

function bodyFaults(rule: DocumentRule, view: View, path: RulePath): RuleFinding[] {
  const closing = rule.closing === undefined ? [] : templateFaults(rule.closing, view, [...path, 'closing'])
  const files = rule.attachments.flatMap((operand, index) => operandFaults(operand, view, [...path, 'attachments', index]))
  return [...rule.body.flatMap((block, index) => blockFaults(block, view, [...path, 'body', index])), ...closing, ...files]
}

function blockFaults(block: DocumentBlock, view: View, path: RulePath): RuleFinding[] {
  const found = conditionFaults(block.when, view, path)
  if ('text' in block) return [...found, ...templateFaults(block.text, view, path)]
  if ('steps' in block) {
    const unknown = block.steps.filter((step) => !(step in view.procedure.steps))
    return [...found, ...unknown.map((step) => wrong(path, 'step-must-be-declared', `“${view.procedure.title}”没有名为 ${step} 的环节。`, `可用：${choices(Object.keys(view.procedure.steps))}。`))]
  }
  if (!('content' in block)) return [...found, ...templateFaults(block.heading, view, path)]
  const content = view.pack.contents[block.content]
  if (content === undefined || !view.contents.has(block.content)) {
    return [...found, wrong(path, 'content-must-be-known', `“${view.procedure.title}”的各环节都不收取 ${block.content}。`, `可用：${choices(view.contents)}。`)]
  }
  const items = content.type === 'group' ? Object.keys(content.items) : []
  const columns = content.type === 'table' ? Object.keys(content.columns) : []
  const noColumn = Object.keys(block.where ?? {}).filter((key) => !columns.includes(key))
  const strange = (block.only ?? []).filter((key) => !items.includes(key))
  return [
    ...found,
    ...noColumn.map((key) => wrong(path, 'content-must-be-known', `“${content.title}”没有 ${key} 一栏。`, `可用：${choices(columns)}。`)),
    ...strange.map((key) => wrong(path, 'content-must-be-known', `“${content.title}”中没有 ${key}。`, `可用：${choices(items)}。`)),
  ]
}

function templateFaults(template: string, view: View, path: RulePath): RuleFinding[] {
  return [...template.matchAll(PLACE)].flatMap(([, operand = '']) => operandFaults(operand, view, path))
}

function conditionFaults(when: Condition | undefined, view: View, path: RulePath): RuleFinding[] {
  return [when?.left, when?.right].flatMap((operand) => {
    const { fault } = named(operand, view)
    return fault === undefined ? [] : [wrong(path, fault.code, fault.message, fault.cure)]
  })
}

function operandFaults(operand: string, view: View, path: RulePath): RuleFinding[] {
  // a party that no case of this procedure has is written as its office
  if (operand.startsWith('party.') && operand.slice('party.'.length) in view.pack.offices) return []
  const { fault } = named(operand, view)
  return fault === undefined ? [] : [wrong(path, fault.code, fault.message, fault.cure)]
}

/** What the case can hold when the document is drawn up: anything that any of its acts may have given. */
function viewAt(pack: CompiledPack, procedure: Procedure, step: string): View {
  const outcomes = Object.values(procedure.steps).flatMap((one) => Object.values(one.outcomes))
  const acts = [procedure.open, ...outcomes]
  const facts: Record<string, FactRequest> = Object.assign({}, ...acts.map((act) => act.facts))
  return {
    pack, procedure, facts,
    contents: new Set(acts.flatMap((act) => [...act.requires, ...act.optional])),
    steps: new Set(Object.keys(procedure.steps)),
    branches: runsOf(procedure).branches.get(step) ?? [[]],
    row: null,
  }
}
