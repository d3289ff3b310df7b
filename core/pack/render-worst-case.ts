import type { CompiledPack } from './compiled-pack.ts'
import { basisText, cell, figureText, officeText, table } from './render-text.ts'
import { worstCases } from './worst-case.ts'
import type { WayBack, WayStep, WorstCase } from './worst-case.ts'

/** The longest lawful way from a demand to its data as a Chinese Markdown page: steps, figures, provisions, and the sum in working days. */
export function renderWorstCase(pack: CompiledPack): string[] {
  const cases = worstCases(pack)
  const title = [`# 《${pack.manifest.title}》（${pack.manifest.pack}）：从提出需求到取得数据`, '']
  if (cases.length === 0) return [...title, '该规则包没有数据供给程序。', '']
  return [...title, ...cases.flatMap((one) => caseLines(pack, one))]
}

function caseLines(pack: CompiledPack, one: WorstCase): string[] {
  const rows = one.steps.map((step, index) => [
    String(index + 1), cell([step.title]), cell([officeText(pack, step.office)]), timeOf(pack, step),
    step.extension === null ? '—' : cell([`另加${step.extension.days}个工作日`, basisText(pack, step.extension.basis)]),
  ])
  return [
    `## ${one.title}（${one.procedure}）`, '',
    `最长${one.days + one.extensions + one.returns}个工作日：各环节期限合计${one.days}个工作日，准予延长${one.extensions}个工作日，退回补正各发生到最多次数时${one.returns}个工作日。`, '',
    ...remarks(one), ...table(['序号', '环节', '谁办理', '期限', '延长'], rows),
    ...backLines(pack, one.backs),
  ]
}

function timeOf(pack: CompiledPack, { days, added, basis, note, other }: WayStep): string {
  const said: Record<NonNullable<WayStep['note']>, string> = {
    'other-unit': other === null ? '' : figureText(other), 'agreed-date': '按协议或者命令确定的日期', 'fixed-date': '至每年固定的日期', 'no-limit': '没有规定期限', 'at-once': '条件具备即办',
  }
  return cell([note === null ? `${days}个工作日${added === days ? '' : `（自较早的日期起算，在此只增加${added}个工作日）`}` : said[note], note === 'no-limit' || note === 'at-once' ? '' : basisText(pack, basis)])
}

function remarks({ steps }: WorstCase): string[] {
  const without = steps.filter((step) => step.note === 'no-limit').map((step) => `“${step.title}”`)
  const agreed = steps.filter((step) => step.note === 'agreed-date' || step.note === 'fixed-date').map((step) => `“${step.title}”`)
  const others = steps.flatMap((step) => (step.other === null ? [] : [`“${step.title}”${figureText(step.other)}`]))
  return [
    ...(without.length === 0 ? [] : [`没有规定期限、未计入的环节：${without.join('、')}。`, '']),
    ...(agreed.length === 0 ? [] : [`期限由协议或者命令确定、未计入的环节：${agreed.join('、')}。`, '']),
    ...(others.length === 0 ? [] : [`不以工作日计算、未计入的期限：${others.join('、')}。`, '']),
  ]
}

function backLines(pack: CompiledPack, backs: readonly WayBack[]): string[] {
  if (backs.length === 0) return []
  const rows = backs.map((back) => [
    cell([back.title]), `${back.times}次`, back.days === 0 ? '不另给期限' : `每次${back.days}个工作日`,
    cell([back.steps.map((step) => (step.added === 0 ? step.title : `${step.title}${step.added}`)).join('、')]), cell([basisText(pack, back.basis)]),
  ])
  return ['退回和补正：', '', ...table(['结果', '次数', '重新经过的期限', '重新经过的环节', '依据'], rows)]
}
