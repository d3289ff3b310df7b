import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import type { Finding, Verdict } from '#core/disclosure-control/finding.ts'
import { canonicalText, type ColumnProfile, type FormSketch, type SketchHash, type ValueForm } from '#core/disclosure-control/source-profile.ts'
import type { TypedResult } from '#core/disclosure-control/typed-result.ts'

const FORM_TITLES: Readonly<Record<ValueForm, string>> = {
  raw: '原值', reversed: '倒序', md5: 'MD5 摘要', sha1: 'SHA-1 摘要', sha256: 'SHA-256 摘要', base64: 'Base64 编码', hex: '十六进制编码',
}

/**
 * Compares each output column with the rare values of the columns that identify or describe entities, as they are and
 * in the forms that anyone can compute. Common values prove nothing: they say nothing about one entity.
 * @param accounted many entities were counted behind every value of the result: a match is chance, told but not held against it
 */
export function checkValueContainment(result: TypedResult, profiles: readonly ColumnProfile[], hashOf: SketchHash, policy: DisclosurePolicy['containment'], accounted: boolean): readonly Finding[] {
  const findings = result.columns.flatMap((column, position) => {
    const texts = new Set(result.rows.flatMap((row) => {
      const text = canonicalText(row[position] ?? null, column.kind)
      return text === null || text === '' ? [] : [text, text.toLowerCase()]
    }))
    const values = columnValues(texts, hashOf)
    return profiles.flatMap((profile) => profile.sketches.filter(({ form }) => values.lengths.some(FORM_LENGTHS[form])).flatMap((sketch) => judge(column.name, values, profile, sketch, policy)))
  })
  if (accounted && findings.length > 0) {
    const columns = [...new Set(findings.map((finding) => String(finding.evidence['column'])))]
    return [{
      layer: 'value-containment', code: 'matches-by-chance', heading: 'direct-exposure', verdict: 'pass', evidence: { columns: columns.join('、'), matches: findings.length },
      message: `字段${columns.map((column) => `“${column}”`).join('、')}有值与源数据的罕见取值相同，但每个值背后的主体数均已核算且足够多，属数值巧合。`, cure: '',
    }]
  }
  return findings.length > 0 ? findings : [{
    layer: 'value-containment', code: 'no-rare-values', heading: 'direct-exposure', verdict: 'pass',
    evidence: { columns: result.columns.length, sources: profiles.length },
    message: '结果中没有成批出现主体标识、准标识或敏感字段的罕见取值，也没有其摘要或编码形式。', cure: '',
  }]
}

const ofLength = (digits: number) => (length: number): boolean => length === digits
const inGroupsOf = (size: number) => (length: number): boolean => length % size === 0
const anyLength = (): boolean => true
/** unit: characters; source: FIPS 180-4 and RFC 1321 in hexadecimal, RFC 4648 for Base64 and Base16: texts of other lengths are not in that form */
const FORM_LENGTHS: Readonly<Record<ValueForm, (length: number) => boolean>> = {
  raw: anyLength, reversed: anyLength, md5: ofLength(32), sha1: ofLength(40), sha256: ofLength(64), base64: inGroupsOf(4), hex: inGroupsOf(2),
}

interface Spelled {
  readonly text: string
  readonly hash: string
}

/** The different spellings of one output column. */
interface ColumnValues {
  /** In the order of their hashes. */
  readonly ordered: readonly Spelled[]
  readonly byHash: ReadonlyMap<string, Spelled>
  /** Of their texts, each once. */
  readonly lengths: readonly number[]
}

function columnValues(texts: ReadonlySet<string>, hashOf: SketchHash): ColumnValues {
  const ordered = [...texts].map((text): Spelled => ({ text, hash: hashOf(text) })).toSorted((one, other) => (one.hash < other.hash ? -1 : Number(one.hash > other.hash)))
  return { ordered, byHash: new Map(ordered.map((value) => [value.hash, value])), lengths: [...new Set(ordered.map(({ text }) => text.length))] }
}

/** A value and its lower-case spelling are one value; only one of the two can match a sketch. */
function differentTexts(values: readonly Spelled[]): number {
  return new Set(values.map((value) => value.text.toLowerCase())).size
}

/** The first so many values that a sketch holds; looked up from the shorter of the two. */
function matchesOf({ ordered, byHash }: ColumnValues, considered: number, { hashes, below }: FormSketch): readonly Spelled[] {
  if (considered <= hashes.size) return ordered.slice(0, considered).filter(({ hash }) => hashes.has(hash))
  const found: Spelled[] = []
  for (const hash of hashes) {
    const value = below === null || hash < below ? byHash.get(hash) : undefined
    if (value !== undefined) found.push(value)
  }
  return found
}

/** How many of the values, in the order of their hashes, have one below the bound: all, where there is none. */
function numberBelow(values: readonly Spelled[], bound: string | null): number {
  if (bound === null) return values.length
  let from = 0
  let to = values.length
  while (from < to) {
    const middle = Math.floor((from + to) / HALVES)
    if ((values[middle]?.hash ?? bound) < bound) from = middle + 1
    else to = middle
  }
  return from
}

/** unit: parts; source: a sorted list is searched by halving */
const HALVES = 2
/** unit: probability; source: platform default: so rarely may unrelated numbers of a dense grid look like rare values */
const CHANCE_MOST = 0.001

/** Whether so many matches may well come by chance, by Chernoff's bound on the tail of the binomial distribution. */
function isChance(matches: number, values: number, chance: number): boolean {
  const share = matches / values
  if (chance <= 0) return false
  if (share <= chance) return true
  const distance = share * Math.log(share / chance) + (share === 1 ? 0 : (1 - share) * Math.log((1 - share) / (1 - chance)))
  return Math.exp(-values * distance) > CHANCE_MOST
}

function judge(column: string, values: ColumnValues, profile: ColumnProfile, sketch: FormSketch, policy: DisclosurePolicy['containment']): readonly Finding[] {
  const considered = numberBelow(values.ordered, sketch.below)
  const matching = matchesOf(values, considered, sketch)
  if (matching.length === 0) return []
  const distinct = differentTexts(values.ordered.slice(0, considered))
  const matches = differentTexts(matching)
  const chance = sketch.form === 'raw' ? profile.chance : 0
  const aboveChance = chance >= 1 ? 0 : (matches / distinct - chance) / (1 - chance)
  if (aboveChance < policy.blockShare || isChance(matches, distinct, chance)) return []
  const verdict: Verdict = matches >= policy.minimumMatches ? 'block' : 'review'
  const title = FORM_TITLES[sketch.form]
  return [{
    layer: 'value-containment',
    code: sketch.form === 'raw' ? 'rare-values-raw' : 'rare-values-disguised',
    heading: 'direct-exposure',
    verdict,
    evidence: { column, source: `${profile.table}.${profile.column}`, form: title, matches, values: distinct },
    message: `字段“${column}”有 ${matches} 个值与数据表“${profile.table}”字段“${profile.column}”的罕见取值（${title}）相同，共 ${distinct} 个值。罕见取值能指向具体的个人或者企业。`,
    cure: sketch.form === 'raw' ? '请改为分组统计，或将该字段归并为较粗的区间、类别。' : '摘要和编码可被逐一试算还原，视同原始数据。请去掉该字段。',
  }]
}
