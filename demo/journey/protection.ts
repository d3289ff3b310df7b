import type { Contents } from './contents.ts'
import { JourneyBroken } from './person.ts'
import type { Person } from './person.ts'
import type { Story } from './story.ts'

type Version = { id: string; version: number; in_force: boolean }
type Answer = { cells: { groups: string[]; value: string }[]; margin: number; layer: { message: string } }

/** The agency writes the rules of the enterprises' table, the provider agrees: from now on they are carried out before a job reads a row. */
export async function agreeOnRules(story: Story, rules: Contents): Promise<void> {
  const [liu, he] = [await story.as('zx-liu'), await story.as('sjj-he')]
  const entry = story.word('entry.enterprises')
  const drafted = await liu.post<Version>('/api/protection/rules', { entry, rules }, '拟订保护规则')
  await liu.refused('rules-must-be-agreed-by-the-other-side', null, () => liu.post(`/api/protection/rules/${drafted.id}/agreement`, {}, '自行同意所拟保护规则'))
  const agreed = await he.post<Version>(`/api/protection/rules/${drafted.id}/agreement`, {}, '同意保护规则')
  if (!agreed.in_force) throw new JourneyBroken('双方同意的保护规则没有施行')
  story.narrator.note(`${liu.who}拟订、${he.who}同意的企业数据保护规则第${agreed.version}版施行：企业名称隐去，统一社会信用代码按场景假名化，并给出隐私预算`)
}

/** Noisy counts within the budget, and the refusal of what goes beyond it. */
export async function askWithNoise(analyst: Person, asked: { agreement: string; scenario: string; purpose: string; groups: string[] }): Promise<void> {
  const { story } = analyst
  const ask = (milliEpsilon: number) => analyst.post<Answer>('/api/environment/noisy-statistics', { ...asked, entry: story.word('entry.enterprises'), statistic: 'count', milli_epsilon: milliEpsilon }, '作带噪声的统计')
  const { cells, margin, layer } = await ask(ENOUGH)
  story.narrator.note(`分行业企业数（加噪声，误差约±${margin}）：${cells.map(({ groups, value }) => `${groups.join('、')} ${value}`).join('；')}。${layer.message}`)
  await analyst.refused('privacy-budget-must-suffice', null, () => ask(TOO_MUCH))
}

/** Thousandths of ε: more than half of the budget that the rules grant, so that it suffices once. */
const ENOUGH = 600
const TOO_MUCH = 500
