import { basisKind, provisionOf } from './basis.ts'
import type { Basis, BasisKind } from './basis.ts'
import type { CompiledPack } from './compiled-pack.ts'
import type { Figure } from './pack-format.ts'
import { provisionLabel } from './provision-text.ts'

const KINDS: Record<BasisKind, string> = { provision: '条文', interpretation: '解读', 'platform-default': '平台默认', order: '命令', agreement: '协议' }

const UNITS: Record<Figure['unit'], string> = {
  'working-day': '个工作日', 'calendar-day': '日', month: '个月', year: '年', count: '（数）', percent: '%', ratio: '（比率）', entity: '个主体', yuan: '元',
}

const BOUNDS: Record<Figure['bound'], string> = { 'at-most': '不超过', 'at-least': '不少于', exactly: '恰为', 'in-advance': '提前' }

/** The kind of a basis in one Chinese word, so that a platform default is never read as the law's. */
export function basisMark(basis: Basis): string {
  return `【${KINDS[basisKind(basis)]}】`
}

/** A basis as a person reads it: its kind, the provision with its number, the sentence, and the reading where there is one. */
export function basisText(pack: CompiledPack, basis: Basis): string {
  const mark = basisMark(basis)
  if ('platform-default' in basis) return `${mark}${basis['platform-default']}`
  if ('order' in basis) return `${mark}${basis.order}`
  if ('agreement' in basis) return `${mark}${basis.agreement}`
  const cited = `${mark}${provisionText(pack, provisionOf(basis) ?? '')}：“${basis.says}”`
  return 'reads' in basis ? `${cited}；理解为：${basis.reads}理由：${basis.because}` : cited
}

/** `《…》第二十条第二款（cd26-20.2）`. */
export function provisionText(pack: CompiledPack, id: string): string {
  const provision = pack.provisions[id]
  if (!provision) return id
  const text = pack.texts[id.split('-')[0] ?? '']
  return `《${text?.title ?? ''}》${provisionLabel(provision)}（${id}）`
}

/** `不超过5个工作日`. */
export function figureText(figure: Figure): string {
  return `${BOUNDS[figure.bound]}${figure.value}${UNITS[figure.unit]}`
}

export function officeText(pack: CompiledPack, office: string): string {
  return pack.offices[office]?.title ?? (office === 'platform' ? '平台' : office)
}

export function officesText(pack: CompiledPack, offices: readonly string[]): string {
  return offices.map((office) => officeText(pack, office)).join('、')
}

export function contentTitle(pack: CompiledPack, key: string): string {
  return pack.contents[key]?.title ?? key
}

/** A cell of a Markdown table: no line breaks, no bare bars. */
export function cell(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('<br>').replaceAll('|', '\\|').replaceAll('\n', '<br>') || '—'
}

/** A Markdown table. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return ['（无）', '']
  return [`| ${heads.join(' | ')} |`, `|${heads.map(() => '---').join('|')}|`, ...rows.map((row) => `| ${row.join(' | ')} |`), '']
}
