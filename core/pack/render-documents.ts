import { OPENING } from './check-documents.ts'
import type { CompiledPack } from './compiled-pack.ts'
import { DOCUMENT_KINDS } from './document-format.ts'
import type { DocumentRule } from './document-format.ts'
import { conditionText } from './render-operand.ts'
import { basisText, cell, officeText, officesText, table } from './render-text.ts'

/** The documents that a pack's procedures issue: which act, under whose name and number, to whom, on which provision. */
export function documentSection(pack: CompiledPack): string[] {
  const rules = Object.values(pack.documents)
  if (rules.length === 0) return []
  const rows = rules.map((rule) => [
    cell([rule.title]), DOCUMENT_KINDS[rule.kind], cell(rule.issued_by.map((at) => issuedAt(pack, at)).concat(rule.when === undefined ? [] : [`仅当${conditionText(pack, pack.procedures[rule.issued_by[0]?.procedure ?? ''] ?? null, rule.when)}`])),
    officeText(pack, rule.issuer), rule.mark === undefined ? '—' : `${rule.mark}〔年〕序号`, officesText(pack, rule.addressees) || '—', cell([basisText(pack, rule.basis)]),
  ])
  return ['## 文书', '', '下列文书在所列环节办结时由平台按事项内容制作，存为 Word 和 PDF，文件的 SM3 写入存证。', '', ...table(['文书', '种类', '何时制发', '制发单位', '文号', '送', '依据'], rows), '']
}

function issuedAt(pack: CompiledPack, { procedure: id, step, outcome }: DocumentRule['issued_by'][number]): string {
  const procedure = pack.procedures[id]
  if (step === OPENING.step) return `“${procedure?.title ?? id}”发起`
  const found = procedure?.steps[step]
  return `“${procedure?.title ?? id}”的“${found?.title ?? step}”：${found?.outcomes[outcome]?.title ?? outcome}`
}
