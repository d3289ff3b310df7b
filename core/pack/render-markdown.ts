import type { CompiledPack } from './compiled-pack.ts'
import type { Golden } from './pack-format.ts'
import type { Procedure } from './procedure-format.ts'
import { dutiesOf } from '../procedure/duty-openings.ts'
import { documentSection } from './render-documents.ts'
import { renderDiagram } from './render-diagram.ts'
import { stepTable } from './render-steps.ts'
import { conditionText } from './render-operand.ts'
import { basisText, cell, figureText, officeText, officesText, table } from './render-text.ts'

const STATUSES = { 'in-force': '现行有效', draft: '征求意见稿', repealed: '已废止' }
const HOLDERS = { fixed: '本市一个单位', many: '若干单位', party: '在事项中确定', platform: '平台' }

/**
 * A compiled pack as one Chinese Markdown page for officials and lawyers: what is in force, who, and for each
 * procedure who must do what by when on which provision, with the sentence. Every value shows on what it rests.
 */
export function renderMarkdown(pack: CompiledPack): string {
  return [
    `# ${pack.manifest.title}：平台执行的规则`, '',
    '本页由规则包生成，请勿手工修改。每一数值和规则都标明其依据：【条文】原文有规定；【解读】原文不明确，平台作出解读并说明理由；【平台默认】原文没有规定，由平台设定，本市可以调整；【命令】【协议】由命令或者协议在事项中确定。', '',
    ...manifestSection(pack), ...termSection(pack), ...officeSection(pack),
    '## 程序', '',
    ...Object.values(pack.procedures).flatMap((procedure) => procedureSection(pack, procedure)),
    ...documentSection(pack), ...figureSection(pack), ...registerSection(pack), ...dutySection(pack), ...policySection(pack), ...thresholdSection(pack), ...deviationSection(pack),
  ].join('\n')
}

function manifestSection(pack: CompiledPack): string[] {
  const { manifest } = pack
  const rows = [
    ['名称', manifest.title], ['文号', manifest.document_number], ['制定机关', manifest.issuers.join('、')], ['印发日期', manifest.issued ?? '—'], ['施行日期', manifest.in_force],
    ['最后适用日', manifest.last_day ?? '—'], ['效力', STATUSES[manifest.status]], ['规则包', `\`${manifest.pack}\` 第 ${manifest.version} 版`],
    ['上位规则', manifest.parents.map((id) => `\`${id}\``).join('、') || '—'],
    ['可引的文本', Object.entries(pack.texts).map(([prefix, text]) => `${prefix}：《${text.title}》（${text.document_number}）`).join('<br>')],
    ['届满之后', manifest.at_expiry === undefined ? '—' : cell([manifest.at_expiry.says, basisText(pack, manifest.at_expiry.basis)])],
    ['上位规定变化', manifest.superior === undefined ? '—' : cell([manifest.superior.says, basisText(pack, manifest.superior.basis)])],
    ['逾期上报', manifest.escalation === undefined ? '—' : cell([officesText(pack, manifest.escalation.to), basisText(pack, manifest.escalation.basis)])],
  ]
  return ['## 基本情况', '', ...table(['项目', '内容'], rows)]
}

function termSection(pack: CompiledPack): string[] {
  const rows = Object.values(pack.terms).map((term) => [term.title, cell([term.means]), term.basis === undefined ? '—' : cell([basisText(pack, term.basis)])])
  return ['## 用语', '', ...table(['用语', '含义', '依据'], rows)]
}

function officeSection(pack: CompiledPack): string[] {
  const rows = Object.entries(pack.offices).map(([id, office]) => [office.title, `\`${id}\``, HOLDERS[office.holder], cell([basisText(pack, office.basis)])])
  return ['## 各方', '', ...table(['名称', '角色', '由谁担任', '依据'], rows)]
}

function procedureSection(pack: CompiledPack, procedure: Procedure): string[] {
  const links = Object.values(procedure.links).map((link) => [
    link.title, `“${pack.procedures[link.procedure]?.title ?? link.procedure}”${link.optional ? '（可以没有）' : ''}`,
    link.status.map((status) => pack.procedures[link.procedure]?.statuses[status] ?? status).join('、'), cell([`${link.message}（${link.code}）`, basisText(pack, link.basis)]),
  ])
  const withdrawal = procedure.withdrawal
  return [
    `### ${procedure.title}`, '', `\`${procedure.procedure}\`，${inheritedFrom(pack, procedure)}${basisText(pack, procedure.basis)}`, '',
    ...(links.length === 0 ? [] : ['发起前须有的事项：', '', ...table(['关联', '程序', '应处状态', '否则'], links)]),
    ...stepTable(pack, procedure),
    ...(withdrawal === undefined ? [] : [`撤回：${withdrawal.during.map((step) => `“${procedure.steps[step]?.title ?? step}”`).join('、')}期间，发起单位可以撤回。${basisText(pack, withdrawal.basis)}`, '']),
    '```mermaid', renderDiagram(procedure), '```', '',
  ]
}

