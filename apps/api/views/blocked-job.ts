import type { Job } from '#capabilities/operation/environment/environment.store.ts'
import { isNoisyReport } from '#core/protection/noisy-report.ts'
import type { JobView } from '../wire/environment.ts'

type Layer = JobView['layers'][number]

/** Figures of the rules themselves; every other figure was measured in the data. */
const OF_THE_RULE: ReadonlySet<string> = new Set(['minimum', 'limit', 'percent', 'kLeast', 'lLeast', 'tMost'])
/** A number, and what stands before it where it is a rule's own. */
const NUMBER = /(?<rule>不足|不少于|不大于|上限|第)?(?<gap>\s*)\d[\d.,]*(?<percent>%?)(?! 个分位数)/g
/** unit: milliseconds; source: people are told of seconds */
const SECOND = 1_000

/** Whether people must look at a result before those who asked for it may: it is shown to them when it has been released. */
export function awaitsReview(job: Job): boolean {
  return job.verdict === 'review' && job.release === null && !(job.report !== null && isNoisyReport(job.report))
}

/**
 * A held-back job as those may see it who asked for it. How many rows it had, how many of them were faulty, how long a value
 * was, how long it took and what its rows hash to are chosen by the statement: each could be the value of one person. So they
 * are told which rules were broken and how to mend it, and no figure that was measured in the data; reviewers see them all.
 */
export function withoutMeasured(view: JobView): JobView {
  return {
    ...view, row_count: null, digest: null, elapsed_ms: view.elapsed_ms === null ? null : Math.ceil(view.elapsed_ms / SECOND) * SECOND,
    begun_at: wholeSecond(view.begun_at), ended_at: wholeSecond(view.ended_at), layers: view.layers.map(withoutFigures),
  }
}

function withoutFigures(layer: Layer): Layer {
  const { rows, of } = layer.evidence
  const told = Object.entries(layer.evidence).filter(([name, value]) => typeof value !== 'number' || OF_THE_RULE.has(name))
  const extent = typeof rows === 'number' && typeof of === 'number' ? [['extent', rows === of ? '全部' : '部分']] : []
  return { ...layer, explanation: unmeasured(layer.explanation), evidence: Object.fromEntries([...told, ...extent]) }
}

/** The sentence with “若干” for each number that is not the rule's own; what stands in quotation marks is a name. */
function unmeasured(text: string): string {
  return text.split(/(“[^”]*”)/).map((part) => (part.startsWith('“') ? part : part.replace(NUMBER, (found: string, rule: string | undefined) => (rule === undefined ? '若干' : found)))).join('').replaceAll(/ ?若干 ?/g, '若干')
}

function wholeSecond(moment: string | null): string | null {
  return moment === null ? null : `${moment.slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}.000Z`
}
