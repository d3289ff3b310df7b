import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import type { Finding, Verdict } from '#core/disclosure-control/finding.ts'
import { halfRuns, mandatoryRuns, pairFigures, type EntityLinks, type PairFigures, type ProbeOutcome, type ProbeRun } from '#core/disclosure-control/probe-plan.ts'

/** Further runs of the same statement, as they were asked for and what they gave. */
export interface ProbeRuns {
  readonly runs: readonly ProbeRun[]
  readonly links: readonly EntityLinks[]
  /** Whether the statement was judged in another form than it was written in: the repeat ran that form. */
  readonly otherForm: boolean
  readonly outcome: ProbeOutcome
}

/** unit: decimals; source: shares are shown to whole percents */
const SHOWN_DECIMALS = 2
/**
 * unit: rows; source: rows that came back by chance come back in both of two runs without a common entity as often as
 * chance says, rows of one entity never; from so many expected on, none at all happens by chance once in 150 cases
 */
const EXPECTED_IN_BOTH = 5
/** unit: share of what chance says; source: half-way would already be one in a thousand at twenty expected */
const APART_SHARE = 0.25
/** unit: halves; source: where counting holds the result back already, one is told beside it */
const HALVES_WHERE_HELD = 1

/** The runs that were asked for so far, and what they gave. */
export type MadeRuns = Pick<ProbeRuns, 'runs' | 'outcome'>

/**
 * The runs to make next. First those that every job gets. Then runs on halves one by one, for each kind of entity for which
 * the run on the other half leaves it open whether rows or values come back with certain entities: where nothing came back
 * in it, or everything did, or the two were seen to be apart, or the rows are few, no further half could change what
 * checkReExecution says, and its cost is saved.
 * @param made null before the first
 * @param accounted many entities were counted behind every row; where not, the result is held back whatever the halves give
 */
export function nextRuns(made: MadeRuns | null, links: readonly EntityLinks[], accounted: boolean, policy: DisclosurePolicy['probes'], halves: number): readonly ProbeRun[] {
  if (made === null) return mandatoryRuns(links)
  const [repeat] = made.outcome.runs
  if (repeat === undefined || !repeat.same || repeat.rows < policy.minimumRows) return []
  return links.flatMap((_, entity) => {
    const places = placesOf(made, entity)
    const before = places.filter(({ run }) => run.kind === 'half')
    const next = halfRuns(entity, accounted ? halves : Math.min(halves, HALVES_WHERE_HELD))[before.length]
    // The first side of a bit follows the constant-number run, the second the first.
    const other = next?.side === 0 ? places.find(({ run }) => run.kind === 'constant-number') : before.at(-1)
    if (next === undefined || other === undefined) return []
    return isOpen(made.outcome, other.place, policy) && apartIn(made.outcome, policy, places) === null ? [next] : []
  })
}

/** Whether some share of rows or values that a half could bring back would be apart from those of the run at this place. */
function isOpen(made: ProbeOutcome, place: number, policy: DisclosurePolicy['probes']): boolean {
  if (made.runs[place]?.failed !== null) return false
  return [made.rows, ...made.columns].map((patterns) => pairFigures(patterns, place, place)).some(({ of, first }) => {
    // With more than this many in the half, some must come back in both: isApart solved for the second run.
    const most = Math.floor((of - first) / (1 - (APART_SHARE * first) / of))
    return of >= policy.minimumRows && isApart({ of, first, second: Math.min(of, most), both: Math.max(0, first + Math.min(of, most) - of) }, policy)
  })
}

/**
 * Runs the job again and looks what depends on single entities. An encoding with a key defeats every comparison of values,
 * but not this: a row made from one person comes back exactly where that person is. With half of the persons replaced by
 * as many others, a statement that waits for a certain number of rows sees that number.
 * @param accounted many entities were counted behind every row: rows then vanish because HAVING drops smaller cells, and
 *   come back because values are coarse; both are told, and neither is held against the result. What comes back with one
 *   half and never with the other still is.
 */
