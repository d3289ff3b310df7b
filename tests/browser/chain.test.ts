import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
import { prints, readsPortal, takesEvidence, triesProduct, walksTheMenu } from './tours.ts'

/** unit: ms; for a machine busy with other tests; alone a chapter takes below 40 s */
const CHAPTER_MS_MAX = 400_000
const START_MS_MAX = 180_000
/** Acts and refusals that the journey's chapters hold; fewer clicks would mean that the screens lost a way. */
const CLICKED_MIN = 120
const REFUSED_ON_SCREEN_MIN = 25

/** For work on one chapter: `CLICKED_CHAPTERS=5,6` tells the others over HTTP. Nothing is asserted of the whole then. */
const ONLY = process.env['CLICKED_CHAPTERS']?.split(',')

let browser: Browser
let city: City
let folder: string
let hands: Hands
let story: Story
const told: string[] = []
const kept: { plan?: CaseHandle; selection?: CaseHandle; agreement?: CaseHandle; demand?: CaseHandle; release?: CaseHandle; product?: CaseHandle; machine?: Machine } = {}

/** What an earlier chapter left. @throws Error where that chapter did not come to its end */
function left<K extends keyof typeof kept>(name: K): NonNullable<(typeof kept)[K]> {
  const found = kept[name]
  if (found === undefined) throw new Error(`NOT RUN: the chapter before left no ${name}`)
  return found
}

async function person(login: string): Promise<ClickingPerson> {
  const found = await story.as(login)
  if (!(found instanceof ClickingPerson)) throw new Error(`${login} does not click`)
  return found
}

function chapter(number: number, title: string, tell: () => Promise<void>): void {
  test(title, { timeout: CHAPTER_MS_MAX }, async () => {
    hands.click = ONLY === undefined || ONLY.includes(String(number))
    if (!hands.click) console.warn(`NOT CLICKED: ${title} is told over HTTP, because CLICKED_CHAPTERS=${ONLY?.join()}`)
    await tell()
  })
}

beforeAll(async () => {
  browser = await launchBrowser()
  folder = await mkdtemp(join(tmpdir(), 'gongshu-chain-'))
  city = await startCity()
  hands = new Hands(browser, city.url)
  const narrator = new Narrator((line) => told.push(line))
  story = await Story.begin(city.url, narrator, await officeCalendar(), (whose, login, ticket) => new ClickingPerson(whose, login, ticket, hands))
  await openTheBook(story)
}, START_MS_MAX)

afterAll(async () => {
  if (hands !== undefined) {
    const { clicked, refused, off, overHttp } = hands.ledger
    console.log([`${clicked} acts by clicks; ${refused} refusals read on the screen, ${off} at a button that is off`, 'over HTTP, because the screen has no way:', ...overHttp.map((why) => `  ${why}`), 'pages:', ...[...hands.seen()].toSorted().map((page) => `  ${page}`)].join('\n'))
  }
  await hands?.close()
  await browser?.close()
  await city?.stop()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

/**
 * The chain of the demonstration city by clicks: the journey's own chapters and contents, told by persons who sit at
 * browsers. The catalog comes first, because the screens offer only entries that stand in it. What a machine does (the
 * enterprise's program that calls the product) stays HTTP.
 */
describe('the whole chain in real browsers', () => {
  chapter(4, '四、登载公共数据资源目录', () => catalogChapter(story))
  chapter(1, '一、编制和审定实施方案', async () => {
    kept.plan = await planChapter(story)
  })
  chapter(2, '二、公平选定运营机构', async () => {
    kept.selection = await selectionChapter(story, left('plan'))
  })
  chapter(3, '三、签订授权运营协议', async () => {
    kept.agreement = await agreementChapter(story, left('plan'), left('selection'))
  })
  chapter(5, '五、数据需求、审核和提供，含延期', async () => {
    kept.demand = await demandChapter(story, left('agreement'))
  })
  chapter(6, '六、数据供给、入库和资源登记', () => supplyChapter(story, left('agreement'), left('demand')))
  chapter(7, '七、在开发利用环境中加工：有的通过，有的不得出域', async () => {
    await environmentChapter(story, left('agreement'))
  })
  chapter(8, '八、结果出域：自动检查和双方盲审', async () => {
    kept.release = await releaseChapter(story, left('agreement'))
  })
  chapter(9, '九、产品上架和登记', async () => {
    kept.product = await productChapter(story, left('agreement'), left('release'))
  })
  chapter(10, '十、使用申请和服务调用；社会公众页面', async () => {
    kept.machine = await serviceChapter(story, left('product'), left('release'))
    const product = String(story.word('product'))
    await triesProduct(await person('aj-tian'), left('machine'), product)
    await readsPortal(await hands.newScreen(), { operator: String(story.word('operator.name')), product, picture: 'portal' })
  })
  chapter(11, '十一、整改、暂停供数、终止和退出', async () => {
    await supervisionChapter(story, left('agreement'), left('machine'))
  })
  chapter(12, '十二、向社会公开', async () => {
    await disclosureChapter(story)
    const stranger = await hands.newScreen()
    await stranger.goTo('/portal')
    await stranger.page.getByRole('region', { name: /^公告（[1-9]/ }).waitFor()
    await stranger.picture('portal-after-disclosure')
  })
  chapter(13, '十三、全程存证：导出、查看、离线验证', async () => {
    const one = left('agreement')
    const agency = await person('zx-liu')
    const entry = (await agency.view(one)).timeline.at(-1)?.entry ?? ''
    expect(await takesEvidence(await person('gl-shenji'), entry, folder, city.keysFile)).toMatch(/^verified/)
  })
  chapter(14, '各类人员的菜单和打印', async () => {
    expect(await walksTheMenu(await person('zx-liu'), 'menu-agency')).toContain('待办')
    await prints(await person('zx-liu'), left('plan').id)
  })

  test.runIf(ONLY === undefined)('nearly everything was clicked', () => {
    expect(hands.ledger.clicked).toBeGreaterThan(CLICKED_MIN)
    expect(hands.ledger.refused + hands.ledger.off).toBeGreaterThan(REFUSED_ON_SCREEN_MIN)
    expect(hands.ledger.overHttp.length).toBeLessThan(hands.ledger.refused)
    const pages = [...hands.seen()].join(' ')
    for (const page of ['/tasks/todo', '/open', '/cases/', '/environment', '/environment/jobs', '/products', '/subscriptions', '/portal', '/evidence']) expect(pages).toContain(page)
  })
})
