import type { Finding } from '#core/disclosure-control/finding.ts'
import { intervalsOf, type Interval, type LinearEquation } from '#core/disclosure-control/linear-intervals.ts'

/** A cell of a table with totals: its groups in order, null where it adds up over a group. */
export interface TableCell {
  readonly groups: readonly (string | null)[]
  readonly count: number
  /** Whether the output shows it. */
  readonly shown: boolean
}

/** A cell that the output leaves out, and within what bounds the shown ones pin it. */
export interface PinnedCell extends Interval {
  readonly groups: readonly (string | null)[]
  readonly count: number
}

export interface SuppressionAudit {
  /** Cells that the output leaves out. */
  readonly suppressed: number
  /** Those of them that can be recovered to within the share. */
  readonly recoverable: readonly PinnedCell[]
  /** Shown cells that should be left out as well, so that none can be recovered. */
  readonly leaveOut: readonly (readonly (string | null)[])[]
  /** Some of these are cells of few, whose group's name may be somebody's number: they are not named to those who asked. */
  readonly ofFew?: true
  /** Left-out cells in connected parts too large to be audited. */
  readonly notAudited: number
}

/** unit: unknowns; source: platform default: a part of so many takes the method about a second */
const UNKNOWNS_MAX = 1_000
/** unit: left-out cells; source: platform default: with more, trying what else to leave out takes too long, and another grouping is the better advice */
const PROPOSED_UP_TO = 80
/** unit: cells; source: three beside the cell make a rectangle, the least that hides it where rows and columns have totals */
const TOGETHER_MAX = 3
/** unit: cells; source: platform default, the smallest ones around */
const CANDIDATES_MAX = 12
/** unit: cells; source: platform default: with more proposals another grouping is the better advice */
const PROPOSALS_MAX = 12

/**
 * Audits a table with totals from which cells were left out: each total is the sum of its cells, so what is shown confines
 * what is not. A left-out count is recoverable where its bounds are nearer to it than the share of it (and than one).
 * Where some are, further cells are proposed to be left out, as few and as small as do, until none is.
 * @param share p of the p% rule, 0 to 1
 * @param minimum entities from which a cell needs no protection: it was left out for another reason
 */
export function auditSuppression(cells: readonly TableCell[], share: number, minimum: number): SuppressionAudit {
  const first = audit(cells, share, minimum)
  const leaveOut: TableCell[] = []
  const wanted = new Set(first.recoverable.map(({ groups }) => nameOf(groups)))
  if (first.suppressed > PROPOSED_UP_TO) return { ...first, leaveOut: [] }
  for (const pinned of first.recoverable) {
    const now = without(cells, leaveOut)
    // Those that are left out only for the sake of others need no protection of their own.
    if (!pins(now, share, minimum, new Set([nameOf(pinned.groups)]))) continue
    const more = smallestHelp(now, share, minimum, nameOf(pinned.groups))
    if (more === null || leaveOut.length + more.length > PROPOSALS_MAX) return { ...first, leaveOut: [] }
    leaveOut.push(...more)
  }
  const helps = !pins(without(cells, leaveOut), share, minimum, wanted)
  return { ...first, leaveOut: helps ? leaveOut.map((cell) => cell.groups) : [], ...(leaveOut.every((cell) => cell.count >= minimum) ? {} : { ofFew: true }) }
}

function without(cells: readonly TableCell[], leaveOut: readonly TableCell[]): readonly TableCell[] {
  const names = new Set(leaveOut.map(({ groups }) => nameOf(groups)))
  return cells.map((cell) => (names.has(nameOf(cell.groups)) ? { ...cell, shown: false } : cell))
}

function pins(cells: readonly TableCell[], share: number, minimum: number, names: ReadonlySet<string>): boolean {
  return audit(cells, share, minimum, names).recoverable.length > 0
}

/** The fewest shown cells, and of these the smallest, that protect a cell when they are left out as well; null where none of so few do. */
function smallestHelp(cells: readonly TableCell[], share: number, minimum: number, name: string): readonly TableCell[] | null {
  const sums = sumsOf(cells).map(({ parts }) => parts)
  const around = (names: ReadonlySet<string>): readonly TableCell[] => sums.filter((parts) => parts.some((part) => names.has(nameOf(part.groups)))).flat()
  const near = around(new Set([name]))
  const candidates = [...new Set([...near, ...around(new Set(near.map(({ groups }) => nameOf(groups))))])]
    .filter((cell) => cell.shown && cell.count > 0).toSorted((one, other) => one.count - other.count).slice(0, CANDIDATES_MAX)
  for (let size = 1; size <= TOGETHER_MAX; size += 1) {
    const sets = subsets(candidates, size).toSorted((one, other) => entitiesIn(one) - entitiesIn(other))
    const helping = sets.find((set) => !pins(without(cells, set), share, minimum, new Set([name])))
    if (helping !== undefined) return helping
  }
  return null
}