export function checkReExecution(rows: number, probes: ProbeRuns, policy: DisclosurePolicy['probes'], accounted: boolean): readonly Finding[] {
  const [repeat] = probes.outcome.runs
  if (probes.otherForm && repeat !== undefined && !repeat.same) {
    return [finding('not-repeatable', 'block', { rows, form: 'plain-form-differs', ...(repeat.failed === null ? {} : { failure: repeat.failed }) }, '平台把语句改写为等价的规范写法进行核算，按规范写法重新运行却得到不同的结果，核算不能代表实际输出。', '请改用普通的连接、分组汇总写法；并为 LIMIT、窗口函数写明完整的 ORDER BY，使结果确定。')]
  }
  if (repeat === undefined || repeat.failed !== null || probes.runs[0]?.kind !== 'repeat') return [finding('not-repeated', 'review', {}, '未能以相同输入重新运行作业，无法确认结果可复现。', '请重新提交作业。')]
  if (!repeat.same) {
    return [finding('not-repeatable', 'block', { rows }, '以相同输入重新运行得到不同的结果，无法复核。', '请为 LIMIT、窗口函数写明完整的 ORDER BY，使结果确定。')]
  }
  const repeated = finding('repeatable', 'pass', { rows }, '以相同输入重新运行，结果一致。', '')
  if (probes.links.length === 0) return [{ ...repeated, message: '以相同输入重新运行，结果一致；所用数据表未涉及个人或者企业，不作抽半和等量替换检验。' }]
  return [repeated, ...probes.links.flatMap((link, entity) => kindFindings(rows, probes, policy, accounted, { link, entity }))]
}

const KIND_TITLES: Readonly<Record<string, string>> = { person: '个人', enterprise: '企业' }
/** What entities of a kind are called. */
export function entityTitle(kind: string): string {
  return KIND_TITLES[kind] ?? kind
}

function kindFindings(rows: number, probes: ProbeRuns, policy: DisclosurePolicy['probes'], accounted: boolean, { link, entity }: { readonly link: EntityLinks; readonly entity: number }): readonly Finding[] {
  const title = entityTitle(link.kind)
  const places = placesOf(probes, entity)
  const constant = places.find(({ run }) => run.kind === 'constant-number')
  const halves = places.filter(({ run }) => run.kind === 'half')
  if (constant?.made === undefined) return [finding('constant-number-not-run', 'review', { kind: title }, `未能在替换一半${title}、总数不变的条件下重新运行作业。`, '请重新提交作业。')]
  const failed = places.find(({ made }) => made?.failed !== null)
  if (failed !== undefined) {
    return [finding('fails-with-other-entities', 'review', { kind: title, run: RUN_TITLES[failed.run.kind], failure: failed.made?.failed ?? 'not-made' }, `更换一半${title}后，同一语句运行出错。语句是否出错取决于具体主体，出错与否本身可能透露信息。`, '请改写可能出错的运算（例如类型转换用 TRY_CAST）后重新提交。')]
  }
  const share = (place: number): number => shareOf(pairFigures(probes.outcome.rows, place, place))
  const evidence = {
    kind: title, rows, halves: halves.length,
    ...(halves.length === 0 ? {} : { sizeRatio: shown(mean(halves.map(({ made }) => (rows === 0 ? 1 : (made?.rows ?? 0) / rows)))), survival: shown(mean(halves.map(({ place }) => share(place)))) }),
    constantSurvival: shown(share(constant.place)),
  }
  if (rows < policy.minimumRows) {
    return [finding('few-rows-probed', 'pass', evidence, `更换一半${title}重新运行均已完成；结果行数较少，重现的比例不足以说明问题，不据以判断。`, '')]
  }
  const apart = apartIn(probes.outcome, policy, places)
  if (apart !== null) {
    return [finding('rows-follow-entities', 'block', { ...evidence, ...apart }, `把${title}随机分为两半分别重新运行，结果中的${apart.column === '' ? '行' : `第 ${apart.column} 列的值`}只随其中一半出现、从不随两半同时出现，说明${apart.column === '' ? '每行' : '每个值'}由单个主体形成（无论如何编码、加密）。`, '请改为分组汇总，使每个数值由许多主体形成。')]
  }
  const sizes = mean(halves.map(({ made }) => (made?.rows ?? 0) / rows))
  const bytes = mean(halves.map(({ made }) => (made?.bytes ?? 0))) / Math.max(1, probes.outcome.runs[0]?.bytes ?? 0)
  if (!accounted && halves.length > 0 && (sizes < policy.sizeRatio || bytes < policy.sizeRatio)) {
    return [finding('size-follows-entities', 'block', { ...evidence, bytesRatio: shown(bytes) }, `只保留一半${title}重新运行，结果${sizes < policy.sizeRatio ? '行数' : '内容'}随之明显减少，说明结果按主体逐条形成（无论如何编码、加密）。`, '请改为分组汇总。')]
  }
  const survivals = [share(constant.place), ...(halves.length === 0 ? [] : [mean(halves.map(({ place }) => share(place)))]), ...columnShares(probes.outcome, constant.place, policy)]
  if (!accounted && survivals.some((survival) => survival > policy.survivalFrom && survival < policy.survivalTo)) {
    return [finding('some-rows-return', 'review', evidence, `更换一半${title}重新运行，约一半的行原样重现，可能有行由单个主体形成，也可能是取值较粗造成的巧合。`, '请审查人核对语句；必要时改为更粗的分组。')]
  }
  if (halves.length === 0) return [finding('no-single-entity', 'pass', evidence, `替换一半${title}、总数不变重新运行，结果的行和值或者整体改变，或者整体不变，没有只随部分${title}出现的，抽半检验不会改变结论，故未再作。`, '')]
  return [finding('no-single-entity', 'pass', evidence, `更换一半${title}重新运行（抽去一半；替换一半而总数不变），未见由单个主体形成的行。`, '')]
}

