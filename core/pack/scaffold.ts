import { packText, readPlainText } from './plain-text.ts'
import { parseProvisions } from './provision-text.ts'
import { suggestedFigures, suggestedLists, suggestedOffices, suggestedTerms } from './scaffold-suggestions.ts'
import type { KnownAtom, SuggestedFigure, SuggestedList, SuggestedOffice, SuggestedTerm } from './scaffold-suggestions.ts'
import { textDoubts } from './text-doubts.ts'
import type { TextDoubt } from './text-doubts.ts'

/** The files of a new pack by their path below its folder, and every doubtful place of the text. */
export type Scaffold = { files: Map<string, string>; doubts: TextDoubt[]; articles: number; items: number }

export type ScaffoldOptions = {
  /** The folder's name: the pack's id. */
  pack: string
  /** Prefix of provision ids, e.g. `ah25`. */
  prefix: string
  parents: readonly string[]
  known: readonly KnownAtom[]
}

/**
 * A first draft of a pack from a plain text. The text is taken over as it stands; offices, figures, terms and contents
 * are suggestions behind `#`, each with its sentence, and hold until a person has decided on them. Nothing is invented:
 * what the text does not say is left to be filled in, so that pack-check refuses the draft until somebody has.
 */
export function scaffoldPack(text: string, options: ScaffoldOptions): Scaffold {
  const blocks = readPlainText(text)
  const markdown = packText(blocks)
  // A number that cannot be read is a doubt; the provisions of the other articles are found all the same.
  const readable = packText(blocks.filter((block) => block.kind !== 'article' || block.number !== null))
  const provisions = parseProvisions(options.prefix, readable)
  const doubts = textDoubts(text)
  const title = blocks.find((block) => block.kind === 'title')?.text ?? ''
  const files = new Map([
    ['text.md', markdown],
    ['pack.yaml', manifestFile(title, options)],
    ['offices.yaml', headed('offices', '各方：按原文的称呼填写，选定通用角色后去掉行首的“# ”。', suggestedOffices(provisions).map(officeLines))],
    ['figures.yaml', headed('figures', '数值：核对原文，起编号和名称，补上边界两侧的例子（golden）后去掉行首的“# ”。', suggestedFigures(provisions).map(figureLines))],
    ['terms.yaml', headed('terms', '用语：起编号后去掉行首的“# ”。', suggestedTerms(provisions).map(termLines))],
    ['contents/suggested.yaml', headed('contents', '内容：逐项确定编号和类型；一项里有两个要求的，分成两个要素。', suggestedLists(provisions, options.known).map(listLines))],
    ['doubtful-places.txt', doubtsFile(doubts)],
  ])
  return { files, doubts, articles: blocks.filter((block) => block.kind === 'article').length, items: blocks.filter((block) => block.kind === 'item').length }
}

/** One doubtful place as a line for people: place, what is doubtful, and the signs around it. */
export function doubtLine({ line, column, code, message, found }: TextDoubt): string {
  return `第${line}行第${column}字：${message}（${code}）“${found}”`
}

/** unit: folders; source: a pack's folder lies two below the project's */
const UP = 2

/** The first line of each file: where an editor finds the format, so that it can complete and check while writing. */
export function schemaHint(schema: string, depth = 0): string {
  return `# yaml-language-server: $schema=${'../'.repeat(depth + UP)}docs/schema/${schema}.json`
}

function headed(schema: string, say: string, parts: readonly string[][]): string {
  return [schemaHint(schema, schema === 'contents' ? 1 : 0), `# ${say}`, ...parts.flatMap((lines) => ['', ...lines.map((line) => (line === '' ? '#' : `# ${line}`))]), ''].join('\n')
}

function manifestFile(title: string, { pack, prefix, parents }: ScaffoldOptions): string {
  return [
    schemaHint('pack'),
    `pack: ${pack}`, 'version: 1', `title: ${title === '' ? '# 待填：名称' : title}`,
    'document_number: # 待填：文号；没有的写明来源', 'issuers: [] # 待填：制定机关', 'in_force: # 待填：施行日期，如 2025-05-01', '# last_day: 最后适用日；没有规定有效期的不填',
    'status: draft # 核对完毕、可以据以办理时改为 in-force', "region: # 待填：行政区划代码，如 '340000'",
    `prefix: ${prefix}`, `parents: [${parents.join(', ')}]`,
    '# scope: 适用范围的条文；validity: 施行日期和有效期的条文；superior、at_expiry、escalation 见编写指南', '',
  ].join('\n')
}

function officeLines({ role, title, times, provision, says }: SuggestedOffice): string[] {
  return [`${role ?? '（选定角色）'}: # 出现${times}次`, `  title: ${title}`, '  holder: # fixed 本地一个单位；many 若干单位；party 在事项中确定', `  basis: { provision: ${provision}, says: ${quoted(says)} }`]
}

function figureLines({ value, unit, bound, provision, says }: SuggestedFigure): string[] {
  return ['（起编号）:', '  title: # 待填', `  value: ${value}`, `  unit: ${unit}`, `  bound: ${bound ?? '# 待定：at-most、at-least、exactly、in-advance'}`, `  basis: { provision: ${provision}, says: ${quoted(says)} }`, '  golden: # 待填：边界两侧的例子']
}

function termLines({ title, means, provision, says }: SuggestedTerm): string[] {
  return ['（起编号）:', `  title: ${title}`, `  means: ${quoted(means)}`, `  basis: { provision: ${provision}, says: ${quoted(says)} }`]
}

function listLines({ provision, title, items }: SuggestedList): string[] {
  return [
    `（起编号）: # ${provision} ${title}`, '  type: group', `  title: # 待填`, '  items:',
    ...items.map((item) => `    （起编号）: { type: text, title: ${quoted(item.title)}, ${item.atom === null ? '' : `atom: ${item.atom}, `}basis: { provision: ${item.provision}, says: ${quoted(item.says)} } }`),
  ]
}

/** A YAML string in single quotes: nothing in it has a meaning of its own. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function doubtsFile(doubts: readonly TextDoubt[]): string {
  if (doubts.length === 0) return '没有发现可疑之处。仍请对照原文通读一遍。\n'
  return ['下列各处请对照原文核对，更正原文本后重新生成，或者直接更正 text.md。平台不代为判断。', '', ...doubts.map(doubtLine), ''].join('\n')
}
