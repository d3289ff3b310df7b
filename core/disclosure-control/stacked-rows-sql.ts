import type { StackPart } from '#core/disclosure-control/contributor-plan.ts'
import { faultBits } from '#core/disclosure-control/faults.ts'

/** unit: base; source: GROUPING gives one binary digit for each group */
const BINARY = 2
/** unit: branches; source: platform default: of more, each two are compared, and each with all others together */
const COMBINED_UP_TO = 4
/** Of how many branches each is at most taken once, added or subtracted. */
const TIMES = [-1, 0, 1] as const

/**
 * The faults of cells whose rows came through a UNION, in the form of a part of the table of counts: whether a branch, or several
 * together, holds what others hold but for a few entities, so that the stacked figure less a plain one is theirs.
 * @param source the rows of the part; a name or a query in brackets
 */
export function stackSql(part: StackPart, source: string, minimum: number): string {
  const present = part.groups.flatMap((has, position) => (has ? [`g${position}`] : []))
  const grouping = part.groups.reduce((code, has) => code * BINARY + (has ? 0 : 1), 0)
  const keys = Array.from({ length: part.entityColumns }, (_, position) => `e${position}`)
  const here = keys.map((key) => `${key} IS NOT NULL`).join(' AND ')
  const entities = (condition: string): string => `count(DISTINCT ${keys.length === 1 ? keys.join('') : `(${keys.join(', ')})`}) FILTER (WHERE ${condition} AND ${here})`
  const few = (condition: string): string => `${entities(condition)} BETWEEN 1 AND ${minimum - 1}`
  const branches = Array.from({ length: part.branches }, (_, branch) => branch)
  const held = (branch: number): string => `(b${branch} > 0)`
  const alone = branches.map((branch) => {
    const others = branches.filter((other) => other !== branch).map(held).join(' OR ')
    // A branch of few is told by the others' total, unless it only brings in rows of its own.
    const onTop = part.weighted ? `bool_or(NOT ${held(branch)})` : `bool_or(NOT ${held(branch)}) AND NOT bool_or(${held(branch)} AND NOT (${others}))`
    return `${few(held(branch))} AND ${onTop}`
  })
  const differing = combinationsOf(part.branches).map((times) => few(`${times.flatMap((time, branch) => (time === 0 ? [] : [`${time < 0 ? '-' : '+'} ${held(branch)}::INTEGER`])).join(' ')} <> 0`))
  const columns = part.groups.map((has, position) => (has ? `g${position}` : `NULL AS g${position}`))
  return `SELECT ${grouping}::BIGINT AS "grouping"${columns.map((column) => `, ${column}`).join('')}, (CASE WHEN ${[...alone, ...differing].join(' OR ')} THEN ${faultBits.differByFew} ELSE 0 END)::BIGINT AS faults FROM ${source} AS x${present.length === 0 ? '' : ` GROUP BY ${present.join(', ')}`}`
}

/** Which branches are taken from which others, each choice once. */
function combinationsOf(branches: number): readonly (readonly number[])[] {
  const all = Array.from({ length: branches }, (_, branch) => branch)
  if (branches <= COMBINED_UP_TO) {
    const choices = all.reduce<readonly (readonly number[])[]>((found) => found.flatMap((times) => TIMES.map((time) => [...times, time])), [[]])
    return choices.filter((times) => times.includes(-1) && times.find((time) => time !== 0) === 1)
  }
  const pairs = all.flatMap((one) => all.slice(one + 1).map((other) => all.map((branch) => (branch === one ? 1 : branch === other ? -1 : 0))))
  return [...pairs, ...all.map((one) => all.map((branch) => (branch === one ? 1 : -1)))]
}