function subsets(cells: readonly TableCell[], size: number): readonly (readonly TableCell[])[] {
  if (size === 0) return [[]]
  return cells.flatMap((cell, position) => subsets(cells.slice(position + 1), size - 1).map((rest) => [cell, ...rest]))
}

function entitiesIn(cells: readonly TableCell[]): number {
  return cells.reduce((sum, cell) => sum + cell.count, 0)
}

interface Audited {
  readonly suppressed: number
  readonly recoverable: readonly PinnedCell[]
  readonly notAudited: number
}

/** @param asked names of the cells whose bounds are asked for; absent: all below the minimum */
function audit(cells: readonly TableCell[], share: number, minimum: number, asked?: ReadonlySet<string>): Audited {
  const hidden = cells.filter((cell) => !cell.shown)
  const inQuestion = hidden.map((cell) => cell.count < minimum && (asked === undefined || asked.has(nameOf(cell.groups))))
  const places = new Map(hidden.map((cell, position) => [cell, position]))
  const equations = sumsOf(cells).flatMap(({ total, parts }): readonly LinearEquation[] => {
    const unknown = [...parts.filter((part) => !part.shown).map((part) => [places.get(part) ?? 0, 1] as const), ...(total.shown ? [] : [[places.get(total) ?? 0, -1] as const])]
    const known = (total.shown ? total.count : 0) - parts.reduce((sum, part) => sum + (part.shown ? part.count : 0), 0)
    return unknown.length === 0 ? [] : [{ terms: unknown, sum: known }]
  })
  const recoverable: PinnedCell[] = []
  let notAudited = 0
  for (const part of connectedParts(hidden.length, equations)) {
    if (!part.unknowns.some((unknown) => inQuestion[unknown])) continue
    if (part.unknowns.length > UNKNOWNS_MAX) { notAudited += part.unknowns.length; continue }
    const order = new Map(part.unknowns.map((unknown, position) => [unknown, position]))
    const own = part.equations.map(({ terms, sum }) => ({ terms: terms.map(([unknown, times]) => [order.get(unknown) ?? 0, times] as const), sum }))
    const intervals = intervalsOf(part.unknowns.length, own, part.unknowns.map((unknown) => (inQuestion[unknown] ? hiding(hidden[unknown]?.count ?? 0, share) : null)))
    for (const [position, unknown] of part.unknowns.entries()) {
      const [cell, interval] = [hidden[unknown], intervals?.[position]]
      if (cell === undefined || interval === undefined) { notAudited += 1; continue }
      if (isPinned(cell.count, interval, share)) recoverable.push({ groups: cell.groups, count: cell.count, ...interval })
    }
  }
  return { suppressed: hidden.length, recoverable, notAudited }
}

/** Bounds nearer to the count than its protection, above or below; nothing below zero is hidden from anyone. */
/** How far its bounds must reach for a count to be hidden. */
function hiding(count: number, share: number): Interval {
  const width = Math.max(1, share * count)
  return { lowest: Math.max(0, count - width), highest: count + width }
}

function isPinned(count: number, { lowest, highest }: Interval, share: number): boolean {
  const width = Math.max(1, share * count)
  const nearAbove = highest - count < width
  const nearBelow = lowest > 0 && count - lowest < width
  return nearAbove || nearBelow
}

/**
 * Every total with its cells of the next finer grouping that the table has, where these add up to it: entities in several
 * cells make no sums.
 */
function sumsOf(cells: readonly TableCell[]): readonly { readonly total: TableCell; readonly parts: readonly TableCell[] }[] {
  const groupings = new Map<string, TableCell[]>()
  for (const cell of cells) {
    const name = groupingOf(cell)
    groupings.set(name, [...(groupings.get(name) ?? []), cell])
  }
  const names = [...groupings.keys()]
  return names.flatMap((coarse) => {
    const finer = names.filter((name) => isFiner(name, coarse))
    const next = finer.filter((name) => !finer.some((other) => isFiner(name, other)))
    const totals = new Map((groupings.get(coarse) ?? []).map((cell) => [nameOf(cell.groups), cell]))
    return next.flatMap((name) => {
      const parts = new Map<string, TableCell[]>()
      for (const cell of groupings.get(name) ?? []) {
        const of = nameOf(cell.groups.map((value, group) => (coarse[group] === HAS ? value : null)))
        const known = parts.get(of)
        if (known !== undefined) known.push(cell)
        else if (totals.has(of)) parts.set(of, [cell])
      }
      return [...parts].flatMap(([of, own]) => {
        const total = totals.get(of)
        return total === undefined || own.reduce((sum, cell) => sum + cell.count, 0) !== total.count ? [] : [{ total, parts: own }]
      })
    })
  })
}