function inheritedFrom(pack: CompiledPack, procedure: Procedure): string {
  const origin = pack.origin[`procedures/${procedure.procedure}`]
  const title = Object.values(pack.texts).find((text) => text.pack === origin)?.title
  return origin === pack.manifest.pack || title === undefined ? '' : `沿用《${title}》；`
}

function figureSection(pack: CompiledPack): string[] {
  const rows = Object.entries(pack.figures).map(([id, figure]) => [figure.title, `\`${id}\``, figureText(figure), cell([basisText(pack, figure.basis)]), cell(figure.golden.map(goldenText))])
  return ['## 数值', '', ...table(['名称', '编号', '数值', '依据', '边界两侧的例子'], rows)]
}

function goldenText(golden: Golden): string {
  const note = golden.note === undefined ? '' : `（${golden.note}）`
  if ('holds' in golden) return `${golden.holds}符合，${golden.breaks}不符合${note}`
  if ('notice' in golden) return `以${golden.notice}为准，${golden.kept}符合，${golden.broken}不符合${note}`
  return `自${golden.from}起，${golden.due}届满，${golden.late}为逾期${note}`
}

function registerSection(pack: CompiledPack): string[] {
  const rows = Object.values(pack.registers).map((register) => [
    register.title, register.public ? '公开' : '不公开',
    Object.values(register.fields).map((field) => `${field.title}${register.public && !field.public ? '（不公开）' : ''}`).join('、'), cell([basisText(pack, register.basis)]),
  ])
  return ['## 名册', '', ...table(['名册', '是否公开', '栏目', '依据'], rows)]
}

function openingText(pack: CompiledPack, { every }: CompiledPack['duties'][string]): string {
  const working = 'on_working_day' in every && every.on_working_day ? '（遇放假顺延至第一个工作日）' : ''
  switch (every.unit) {
    case 'year':
      return `每年${every.month_day}，就上一年度${working}`
    case 'half-year':
      return `每半年结束之次日，就该半年${working}`
    case 'quarter':
      return `每季度结束之次日，就该季度${working}`
    case 'month':
      return `每月结束之次日，就该月${working}`
    case 'interval': {
      const lengths = typeof every.length === 'string' ? [every.length] : Object.values(every.length.of)
      const ahead = every.ahead === undefined ? '' : `，提前${figureWords(pack, every.ahead)}开启`
      return `自上次之日起每满${lengths.map((id) => figureWords(pack, id)).join('或者')}${ahead}`
    }
    case 'once':
      return `${every.from === undefined ? '施行' : '起算之日'}后满${figureWords(pack, every.after)}，一次`
    case 'before':
      return `届满前${every.ahead.map((id) => figureWords(pack, id)).join('、')}`
  }
}

function figureWords(pack: CompiledPack, id: string): string {
  const figure = pack.figures[id]
  return figure === undefined ? id : figureText({ ...figure, bound: 'exactly' }).replace('恰为', '')
}

function scopeText(pack: CompiledPack, { for_each: each }: CompiledPack['duties'][string]): string {
  if (each === undefined) return ''
  if ('holders_of' in each) return `，逐个${officeText(pack, each.holders_of)}`
  if ('records_of' in each) return `，逐条“${pack.registers[each.records_of]?.title ?? each.records_of}”`
  return `，逐项“${pack.procedures[each.cases_of]?.title ?? each.cases_of}”`
}

function dutySection(pack: CompiledPack): string[] {
  const rows = dutiesOf(pack).map((duty) => [duty.title, officeText(pack, duty.by), `${openingText(pack, duty)}${scopeText(pack, duty)}`, `“${pack.procedures[duty.opens]?.title ?? duty.opens}”`, cell([basisText(pack, duty.basis)])])
  return ['## 定期事项', '', ...table(['事项', '谁办理', '何时开启', '开启的程序', '依据'], rows)]
}

function policySection(pack: CompiledPack): string[] {
  return Object.values(pack.policies).flatMap((policy) => [
    `## 决策表：${policy.title}`, '', `${basisText(pack, policy.basis)}。自上而下，第一行条件都具备的为准；都不具备的，不予准许。`, '',
    ...table(['序号', '条件', '结果', '说明', '依据'], policy.rows.map((row, index) => [
      String(index + 1), cell([row.when.map((when) => conditionText(pack, null, when)).join('，且')]), row.then === 'allow' ? '准许' : '不准', cell([`${row.message}${row.cure ?? ''}（${row.code}）`]), cell([basisText(pack, row.basis)]),
    ])),
  ])
}

function thresholdSection(pack: CompiledPack): string[] {
  const words = { pass: '放行', review: '交审查人', block: '阻断' }
  const rows = Object.entries(pack.thresholds).map(([id, threshold]) => [threshold.title, `\`${id}\``, typeof threshold.value === 'number' ? String(threshold.value) : words[threshold.value], cell([basisText(pack, threshold.basis)])])
  return ['## 输出检查的阈值', '', ...table(['名称', '编号', '取值', '依据'], rows)]
}

function deviationSection(pack: CompiledPack): string[] {
  return ['## 与上位规则内容清单的差异', '', ...table(['要素', '理由', '依据'], pack.deviations.map((one) => [one.atom, cell([one.because]), cell([basisText(pack, one.basis)])]))]
}
