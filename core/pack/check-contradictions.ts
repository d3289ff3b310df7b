import type { CompiledPack } from './compiled-pack.ts'
import { wrong } from './check-finding.ts'
import type { RuleFinding, RulePath } from './check-finding.ts'
import type { Figure, Policy } from './pack-format.ts'
import type { Check } from './procedure-format.ts'

type Compare = Extract<Check, { check: 'compare' }>
type Literal = string | number | boolean
type Placed = { rule: Compare; at: RulePath }

/** Two checks of one act that can never both hold: the second is named, with the place of the first. */
export function checksContradict(checks: readonly Check[], path: RulePath): RuleFinding[] {
  const before: Placed[] = []
  return checks.flatMap((check, index) => {
    if (check.check !== 'compare') return []
    const placed: Placed = { rule: check, at: [...path, index] }
    const first = before.find(({ rule }) => JSON.stringify([rule.left, rule.when]) === JSON.stringify([check.left, check.when]) && cannotBoth(rule, check))
    before.push(placed)
    if (first === undefined) return []
    const left = typeof check.left === 'string' ? check.left : JSON.stringify(check.left)
    return [{ ...wrong(placed.at, 'checks-must-not-contradict', `${left} 不能既${said(first.rule)}又${said(check)}。`, '请删去其中一项，或者用 when 写明各自适用的情形。'), other: first.at }]
  })
}

const WORDS: Record<Compare['is'], string> = {
  equal: '等于', 'not-equal': '不等于', 'at-most': '不大于', 'at-least': '不小于', 'less-than': '小于', 'more-than': '大于', 'one-of': '属于', 'subset-of': '都属于', 'not-subset-of': '不都属于',
  'disjoint-from': '都不属于', includes: '包括', present: '已经填写', absent: '没有填写',
}

function said({ is, right }: Compare): string {
  return `${WORDS[is]}${right === undefined ? '' : ` ${typeof right === 'object' ? String(right.value) : String(right)}`}`
}

function cannotBoth(a: Compare, b: Compare): boolean {
  if (a.is === 'absent' || b.is === 'absent') return a.is !== b.is // every other comparison needs a value
  const [one, other] = [literals(a), literals(b)]
  if (one === null || other === null) return false
  return excludes(a, one, b, other) || excludes(b, other, a, one)
}

/** Whether nothing that satisfies the first can satisfy the second, told by their literals. */
function excludes(a: Compare, one: readonly Literal[], b: Compare, other: readonly Literal[]): boolean {
  if (a.is === 'equal' || a.is === 'one-of') return one.every((value) => !holdsFor(value, b, other))
  const [low, high] = [one[0], other[0]]
  if (typeof low !== 'number' || typeof high !== 'number') return false
  if (a.is !== 'at-least' && a.is !== 'more-than') return false
  if (b.is !== 'at-most' && b.is !== 'less-than') return false
  return low > high || (low === high && (a.is === 'more-than' || b.is === 'less-than'))
}

function holdsFor(value: Literal, { is }: Compare, [first, ...rest]: readonly Literal[]): boolean {
  if (first === undefined) return true
  switch (is) {
    case 'equal':
      return value === first
    case 'not-equal':
      return value !== first
    case 'one-of':
      return [first, ...rest].includes(value)
    case 'at-most':
      return typeof value !== typeof first || value <= first
    case 'at-least':
      return typeof value !== typeof first || value >= first
    case 'less-than':
      return typeof value !== typeof first || value < first
    case 'more-than':
      return typeof value !== typeof first || value > first
    default:
      return true
  }
}

/** The literal values with which a check compares, or null where it compares with something of the case. */
function literals({ right }: Compare): readonly Literal[] | null {
  if (right === undefined || typeof right === 'string') return null
  if (typeof right !== 'object') return [right]
  return Array.isArray(right.value) ? right.value : [right.value]
}

/** Rows of decision tables that decide the same conditions differently, or that no call can reach. */
export function policiesContradict(policies: Readonly<Record<string, Policy>>): RuleFinding[] {
  return Object.entries(policies).flatMap(([id, { rows }]) => rows.flatMap((row, index): RuleFinding[] => {
    const at: RulePath = ['policies', id, 'rows', index]
    const place = (other: number): RulePath => ['policies', id, 'rows', other]
    const open = rows.findIndex(({ when }) => when.length === 0)
    if (open >= 0 && open < index) return [{ ...wrong(at, 'rule-must-be-able-to-decide', `${row.code} 之前的一行没有条件，本行永远不起作用。`, '请调换次序，或者删去本行。'), other: place(open) }]
    const same = rows.findIndex((one, before) => before < index && one.then !== row.then && conditions(one) === conditions(row))
    if (same < 0) return []
    return [{ ...wrong(at, 'rules-must-not-contradict', `${row.code} 与 ${rows[same]?.code ?? ''} 条件相同，结果相反。`, '请保留与条文一致的一行。'), other: place(same) }]
  }))
}

function conditions({ when }: Policy['rows'][number]): string {
  return when.map((one) => JSON.stringify([one.left, one.is, one.right])).toSorted().join('\n')
}

/** Variants of a figure that overlap without a condition to tell them apart, and figures that read one sentence differently. */
export function figuresContradict(pack: CompiledPack): RuleFinding[] {
  return [...Object.entries(pack.figures).flatMap(([id, figure]) => variantsContradict(id, figure)), ...sentencesContradict(pack)]
}

function variantsContradict(id: string, { variants = [] }: Figure): RuleFinding[] {
  return variants.flatMap((variant, index): RuleFinding[] => {
    const before = variants.findIndex((one, place) => place < index && JSON.stringify(one.when) === JSON.stringify(variant.when) && covers(one, variant))
    const open = before >= 0 ? before : variants.findIndex((one, place) => place < index && one.when === undefined && covers(one, variant))
    if (open < 0) return []
    const path: RulePath = ['figures', id, 'variants', index]
    const differs = variants[open]?.value !== variant.value
    const [code, says] = differs && before >= 0 ? ['figures-must-not-contradict', '适用情形相同，数值却不同'] : ['rule-must-be-able-to-decide', '已为前一情形所包括，永远不起作用']
    return [{ ...wrong(path, code ?? '', `${id} 的第${index + 1}种情形与第${open + 1}种${says}。`, '请写明各自的起止日期或者条件，较特别的写在前面。'), other: ['figures', id, 'variants', open] }]
  })
}

/** Whether the days of one variant hold all the days of another. */
function covers(one: { from?: string | undefined; until?: string | undefined }, other: { from?: string | undefined; until?: string | undefined }): boolean {
  const begins = one.from === undefined || (other.from !== undefined && other.from >= one.from)
  const ends = one.until === undefined || (other.until !== undefined && other.until <= one.until)
  return begins && ends
}

/** Two figures of one pack that quote the same sentence in the same unit cannot both be right if they differ. */
function sentencesContradict(pack: CompiledPack): RuleFinding[] {
  const seen = new Map<string, string>()
  return Object.entries(pack.figures).flatMap(([id, figure]) => {
    const { basis, unit, bound, value } = figure
    if (!('provision' in basis)) return []
    const key = [basis.provision, basis.says, unit, bound].join('|')
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, id)
      return []
    }
    const other = pack.figures[first]?.value
    if (other === value) return []
    return [{ ...wrong(['figures', id, 'value'], 'figures-must-not-contradict', `${id}（${value}）与 ${first}（${other}）引用同一句条文，数值却不同。`, '请保留与条文一致的一个，或者引用各自所依据的那一句。'), other: ['figures', first, 'value'] }]
  })
}
