import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '#tests/support/browser.ts'
import { planChapter } from '../../demo/journey/01-plan.ts'
import { selectionChapter } from '../../demo/journey/02-selection.ts'
import { agreementChapter } from '../../demo/journey/03-agreement.ts'
import { catalogChapter } from '../../demo/journey/04-catalog.ts'
import { demandChapter } from '../../demo/journey/05-demand.ts'
import { supplyChapter } from '../../demo/journey/06-supply.ts'
import { environmentChapter } from '../../demo/journey/07-environment.ts'
import { releaseChapter } from '../../demo/journey/08-release.ts'
import { productChapter } from '../../demo/journey/09-product.ts'
import { serviceChapter } from '../../demo/journey/10-service.ts'
import { supervisionChapter } from '../../demo/journey/11-supervision.ts'
import { disclosureChapter } from '../../demo/journey/12-disclosure.ts'
import { officeCalendar } from '../../demo/journey/calendar.ts'
import type { CaseHandle } from '../../demo/journey/case-view.ts'
import { Narrator } from '../../demo/journey/narrator.ts'
import { openTheBook } from '../../demo/journey/run-journey.ts'
import type { Machine } from '../../demo/journey/service-call.ts'
import { Story } from '../../demo/journey/story.ts'
import { startCity } from './city.ts'
import type { City } from './city.ts'
import { ClickingPerson } from './clicking-person.ts'
import { Hands } from './hands.ts'

const START_MS_MAX = 180_000
const CHAPTER_MS_MAX = 300_000

let browser: Browser
let city: City
let hands: Hands
let story: Story
const told: string[] = []
const kept: { plan?: CaseHandle; selection?: CaseHandle; agreement?: CaseHandle; demand?: CaseHandle; release?: CaseHandle; product?: CaseHandle; machine?: Machine } = {}

/** What an earlier chapter left. @throws Error where that chapter did not come to its end */
function of<K extends keyof typeof kept>(name: K): NonNullable<(typeof kept)[K]> {
  const found = kept[name]
  if (found === undefined) throw new Error(`not told: the chapter before left no ${name}`)
  return found
}

const CLICKED = process.env['CHAPTERS']?.split(',')

function chapter(title: string, tell: () => Promise<void>): void {
  test(title, { timeout: CHAPTER_MS_MAX }, async () => {
    hands.click = CLICKED === undefined || CLICKED.includes(title)
    const began = performance.now()
    await tell()
    console.log(title, Math.round(performance.now() - began), 'ms')
  })
}

beforeAll(async () => {
  browser = await launchBrowser()
  city = await startCity()
  hands = new Hands(browser, city.url)
  story = await Story.begin(city.url, new Narrator((line) => told.push(line)), await officeCalendar(), (whose, login, ticket) => new ClickingPerson(whose, login, ticket, hands))
  await openTheBook(story)
}, START_MS_MAX)

afterAll(async () => {
  console.log(told.join('\n'))
  if (hands !== undefined) console.log(JSON.stringify({ ...hands.ledger, seen: [...hands.seen()] }, null, 1))
  await hands?.close()
  await browser?.close()
  await city?.stop()
})

describe('the chain by clicks', () => {
  chapter('4', () => catalogChapter(story))
  chapter('1', async () => {
    kept.plan = await planChapter(story)
  })
  chapter('2', async () => {
    kept.selection = await selectionChapter(story, of('plan'))
  })
  chapter('3', async () => {
    kept.agreement = await agreementChapter(story, of('plan'), of('selection'))
  })
  chapter('5', async () => {
    kept.demand = await demandChapter(story, of('agreement'))
  })
  chapter('6', async () => {
    await supplyChapter(story, of('agreement'), of('demand'))
  })
  chapter('7', async () => {
    await environmentChapter(story, of('agreement'))
  })
  chapter('8', async () => {
    kept.release = await releaseChapter(story, of('agreement'))
  })
  chapter('9', async () => {
    kept.product = await productChapter(story, of('agreement'), of('release'))
  })
  chapter('10', async () => {
    kept.machine = await serviceChapter(story, of('product'))
  })
  chapter('11', async () => {
    await supervisionChapter(story, of('agreement'), of('machine'))
  })
  chapter('12', async () => {
    await disclosureChapter(story)
    expect(told.length).toBeGreaterThan(0)
  })
})
