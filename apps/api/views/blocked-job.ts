import type { Job } from '#capabilities/operation/environment/environment.store.ts'
import { causesOfFailure, isOfStatement } from '#core/disclosure-control/held-back-tries.ts'
import { isNoisyReport } from '#core/protection/noisy-report.ts'
import type { JobView } from '../wire/environment.ts'
import { TOLD, TOLD_CURES } from './told-findings.ts'

type Layer = JobView['layers'][number]

/** Figures of the rules themselves; every other figure was measured in the data. */
const OF_THE_RULE: ReadonlySet<string> = new Set(['minimum', 'limit', 'percent', 'kLeast', 'lLeast', 'tMost'])
/** A number, and what stands before it where it is a rule's own. */
const NUMBER = /(?<rule>不足|不少于|不大于|上限|第)?(?<gap>\s*)\d[\d.,]*(?<percent>%?)(?! 个分位数)/g
/** Names of which the data may choose one: of columns, of earlier releases, of what came of a further run. */
const CHOSEN: ReadonlySet<string> = new Set(['column', 'columns', 'source', 'form', 'kind', 'releases', 'run', 'failure'])
/** unit: milliseconds; source: people are told of seconds */
const SECOND = 1_000

/** Whether people must look at a result before those who asked for it may: it is shown to them when it has been released. */
export function awaitsReview(job: Job): boolean {
  return job.verdict === 'review' && job.release === null && !(job.report !== null && isNoisyReport(job.report))
}

/**
 * A held-back job as those may see it who asked for it. How many rows it had, how many of them were faulty, which of its
 * columns were, how long a value was, how long it took and what its rows hash to are chosen by the statement: each could be the
 * value of one person, and of two hundred columns each could answer a question. So they are told which rules were broken, each
 * once, and how to mend it; nothing that was measured in the data. Where the statement would be held back over any data, they
 * are told that alone. What they are told is what is counted (held-back-tries.ts); reviewers see all.
 */
export function withoutMeasured(view: JobView): JobView {
  const layers = toldOf(view)
  return {
    ...view, row_count: null, digest: null, elapsed_ms: view.elapsed_ms === null ? null : Math.ceil(view.elapsed_ms / SECOND) * SECOND,
    begun_at: wholeSecond(view.begun_at), ended_at: wholeSecond(view.ended_at), layers, failure: withoutSubject(view.failure),
    headings: view.verdict === 'block' ? view.headings.map(({ title }) => ({ title, verdict: layers.some(({ heading, verdict }) => heading === title && verdict === 'block') ? 'block' as const : null })) : view.headings,
  }
}

/** The findings that are told: of a blocked result what blocks it, each rule once. */
function toldOf({ verdict, layers }: JobView): Layer[] {
  if (verdict !== 'block') return layers.map(withoutFigures)
  const blocking = layers.filter((layer) => layer.verdict === 'block')
  const ofStatement = blocking.filter(({ title, evidence }) => isOfStatement({ code: title, evidence }))
  const told = ofStatement.length > 0 ? ofStatement : blocking
  return told.filter(({ title }, place) => told.findIndex((other) => other.title === title) === place).map(withoutFigures)
}

function withoutFigures(layer: Layer): Layer {
  const { rows, of } = layer.evidence
  const told = Object.entries(layer.evidence).filter(([name, value]) => (typeof value === 'number' ? OF_THE_RULE.has(name) : !CHOSEN.has(name)))
  const extent = typeof rows === 'number' && typeof of === 'number' ? [['extent', rows === of ? '全部' : '部分']] : []
  return { ...layer, explanation: TOLD[layer.title] ?? unmeasured(layer.explanation), cure: TOLD_CURES[layer.title] ?? layer.cure, evidence: Object.fromEntries([...told, ...extent]) }
}

/** A failure without what the engine calls it: which error it was, and in which column, data may choose as well. */
function withoutSubject(failure: JobView['failure']): JobView['failure'] {
  return failure === null || causesOfFailure(failure).length === 0 ? failure : { ...failure, message: `${failure.message.split('：')[0] ?? ''}。`.replace('。。', '。') }
}

/** The sentence with “若干” for each number that is not the rule's own; what stands in quotation marks is a name. */
function unmeasured(text: string): string {
  return text.split(/(“[^”]*”)/).map((part) => (part.startsWith('“') ? part : part.replace(NUMBER, (found: string, rule: string | undefined) => (rule === undefined ? '若干' : found)))).join('').replaceAll(/ ?若干 ?/g, '若干')
}

function wholeSecond(moment: string | null): string | null {
  return moment === null ? null : `${moment.slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}.000Z`
}
