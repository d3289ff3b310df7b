/**
 * Counts and sums that hide whether one person is in the table (Dwork, McSherry, Nissim and Smith 2006): noise of the size of
 * what one person can change, over ε. What a person can change is bounded by declared bounds to which each contribution is
 * clamped; nothing is learnt from the data to choose them.
 */
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import { discreteGaussian, discreteLaplace } from './exact-noise.ts'
import type { UniformBelow } from './exact-noise.ts'

/** unit: thousandths of ε in ε; source: budgets are kept in whole thousandths so that they add up exactly */
const MILLI = 1_000n

/** Within which one person's contribution to a sum is counted, in the unit of the column. */
export interface ContributionBounds {
  readonly least: number
  readonly most: number
}

/** The number of persons with noise. One person changes it by 1. @param milliEpsilon thousandths of ε, 1 or more */
export function privateCount(persons: bigint, milliEpsilon: number, uniform: UniformBelow): bigint {
  return persons + discreteLaplace({ over: MILLI, under: BigInt(milliEpsilon) }, uniform)
}

/** The sum of one contribution for each person, each clamped, with noise. One person changes it by at most the larger bound. */
export function privateSum(contributions: readonly bigint[], bounds: ContributionBounds, milliEpsilon: number, uniform: UniformBelow): bigint {
  return clampedSum(contributions, bounds) + discreteLaplace({ over: sensitivityOf(bounds) * MILLI, under: BigInt(milliEpsilon) }, uniform)
}

/**
 * The same sum with Gaussian noise, under zero-concentrated privacy (Bun and Steinke 2016).
 * @param milliRho thousandths of ρ, 1 or more; the variance of the noise is the square of the sensitivity over 2ρ
 */
export function gaussianSum(contributions: readonly bigint[], bounds: ContributionBounds, milliRho: number, uniform: UniformBelow): bigint {
  const sensitivity = sensitivityOf(bounds)
  return clampedSum(contributions, bounds) + discreteGaussian({ over: sensitivity * sensitivity * MILLI, under: TWICE * BigInt(milliRho) }, uniform)
}

/** unit: 1; source: ρ of the Gaussian mechanism is the square of the sensitivity over twice the variance */
const TWICE = 2n

/** What one person can change at most; adding or leaving out one person. */
export function sensitivityOf({ least, most }: ContributionBounds): bigint {
  return BigInt(Math.max(Math.abs(least), Math.abs(most), 1))
}

function clampedSum(contributions: readonly bigint[], { least, most }: ContributionBounds): bigint {
  const [from, to] = [BigInt(least), BigInt(most)]
  return contributions.reduce((sum, value) => sum + (value < from ? from : value > to ? to : value), 0n)
}

/** What stands in the ledger for one table and one operator. */
export interface PrivacyAccount {
  /** Version of the protection rules that grants the budget, and the budget itself; null where the rules grant none. */
  readonly rules: { readonly version: number; readonly milliEpsilon: number } | null
  readonly spentMilliEpsilon: number
}

/**
 * Whether so much may still be spent; null when it may. Spending adds up, whatever was asked before (sequential composition).
 * @param grantors who may grant more, as the cure names them
 */
export function budgetRefusal({ rules, spentMilliEpsilon }: PrivacyAccount, milliEpsilon: number, grantors = '实施机构会同数据提供单位'): Refusal | null {
  if (rules === null) {
    return refuse('privacy-budget-must-be-granted', null, '施行中的保护规则没有给出隐私预算，不能作带噪声的统计。', `请由${grantors}在保护规则中写明隐私预算。`)
  }
  const left = rules.milliEpsilon - spentMilliEpsilon
  if (milliEpsilon <= left) return null
  const shown = (milli: number): string => String(milli / Number(MILLI))
  return refuse('privacy-budget-must-suffice', null,
    `保护规则第${rules.version}版给出的隐私预算为ε=${shown(rules.milliEpsilon)}，已用${shown(spentMilliEpsilon)}，剩余${shown(left)}，不足本次所需的${shown(milliEpsilon)}。`,
    `${left > 0 ? `本次的ε请不大于${shown(left)}；` : ''}需要增加预算的，由${grantors}修订保护规则。已有的答复可以随时再看，不用预算。`, { version: rules.version, left_milli_epsilon: left })
}