const HAS = '+'

/** By which groups a cell is: one sign for each. */
function groupingOf({ groups }: TableCell): string {
  return groups.map((value) => (value === null ? '-' : HAS)).join('')
}

function isFiner(one: string, than: string): boolean {
  return one !== than && [...than].every((sign, group) => sign !== HAS || one[group] === HAS)
}

function nameOf(groups: readonly (string | null)[]): string {
  return JSON.stringify(groups)
}

function connectedParts(unknowns: number, equations: readonly LinearEquation[]): readonly { readonly unknowns: readonly number[]; readonly equations: readonly LinearEquation[] }[] {
  const parent = Array.from({ length: unknowns }, (_, position) => position)
  const root = (of: number): number => {
    let at = of
    while (parent[at] !== undefined && parent[at] !== at) at = parent[at] ?? at
    return at
  }
  for (const { terms: [one, ...others] } of equations) for (const [other] of others) parent[root(other)] = root(one?.[0] ?? other)
  const parts = new Map<number, { unknowns: number[]; equations: LinearEquation[] }>()
  for (let unknown = 0; unknown < unknowns; unknown += 1) {
    const at = root(unknown)
    const part = parts.get(at) ?? { unknowns: [], equations: [] }
    part.unknowns.push(unknown)
    parts.set(at, part)
  }
  for (const equation of equations) parts.get(root(equation.terms[0]?.[0] ?? 0))?.equations.push(equation)
  return [...parts.values()]
}

/** The finding about the tables of a result. @param audits null where a table could not be read for it */
export function checkSuppression(audits: readonly SuppressionAudit[] | null, share: number): readonly Finding[] {
  const common = { layer: 'entity-minimum', heading: 'other-risk' } as const
  if (audits === null) return [{ ...common, code: 'suppression-not-audited', verdict: 'review', evidence: {}, message: '结果带有合计且略去了部分单元格，但未能核算由合计能否推出被略去的数值。', cure: '请减少分组或去掉合计后重新提交，或由审查人核对。' }]
  const suppressed = audits.reduce((sum, one) => sum + one.suppressed, 0)
  if (suppressed === 0) return []
  const recoverable = audits.flatMap((one) => one.recoverable)
  const percent = Math.round(share * PERCENT)
  if (recoverable.length > 0) {
    const leaveOut = audits.flatMap((one) => one.leaveOut)
    const proposal = leaveOut.length === 0 || audits.some((one) => one.ofFew === true) ? '请去掉合计，或把被略去的小组并入其他组。' : `建议一并略去：${leaveOut.map(titleOf).join('、')}；或去掉合计。`
    return [{
      ...common, code: 'suppressed-cell-recoverable', verdict: 'block', evidence: { suppressed, recoverable: recoverable.length, percent, proposed: leaveOut.length },
      message: `结果略去了 ${suppressed} 个单元格，但由所列各单元格和合计可以推出其中 ${recoverable.length} 个，误差在 ${percent}% 以内。`, cure: proposal,
    }]
  }
  const notAudited = audits.reduce((sum, one) => sum + one.notAudited, 0)
  if (notAudited > 0) return [{ ...common, code: 'suppression-partly-audited', verdict: 'review', evidence: { suppressed, notAudited }, message: `结果略去了 ${suppressed} 个单元格，其中 ${notAudited} 个相互关联过多，未能逐一核算能否由合计推出。`, cure: '请减少分组或去掉合计，或由审查人核对。' }]
  return [{ ...common, code: 'suppression-holds', verdict: 'pass', evidence: { suppressed, percent }, message: `结果略去了 ${suppressed} 个单元格，由所列各单元格和合计均不能推出其数值（误差 ${percent}% 以内）。`, cure: '' }]
}

/** unit: percent; source: the whole */
const PERCENT = 100

function titleOf(groups: readonly (string | null)[]): string {
  return groups.map((group) => group ?? '合计').join('×')
}
