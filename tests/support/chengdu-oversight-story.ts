import type { JsonObject } from '#core/json.ts'
import { lawOf } from './case-law.ts'
import { earlyAgreement, earlyEntries } from './chengdu-early-story.ts'
import { WIDE_CAST } from './chengdu-wide-cast.ts'
import { application, job, priceDecision, product, PROOF, releaseRequest, REVIEWED, VERIFIED, vote } from './offering-contents.ts'
import { Story } from './story.ts'
import type { Cast, StoryCase } from './story.ts'
import { CHECKLIST, decided, demand, item, platformReceipt, provision, supplyReceipt } from './supply-contents.ts'
import { agreementOverFour, fourEntries } from './supply-story.ts'

/** Stories of oversight in Chengdu: what is supplied, made and used of an agreement, and who watches it. */

const CONSUMERS = 8

export const OVERSIGHT_CAST: Cast = {
  ...WIDE_CAST,
  persons: {
    ...WIDE_CAST.persons,
    visitor: { organization: 'visitors', offices: ['public'] },
    cyberspace: { organization: 'cyberspace-office', offices: ['supervisor'] },
    auditor: { organization: 'audit-bureau', offices: ['supervisor'] },
    ...Object.fromEntries(Array.from({ length: CONSUMERS }, (_, index) => [`user-${index + 1}`, { organization: `company-${index + 1}`, offices: ['consumer'] }])),
  },
}

export const law = await lawOf('chengdu-2026')

let begunStories: Story[] = []

/** A story with nothing in it yet. */
export function fresh(cast: Cast = OVERSIGHT_CAST): Story {
  const story = new Story(law, cast)
  begunStories.push(story)
  return story
}

/** The stories begun here since they were last forgotten. */
export const storiesSince = (): readonly Story[] => begunStories

export function forgetStories(): void {
  begunStories = []
}

/** An agreement in force since 2026-08-20 over four resources of two providers, with its catalogue. */
export function begun(): { story: Story; agreement: StoryCase } {
  const story = fresh()
  const agreement = agreementOverFour(story)
  fourEntries(story)
  return { story, agreement }
}

const PROVIDERS: Record<string, string> = { 'air-quality': 'environment', 'water-quality': 'environment', 'bus-lines': 'transport' }

/** The days of one demand: asked, examined, approved, provided, supplied. */
type Days = readonly [string, string, string, string, string]
export const JULY: Days = ['2026-07-06', '2026-07-07', '2026-07-08', '2026-07-09', '2026-07-10']
export const SEPTEMBER: Days = ['2026-08-31', '2026-09-02', '2026-09-10', '2026-09-11', '2026-09-14']

/** One entry asked for, approved and supplied under a receipt number. */
export function suppliedAs(story: Story, agreement: StoryCase, number: string, entry: string, [asked, examined, agreed, provided, supplied]: Days = SEPTEMBER): StoryCase {
  const who = PROVIDERS[entry] ?? 'environment'
  return story
    .open({ on: asked, who: 'operator', procedure: 'data-demand', links: { agreement }, contents: { demand: demand([item(entry)]) } })
    .act({ on: examined, who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })
    .act({ on: agreed, who, task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [decided(entry)] } })
    .act({ on: provided, who, task: 'provision', outcome: 'delivered', contents: { provision: provision() } })
    .act({ on: provided, who: 'platform', task: 'provision-receipt', outcome: 'received', contents: { 'platform-receipt': platformReceipt() } })
    .act({ on: supplied, who: 'manager', task: 'supply', outcome: 'send' })
    .act({ on: supplied, who: 'platform', task: 'supply-receipt', outcome: 'received', contents: { 'supply-receipt': supplyReceipt(number) } })
}

const CODES = { 'air-quality': 'environment-bureau', 'water-quality': 'environment-bureau', 'bus-lines': 'transport-bureau' }

/** An agreement in force since 2026-07-01 with these supplies of 2026-07-10: receipt number → entry. */
export function running(entries: Record<string, string> = { 'GJ-1': 'air-quality' }): { story: Story; agreement: StoryCase } {
  const story = fresh()
  const agreement = earlyAgreement(story, CODES)
  earlyEntries(story, PROVIDERS)
  for (const [number, entry] of Object.entries(entries)) suppliedAs(story, agreement, number, entry, JULY)
  return { story, agreement }
}

/** A product made of supplies, on the list since `on`. */
export function productOf(story: Story, agreement: StoryCase, supplies: readonly string[], name: string, on = '2026-07-15', change: JsonObject = {}): StoryCase {
  const id = `job-${name}`
  const made = job(agreement.id, { id, tables: ['air-quality'], supplies: [...supplies], providers: ['environment-bureau'] })
  const release = story
    .open({ on, who: 'operator', procedure: 'output-release', links: { agreement }, contents: { 'release-request': releaseRequest({ job: id }) }, facts: { job: made } })
    .act({ on, who: 'reviewer', task: 'agency-review', outcome: 'pass', contents: { 'release-vote': vote() } })
    .act({ on, who: 'environment', task: 'provider-review', outcome: 'pass', contents: { 'release-vote': vote() } })
  return story
    .open({ on, who: 'operator', procedure: 'product', links: { release, agreement }, contents: { product: product({ name, ...change }), 'price-decision': priceDecision() } })
    .act({ on, who: 'reviewer', task: 'review', outcome: 'publish', contents: { 'product-review': REVIEWED } })
}

/** A contract: the use of a product granted to a consumer. */
export function usedBy(story: Story, offered: StoryCase, who: string, on = '2026-07-16'): StoryCase {
  return story
    .open({ on, who, procedure: 'product-service', contents: { 'usage-application': application(offered.id), 'identity-proof': PROOF } })
    .act({ on, who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': VERIFIED, 'usage-terms': { price: 1.2, quota: 10000 } } })
}
