import type { CompiledPack } from './compiled-pack.ts'
import { compareRules } from './compare-rules.ts'
import type { RulePair, RuleSection } from './compare-rules.ts'
import { compareTexts } from './compare-texts.ts'
import type { ArticlePair } from './compare-texts.ts'
import { listFindings } from './list-findings.ts'
import type { ListFinding } from './list-findings.ts'
import type { PackSource } from './pack-format.ts'
import { parseProvisions, provisionLabel } from './provision-text.ts'
import type { Provision } from './provision-text.ts'
import { cell, table } from './render-text.ts'

/** A pack as it is compared: put together with its parents, and as its own folder holds it. */
export type ComparedPack = { compiled: CompiledPack; source: PackSource }

/** The differences of two packs as a Chinese Markdown page, and how many findings still need a recorded deviation. */
export type PackDiff = { lines: string[]; open: number }

const SECTIONS: Record<RuleSection, string> = { offices: '各方', figures: '数值', steps: '环节', contents: '内容（按要素）', checks: '核对', registers: '名册', duties: '定期事项' }

/** Compares two packs by provision (their own texts) and by rule (each with its parents'). */
export function diffPacks(here: ComparedPack, there: ComparedPack): PackDiff {
  const [own, other] = [provisionsOf(here.source), provisionsOf(there.source)]
  const compared = compareTexts(own, other)
  const findings = [
    ...(isAbove(there, here) ? [] : listFindings(here.compiled, there.compiled, { superior: own, own: other })),
    ...(isAbove(here, there) ? [] : listFindings(there.compiled, here.compiled, { superior: other, own })),
  ]
  const open = findings.filter((one) => one.state === 'open').length
  const [a, b] = [`《${here.source.manifest.title}》`, `《${there.source.manifest.title}》`]
  return {
    open,
    lines: [
      `# ${a}与${b}对照`, '',
      '## 内容清单的缺项', '', ...findingLines(findings), '',
      '## 按条文', '',
      ...table([a, b, '相近程度', '只见于前者', '只见于后者'], compared.pairs.map(pairRow)),
      ...onlyLines(`只见于${a}的条`, compared.onlyHere), ...onlyLines(`只见于${b}的条`, compared.onlyThere),
      '## 按规则', '', ...ruleLines(compareRules(here.compiled, there.compiled), a, b),
    ],
  }
}

/** Whether the first pack stands above the second; then only what the second lacks is a finding. */
function isAbove(one: ComparedPack, other: ComparedPack): boolean {
  return other.compiled.manifest.parents.includes(one.compiled.manifest.pack)
}

function provisionsOf(source: PackSource): Provision[] {
  return parseProvisions(source.manifest.prefix, source.text)
}

const STATES: Record<ListFinding['state'], string> = { answered: '规则包的内容已逐要素对应，用语不同，请核对原文', recorded: '已记录差异', open: '须记录差异' }

function findingLines(findings: readonly ListFinding[]): string[] {
  if (findings.length === 0) return ['（无）']
  return findings.map((one) => {
    const near = one.near === null ? '' : `最接近的是${provisionLabel(one.near)}（${one.near.id}）“${one.near.text}”。`
    const cure = one.state === 'open' ? `请在 deviations.yaml 中记录要素 ${one.atom ?? one.provision.id} 的差异及理由，或者补入内容清单。` : (one.because ?? '')
    return `- 【${STATES[one.state]}】${provisionLabel(one.provision)}（${one.provision.id}）要求“${one.says}”，${provisionLabel(one.against)}（${one.against.id}）的清单中没有。${near}${cure}`
  })
}

function pairRow({ here, there, likeness, onlyHere, onlyThere }: ArticlePair): string[] {
  return [cell([here.heading]), cell([there.heading]), `${Math.round(likeness * PERCENT)}%`, sentences(onlyHere), sentences(onlyThere)]
}

/** unit: percent of one; source: the definition of per cent */
const PERCENT = 100

function sentences(provisions: readonly Provision[]): string {
  return cell(provisions.map((one) => `${one.id}：${one.text}`))
}

function onlyLines(title: string, articles: readonly Provision[]): string[] {
  return [`### ${title}`, '', ...(articles.length === 0 ? ['（无）'] : articles.map((one) => `- ${one.heading}（${one.id}）：${one.text.replaceAll('\n', ' ')}`)), '']
}

function ruleLines(pairs: readonly RulePair[], here: string, there: string): string[] {
  return (Object.keys(SECTIONS) as RuleSection[]).flatMap((section) => { // the keys of a record of all sections
    const own = pairs.filter((pair) => pair.section === section)
    return [`### ${SECTIONS[section]}`, '', ...table(['编号', '名称', here, there], own.map((pair) => [`\`${pair.id}\``, cell([pair.title]), cell([pair.here ?? '（没有）']), cell([pair.there ?? '（没有）'])]))]
  })
}
