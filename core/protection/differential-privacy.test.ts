import { describe, expect, test } from 'vitest'
import { budgetRefusal, gaussianSum, privateCount, privateSum, sensitivityOf } from './differential-privacy.ts'
import { chanceOfExp, discreteGaussian, discreteLaplace, wholeRoot } from './exact-noise.ts'
import type { UniformBelow } from './exact-noise.ts'

/** A generator of 64-bit numbers with a fixed seed (Steele, Lea and Flood 2014), so that each run draws the same. */
function seeded(seed: bigint): UniformBelow {
  const word = (1n << 64n) - 1n
  let state = seed
  return (bound) => {
    state = (state + 0x9e3779b97f4a7c15n) & word
    let mixed = state
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & word
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & word
    return ((mixed ^ (mixed >> 31n)) * bound) >> 64n
  }
}

const DRAWS = 20_000
/** Five standard deviations of a share counted over so many draws: with fixed seeds this passes or fails for good. */
const near = (share: number): number => 5 * Math.sqrt((share * (1 - share)) / DRAWS)

function drawn(sample: () => bigint): { share: (value: bigint) => number; variance: number; mean: number } {
  const values = Array.from({ length: DRAWS }, sample)
  const mean = values.reduce((sum, value) => sum + Number(value), 0) / DRAWS
  return { mean, variance: values.reduce((sum, value) => sum + (Number(value) - mean) ** 2, 0) / DRAWS, share: (value) => values.filter((one) => one === value).length / DRAWS }
}

describe('exact noise', () => {
  test.each([[0n, 1n], [1n, 3n], [1n, 1n], [5n, 2n]])('a chance of exp(-%d/%d)', (over, under) => {
    const uniform = seeded(1n)
    const share = drawn(() => (chanceOfExp({ over, under }, uniform) ? 1n : 0n)).share(1n)
    const wanted = Math.exp(-Number(over) / Number(under))
    expect(Math.abs(share - wanted)).toBeLessThanOrEqual(near(wanted))
  })

  test.each([[1n, 1n], [10n, 1n], [3n, 2n]])('discrete Laplace of scale %d/%d has its probabilities and its variance', (over, under) => {
    const uniform = seeded(2n)
    const found = drawn(() => discreteLaplace({ over, under }, uniform))
    const fall = Math.exp(-Number(under) / Number(over))
    for (const value of [-2n, -1n, 0n, 1n, 2n]) {
      const wanted = ((1 - fall) / (1 + fall)) * fall ** Math.abs(Number(value))
      expect(Math.abs(found.share(value) - wanted), String(value)).toBeLessThanOrEqual(near(wanted))
    }
    expect(found.variance / ((2 * fall) / (1 - fall) ** 2)).toBeCloseTo(1, 1)
  })

  test.each([[1n, 1n], [25n, 1n], [9n, 4n]])('discrete Gaussian of variance %d/%d', (over, under) => {
    const uniform = seeded(3n)
    const found = drawn(() => discreteGaussian({ over, under }, uniform))
    const weight = (value: number): number => Math.exp((-value * value * Number(under)) / (2 * Number(over)))
    const all = Array.from({ length: 401 }, (_, at) => weight(at - 200)).reduce((sum, one) => sum + one, 0)
    for (const value of [-2n, -1n, 0n, 1n, 2n]) expect(Math.abs(found.share(value) - weight(Number(value)) / all), String(value)).toBeLessThanOrEqual(near(weight(Number(value)) / all))
    expect(Math.abs(found.mean)).toBeLessThan(5 * Math.sqrt(Number(over) / Number(under) / DRAWS))
  })

  test.each([[0n, 0n], [1n, 1n], [3n, 1n], [4n, 2n], [10n ** 40n, 10n ** 20n], [10n ** 40n - 1n, 10n ** 20n - 1n]])('the whole root of %d is %d', (square, root) => {
    expect(wholeRoot(square)).toBe(root)
  })
})

describe('counts and sums with noise', () => {
  test('under a budget so large that no noise is left are exact, and contributions beyond the bounds are clamped', () => {
    const uniform = seeded(5n)
    const plenty = 1_000_000_000
    expect(privateCount(1234n, plenty, uniform)).toBe(1234n)
    expect(privateSum([-5n, 0n, 50n, 1_000_000n], { least: 0, most: 100 }, plenty, uniform)).toBe(150n)
    expect(gaussianSum([-5n, 0n, 50n, 1_000_000n], { least: 0, most: 100 }, plenty, uniform)).toBe(150n)
  })
  test.each([[{ least: 0, most: 100 }, 100n], [{ least: -200, most: 100 }, 200n], [{ least: 0, most: 0 }, 1n]])('one person changes a sum within %j by %d', (bounds, most) => {
    expect(sensitivityOf(bounds)).toBe(most)
  })
  test('a tenth of ε makes ten times the noise', () => {
    const spread = (milli: number): number => {
      const uniform = seeded(4n)
      return Math.sqrt(drawn(() => privateCount(0n, milli, uniform)).variance)
    }
    expect(spread(100) / spread(1000)).toBeGreaterThan(9)
  })
})

describe('the budget', () => {
  test('is spent to the last thousandth and not beyond', () => {
    const account = { rules: { version: 3, milliEpsilon: 1000 }, spentMilliEpsilon: 700 }
    expect(budgetRefusal(account, 300)).toBeNull()
    expect(budgetRefusal(account, 301)).toMatchObject({
      code: 'privacy-budget-must-suffice', message: '保护规则第3版给出的隐私预算为ε=1，已用0.7，剩余0.3，不足本次所需的0.301。',
      cure: '本次的ε请不大于0.3；需要增加预算的，由实施机构会同数据提供单位修订保护规则。已有的答复可以随时再看，不用预算。',
    })
    expect(budgetRefusal({ ...account, spentMilliEpsilon: 1000 }, 1, '甲局')?.cure).toMatch(/^需要增加预算的，由甲局修订保护规则/)
  })
  test('that nobody granted is none', () => {
    expect(budgetRefusal({ rules: null, spentMilliEpsilon: 0 }, 1)).toMatchObject({ code: 'privacy-budget-must-be-granted' })
  })
})
