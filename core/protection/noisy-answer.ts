/** An answer with noise as it is kept and shown: the figures, what they cost, and the gate's line about them (layer G9). */
import type { Finding } from '#core/disclosure-control/finding.ts'
import { answerSensitivity, noiseMargin } from './noisy-statistics.ts'
import type { NoisyCell, NoisyQuestion, NoisyTerms } from './noisy-statistics.ts'

/** unit: thousandths of ε in ε; source: budgets are kept in whole thousandths */
const MILLI = 1_000

export interface NoisyAnswer {
  readonly question: NoisyQuestion
  readonly entry: string
  readonly table: string
  /** Version of the rows, and of the rules with their digest. */
  readonly version: string
  readonly rules: { readonly version: number; readonly digest: string }
  readonly cells: readonly { readonly groups: readonly string[]; readonly value: string }[]
  /** How far off a figure is at most, nineteen times out of twenty. */
  readonly margin: number
  readonly finding: Finding
}

/** What is known of an answer beside its figures. */
export interface NoisyContext {
  readonly entry: string
  readonly table: string
  readonly version: string
  readonly rules: { readonly version: number; readonly digest: string }
  readonly leftMilliEpsilon: number
}

/** Puts the answer together. Values are whole numbers as texts, for they may be longer than a double holds. */
export function noisyAnswer(question: NoisyQuestion, terms: NoisyTerms, cells: readonly NoisyCell[], { leftMilliEpsilon, ...context }: NoisyContext): NoisyAnswer {
  return {
    question, ...context, cells: cells.map(({ groups, value }) => ({ groups, value: String(value) })), margin: noiseMargin(question, terms),
    finding: findingOf(question, terms, leftMilliEpsilon),
  }
}

function findingOf(question: NoisyQuestion, terms: NoisyTerms, leftMilliEpsilon: number): Finding {
  const bounds = question.column === null ? undefined : terms.bounds[question.column]
  const epsilon = question.milliEpsilon / MILLI
  const limited = bounds === undefined ? '' : `，每组内计入的数值限于${bounds.least}至${bounds.most}`
  return {
    layer: 'noisy-statistics', code: 'answer-has-noise', heading: 'other-risk', verdict: 'pass',
    evidence: {
      milli_epsilon: question.milliEpsilon, left_milli_epsilon: leftMilliEpsilon, budget_milli_epsilon: terms.milliEpsilon, groups_per_entity: terms.groupsPerEntity,
      sensitivity: String(answerSensitivity(question, terms)), ...(bounds === undefined ? {} : { least: bounds.least, most: bounds.most }),
    },
    message: `每个数值都加了随机噪声（差分隐私，ε=${epsilon}）：任何一个主体是否在数据中，都不能从结果看出。每个主体至多计入${terms.groupsPerEntity}组${limited}，一个主体至多使全部数值合计改变${answerSensitivity(question, terms)}。隐私预算ε=${terms.milliEpsilon / MILLI}，尚余${leftMilliEpsilon / MILLI}。`,
    cure: '',
  }
}
