import { addDays, addMonths, addYears, legalDate } from '#core/calendar/legal-date.ts'
import { officeCalendar } from './calendar.ts'
import { castOf, chineseNumber, namesOf } from './cast.ts'
import { Narrator } from './narrator.ts'
import { Story } from './story.ts'
import { planChapter } from './01-plan.ts'
import { selectionChapter } from './02-selection.ts'
import { agreementChapter } from './03-agreement.ts'
import { catalogChapter } from './04-catalog.ts'
import { demandChapter } from './05-demand.ts'
import { supplyChapter } from './06-supply.ts'
import { environmentChapter } from './07-environment.ts'
import { releaseChapter } from './08-release.ts'
import { productChapter } from './09-product.ts'
import { serviceChapter } from './10-service.ts'
import { supervisionChapter } from './11-supervision.ts'
import { disclosureChapter } from './12-disclosure.ts'
import { evidenceChapter } from './13-evidence.ts'
import type { Verdict } from './13-evidence.ts'
import { inboxFiles } from '../start/inbox-files.ts'

export type JourneyOptions = {
  /** Address of a running demonstration. */
  url: string
  write: (line: string) => void
  /** Where the evidence bundle is written. */
  bundle: string
  /** The evidence log's public keys as the platform's owner published them, or null. */
  keysFile: string | null
  /** Whether the story ends where the product is in use, and leaves a city in which people can go on by hand. */
  isToService: boolean
}

/** unit: calendar months from the beginning of the plan until it may apply; the chapters before the agreement fit in */
const MONTHS_UNTIL_TERM = 2
const PLAN_YEARS = 5

/**
 * Tells one whole story against a running demonstration, over HTTP alone, from the day on which its city stands.
 * A story that was told before in this city is followed by the next one, with its own plan and names. One that ends where
 * the product is in use has no verdict: nothing was taken along to be verified.
 * @throws JourneyBroken where the platform did what the law does not say, or not what it says.
 */
export async function tellJourney({ url, write, bundle, keysFile, isToService }: JourneyOptions): Promise<{ narrator: Narrator; verdict: Verdict | null }> {
  const narrator = new Narrator(write)
  const story = await Story.begin(url, narrator, await officeCalendar())
  await openTheBook(story)
  const plan = await planChapter(story)
  const selection = await selectionChapter(story, plan)
  const agreement = await agreementChapter(story, plan, selection)
  await catalogChapter(story)
  const demand = await demandChapter(story, agreement)
  await supplyChapter(story, agreement, demand)
  await environmentChapter(story, agreement)
  const release = await releaseChapter(story, agreement)
  const product = await productChapter(story, agreement, release)
  const machine = await serviceChapter(story, product, release)
  if (isToService) return { narrator, verdict: null }
  await supervisionChapter(story, agreement, machine)
  await disclosureChapter(story)
  const verdict = await evidenceChapter(story, bundle, keysFile)
  return { narrator, verdict }
}

/** Counts the plans of the city, chooses the cast, and fixes the words and dates that the documents share. */
export async function openTheBook(story: Story): Promise<void> {
  const agency = await story.as('zx-liu')
  const told = await agency.get<{ rows: unknown[] }>('/api/cases?procedure=implementation-plan&limit=200')
  const number = told.rows.length + 1
  const cast = castOf(number)
  const today = legalDate(story.today)
  const start = addMonths(legalDate(`${today.slice(0, MONTH_LENGTH)}-01`), MONTHS_UNTIL_TERM)
  const year = Number(start.slice(0, YEAR_LENGTH))
  for (const [word, value] of Object.entries(namesOf(number))) story.keep(word, value)
  story.keep('operator', { ...cast.operator })
  story.keep('rival', { ...cast.rival })
  story.keep('year', Number(today.slice(0, YEAR_LENGTH)))
  story.keep('seal', number === 1 ? '' : String(number))
  story.keep('period.from', today)
  story.keep('plan.start', start)
  story.keep('plan.end', addDays(addYears(start, PLAN_YEARS), -1))
  story.keep('plan.platform-ready', addMonths(start, 4))
  story.keep('plan.first-products', addMonths(start, 10))
  story.keep('plan.target-year', year + 1)
  await keepFiles(story)
  story.narrator.say(`公枢演示　第${chineseNumber(number)}个故事　${today} 起　运营机构 ${cast.operator.name}`)
}

/** What the providers' clerks know of their own files: fields, rows and hash. */
async function keepFiles(story: Story): Promise<void> {
  const files = new Map((await inboxFiles()).map((file) => [file.name, file]))
  for (const [word, name] of [['air', 'air-quality.csv.gz'], ['narrowed', 'air-quality-narrowed.csv'], ['enterprise', 'enterprises.csv']] as const) {
    const file = files.get(name)
    if (file === undefined) throw new Error(`demo/start makes no file ${name}`)
    story.keep(`files.${word}-fields`, file.fields)
    story.keep(`files.${word}-rows`, file.rows)
    story.keep(`files.${word}-sha256`, file.sha256)
  }
}

const YEAR_LENGTH = 4
const MONTH_LENGTH = 7
