import { addMonths, legalDate } from '#core/calendar/legal-date.ts'
import type { CaseHandle } from './case-view.ts'
import { ChapterContents } from './contents.ts'
import { ends } from './job.ts'
import type { JobView } from './job.ts'
import { JourneyBroken } from './person.ts'
import type { Person } from './person.ts'
import { query } from './service-call.ts'
import type { Machine } from './service-call.ts'
import type { Story } from './story.ts'

/** unit: calendar months; well below the longest that a waiver may last */
const WAIVED_MONTHS = 3

/**
 * A finding that blocks is waived, with a reason and a last day, by the agency and the provider, each without sight of the
 * other's opinion; the same statement then leaves by review. Later somebody doubts it: it is held at once and, when the
 * doubt proves right, revoked for good.
 */
export async function waivedThenRevoked(story: Story, agreement: CaseHandle): Promise<void> {
  const say = new ChapterContents('08-release')
  const [analyst, sun, he] = [await story.operator('analyst'), await story.as('zx-sun'), await story.as('sjj-he')]
  const asked = { agreement, scenario: String(story.word('scenario')), ...(say.take('purpose', 'sql-of-highest') as { purpose: string; 'sql-of-highest': string }) } // texts of our own contents
  const job = { agreement, scenario: asked.scenario, purpose: asked.purpose, sql: asked['sql-of-highest'] }
  const blocked = await ends(analyst, job, 'block')
  story.keep('job.highest', blocked.id)
  story.keep('waiver.ends', addMonths(legalDate(story.today), WAIVED_MONTHS))
  const waiver = await analyst.open('finding-waiver', { links: { agreement }, contents: say.take('waiver-request') })
  await sun.conclude(waiver, 'agency-consent', 'consent', say.take('waiver-opinion'))
  if ((await he.view(waiver)).contents.some(({ key }) => key === 'waiver-opinion')) throw new JourneyBroken('the provider can read the opinion of the agency before its own')
  await he.conclude(waiver, 'provider-consent@market-bureau', 'consent', say.take('waiver-opinion'))
  await story.status(waiver, 'granted')
  story.narrator.note(`豁免只对这一语句有效，期限至${String(story.word('waiver.ends'))}，到期的次日据此出域的结果停止使用`)
  const again = await ends(analyst, job, 'review')
  story.keep('job.highest', again.id)
  const release = await analyst.open('output-release', { links: { agreement }, contents: say.take({ 'release-request': 'request-for-highest' }) })
  await sun.conclude(release, 'agency-review', 'pass', say.take('release-vote'))
  await he.conclude(release, 'provider-review@market-bureau', 'pass', say.take('release-vote'))
  await story.status(release, 'released')
  await revoked(story, release, again, he, say)
}

async function revoked(story: Story, release: CaseHandle, job: JobView, he: Person, say: ChapterContents): Promise<void> {
  const [analyst, clerk, sun] = [await story.operator('analyst'), await story.operator('clerk'), await story.as('zx-sun')]
  const held = await he.open('release-quarantine', { links: { release }, contents: say.take('release-doubt') })
  await hidden(analyst, job, 'suspended')
  await sun.conclude(held, 'examine', 'revoke', say.take('doubt-conclusion'))
  await hidden(analyst, job, 'revoked')
  await clerk.conclude(held, 'operator-receipt', 'received', say.take('revocation-receipt'))
  story.narrator.note('撤销出域后，结果在平台上不能再看，据此上架的产品和服务同时停止，使用方逐家收到告知')
}

/** The rows of a doubted or revoked result are out of everybody's reach. */
async function hidden(person: Person, { id }: JobView, state: string): Promise<void> {
  const { held, rows } = await person.get<{ held: string | null; rows: unknown[] | null }>(`/api/environment/jobs/${id}`)
  if (held !== state || rows !== null) throw new JourneyBroken(`the result of ${id} should be out of reach (${state}), and is ${held ?? 'in use'}`)
}

/** What a consumer meets while a released output is doubted: no answer at its next call, and answers again when the doubt is lifted. */
export async function doubtedAndLifted(story: Story, release: CaseHandle, machine: Machine): Promise<void> {
  const say = new ChapterContents('08-release')
  const [xu, sun] = [await story.as('hbj-xu'), await story.as('zx-sun')]
  const held = await xu.open('release-quarantine', { links: { release }, contents: say.take({ 'release-doubt': 'doubt-of-month' }) })
  await machine.owner.refused('release-must-stand', 'cd26-19.2', () => query(machine, ['year', 'pm25']))
  await sun.conclude(held, 'examine', 'lift', say.take({ 'doubt-conclusion': 'doubt-lifted' }))
  await query(machine, ['year', 'month', 'pm25'])
  story.narrator.note('存疑期间使用方的调用立即停止，疑问排除后下一次调用即恢复')
}