const RUN_TITLES: Readonly<Record<ProbeRun['kind'], string>> = { repeat: '重复运行', 'constant-number': '等量替换', half: '抽半运行' }

/** Which share of each column's values came back in a run, for columns of enough of them. */
function columnShares(outcome: ProbeOutcome, place: number, policy: DisclosurePolicy['probes']): readonly number[] {
  return outcome.columns.map((patterns) => pairFigures(patterns, place, place)).filter(({ of }) => of >= policy.minimumRows).map(shareOf)
}

interface Apart {
  /** Place of the column from 1, empty for whole rows. */
  readonly column: string
  readonly together: number
  readonly expected: number
}

interface Place {
  readonly run: ProbeRun
  readonly place: number
}

/** The runs about the entities of one kind, with what they gave. */
function placesOf({ runs, outcome }: MadeRuns, entity: number): readonly (Place & { readonly made: ProbeOutcome['runs'][number] | undefined })[] {
  return runs.flatMap((run, place) => (run.kind !== 'repeat' && run.entity === entity ? [{ run, place, made: outcome.runs[place] }] : []))
}

/** Rows or values that come back with either half of the entities, and not with both, where chance would have it so. */
function apartIn(outcome: ProbeOutcome, policy: DisclosurePolicy['probes'], places: readonly Place[]): Apart | null {
  for (const [one, other] of oppositePairs(places)) {
    for (const [column, patterns] of [outcome.rows, ...outcome.columns].entries()) {
      const figures = pairFigures(patterns, one, other)
      if (figures.of >= policy.minimumRows && isApart(figures, policy)) {
        return { column: column === 0 ? '' : String(column), together: figures.both, expected: shown((figures.first * figures.second) / figures.of) }
      }
    }
  }
  return null
}

function isApart({ of, first, second, both }: PairFigures, policy: DisclosurePolicy['probes']): boolean {
  const expected = (first * second) / of
  return expected >= EXPECTED_IN_BOTH && both <= APART_SHARE * expected && Math.min(first, second) / of >= policy.survivalFrom
}

/** Runs without a common entity: a constant-number run holds those whom it does not replace. */
function oppositePairs(places: readonly Place[]): readonly (readonly [number, number])[] {
  const holding = places.flatMap(({ run, place }) => (run.kind === 'repeat' ? [] : [{ place, bit: run.bit, side: run.kind === 'half' ? run.side : 1 - run.side }]))
  return holding.flatMap((one, position) => holding.slice(position + 1).filter((other) => other.bit === one.bit && other.side !== one.side).map((other) => [one.place, other.place] as const))
}

function shareOf({ of, first }: PairFigures): number {
  return of === 0 ? 0 : first / of
}

function shown(share: number): number {
  return Number(share.toFixed(SHOWN_DECIMALS))
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

function finding(code: string, verdict: Verdict, evidence: Finding['evidence'], message: string, cure: string): Finding {
  return { layer: 're-execution', code, heading: 'other-risk', verdict, evidence, message, cure }
}
