import type { CaseHandle } from './case-view.ts'
import { ChapterContents } from './contents.ts'
import { JourneyBroken } from './person.ts'
import { waivedThenRevoked } from './doubt.ts'
import type { Story } from './story.ts'
import { refuseUnreviewedProduct } from './09-product.ts'

/** Chapter 8: automatic checks that nobody can overrule, then two blind reviewers, agency and provider, none the author (articles 19 and 26). */
export async function releaseChapter(story: Story, agreement: CaseHandle): Promise<CaseHandle> {
  story.narrator.chapter('八、结果出域：自动检查和双方盲审')
  const say = new ChapterContents('08-release')
  const [analyst, sun, xu] = [await story.operator('analyst'), await story.as('zx-sun'), await story.as('hbj-xu')]
  const ask = (name: string) => analyst.open('output-release', { links: { agreement }, contents: say.take({ 'release-request': name }) })
  await analyst.refused('automatic-checks-must-not-block', 'cd26-19.2', () => ask('request-for-blocked'))
  await analyst.refused('reversible-method-must-not-leave', 'cd26-19.2', () => ask('request-reversible'))
  const release = await ask('release-request')
  await analyst.refused('actor-must-hold-office', 'cd26-26.1', () => analyst.conclude(release, 'agency-review', 'pass', say.take('release-vote')))
  await refuseUnreviewedProduct(story, agreement, release)
  await story.pass(2)
  await sun.conclude(release, 'agency-review', 'pass', say.take('release-vote'))
  const seen = (await xu.view(release)).contents.some((one) => one.key === 'release-vote')
  if (seen) throw new Error('the provider can read the vote of the agency before its own')
  story.narrator.note('提供单位投票之前看不到实施机构的意见')
  await xu.conclude(release, 'provider-review@environment-bureau', 'pass', say.take('release-vote'))
  await story.status(release, 'released')
  await deriveAnew(story, release)
  await waivedThenRevoked(story, agreement)
  return release
}

/** The reviewer has the released output derived anew from what it is bound to: the same bytes come out. */
async function deriveAnew(story: Story, release: CaseHandle): Promise<void> {
  const sun = await story.as('zx-sun')
  const { rederivations, binding_digest: bound } = await sun.post<DerivedAnew>(`/api/environment/releases/${release.id}/rederivations`, {}, '由原输入重新得出已出域的结果')
  const [last] = rederivations
  if (last?.outcome !== 'identical') throw new JourneyBroken(`重新得出的结果与出域的不同：${last?.findings.map(({ message }) => message).join('；') ?? '没有答复'}`)
  story.narrator.note(`审核人由原输入重新得出结果，与出域的逐字节相同（绑定摘要 ${bound?.slice(0, SHOWN) ?? ''}…，存证 ${last.entry}）`)
}

type DerivedAnew = { binding_digest: string | null; rederivations: { outcome: string; entry: string; findings: { message: string }[] }[] }
const SHOWN = 12 // characters of a digest in a line
