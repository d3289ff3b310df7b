import { describe, expect, test } from 'vitest'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { CHENGDU_2020, aggregated } from '#tests/support/chengdu-2020-story.ts'
import { SICHUAN, inForce as sichuanInForce, previewLaw } from '#tests/support/sichuan-story.ts'
import type { Cast } from '#tests/support/story-cast.ts'
import { Story } from '#tests/support/story.ts'
import { SUPPLY_CAST, supplied } from '#tests/support/supply-story.ts'
import { XIAN, inForce as xianInForce, modeDetermined } from '#tests/support/xian-story.ts'
import { ZHAOQING, zqAgreementInForce } from '#tests/support/zhaoqing-story.ts'
import { verdictOn } from './support/evidence-verdict.ts'
import { retell } from './support/retell-story.ts'

/**
 * One story of each regulation told again to the real application, and its evidence checked offline: what
 * `npm run conformance` does with every story of every scenario.
 */
const STORIES: [string, () => Promise<CaseLaw>, Cast, (story: Story) => unknown][] = [
  ['the current measures of the provincial capital, from the plan to the first supply', () => lawOf('chengdu-2026'), SUPPLY_CAST, supplied],
  ['its repealed measures, from the operator to the aggregated data', () => lawOf('chengdu-2020'), CHENGDU_2020, aggregated],
  ['the provincial draft in force for a preview, from the plan to the agreement', previewLaw, SICHUAN, sichuanInForce],
  ['the rules with several modes, from the mode to the agreement', () => lawOf('xian-2025'), XIAN, xianInForce],
  ['the measures with scenarios, from the plan to the agreement', () => lawOf('zhaoqing-2025'), ZHAOQING, zqAgreementInForce],
]

/** On a machine with much else to do. */
const LIMIT_MS = 180_000

test.each(STORIES)('%s: told again, it goes the same way, and its evidence holds', async (_name, lawOfStory, cast, tell) => {
  const story = new Story(await lawOfStory(), cast)
  tell(story)
  const verdicts: Awaited<ReturnType<typeof verdictOn>>[] = []
  const { acts } = await retell(story, async (platform) => {
    verdicts.push(await verdictOn(platform))
  })
  expect(acts).toBe(story.turns.length)
  expect(verdicts.map(({ findings }) => findings)).toEqual([[]])
  expect(verdicts[0]?.entries).toBeGreaterThan(story.turns.length)
}, LIMIT_MS)

describe('a story that the application would not tell is found', () => {
  const told = async (): Promise<Story> => {
    const story = new Story(await lawOf('xian-2025'), XIAN)
    modeDetermined(story)
    return story
  }

  test('where it says that an act was refused', async () => {
    const story = await told()
    const turn = story.turns[1]
    if (turn === undefined) throw new Error('the story has two turns')
    turn.refusal = { code: 'step-must-be-open', provision: null, basis: null, message: '', cure: '' }
    await expect(retell(story)).rejects.toThrow('accepted, though the story was refused as step-must-be-open')
  })

  test('where an event says something else', async () => {
    const story = await told()
    const event = story.cases.get('mode-determination-1')?.events.at(-1)
    if (event === undefined) throw new Error('the story has a case')
    Object.assign(event, { because: 'another reason' })
    await expect(retell(story)).rejects.toThrow('the platform has')
  })

  test('where an effect is not to be seen', async () => {
    const story = await told()
    story.world.standings['agreement/none'] = 'granted'
    await expect(retell(story)).rejects.toThrow('standings: the story has agreement/none granted')
  })
})
