import { addDays, legalDate } from '#core/calendar/legal-date.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { agreement, file, plan } from './authorization-contents.ts'
import { agreementToSign, planInForce, selectionConcluded, signBoth } from './authorization-story.ts'
import { CHENGDU } from './chengdu-cast.ts'
import type { Cast, Story, StoryCase } from './story.ts'
import { CHECKLIST, decided, demand, entry, item, platformReceipt, provision, risk, supplyReceipt } from './supply-contents.ts'

/** The cast of Chengdu with those who register, consume and analyse. Who holds data or operates is a registrant too. */
export const SUPPLY_CAST: Cast = {
  ...CHENGDU,
  persons: {
    ...CHENGDU.persons,
    environment: { organization: 'environment-bureau', offices: ['data-provider', 'registrant'] },
    transport: { organization: 'transport-bureau', offices: ['data-provider', 'registrant'] },
    operator: { organization: 'tianfu-data', offices: ['operator', 'registrant'] },
    analyst: { organization: 'tianfu-data', offices: ['operator'] },
    registrar: { organization: 'registration-centre', offices: ['registrar'] },
    consumer: { organization: 'travel-company', offices: ['consumer'] },
    'operator-as-consumer': { organization: 'tianfu-data', offices: ['consumer'] },
    'manager-as-provider': { organization: 'operation-office', offices: ['data-provider', 'public-data-manager'] },
  },
}

const RESOURCES: Json[] = [
  ['air-quality', 'environment-bureau'], ['water-quality', 'environment-bureau'], ['bus-lines', 'transport-bureau'], ['open-weather', 'environment-bureau'],
].map(([code = '', provider = '']) => ({ entry: code, name: `资源${code}`, provider }))

/** An agreement in force since 2026-08-20 over four resources of two providers. */
export function agreementOverFour(story: Story): StoryCase {
  const text = plan()
  const known = Array.isArray(text['resources']) ? text['resources'] : []
  const like = known.find((one) => typeof one === 'object' && one !== null && !Array.isArray(one)) ?? {}
  const wide = plan({ resources: RESOURCES.map((one) => ({ ...(like as JsonObject), ...(one as JsonObject) })) }) // rows of the sample plan
  const planned = planInForce(story, wide)
  const narrow = agreement({ resources: RESOURCES })
  return readied(story, signBoth(agreementToSign(story, planned, selectionConcluded(story, planned), narrow), '2026-08-20', narrow))
}

/** What must stand before data are supplied: a zone that passed its checks and the operator's security officer. */
export function readied(story: Story, authorized: StoryCase, on = '2026-08-20'): StoryCase {
  story
    .open({ on, who: 'drafter', procedure: 'zone-check', contents: { 'zone-check': zoneCheck() } })
    .act({ on, who: 'drafter', task: 'conclude', outcome: 'passed' })
  story.open({ on, who: 'operator', procedure: 'security-responsibility', links: { agreement: authorized }, contents: { 'security-officer': securityOfficer(on) } })
  return authorized
}

export function zoneCheck(change: JsonObject = {}): JsonObject {
  return { network: true, 'graded-protection': true, monitoring: true, backup: true, maintenance: '每月第一个周末维护', ...change }
}

export function securityOfficer(from: string, name = '陈刚'): JsonObject {
  return { name, from, statement: file('安全责任书.pdf') }
}

/** Lists an entry of the catalogue: registered by its provider, confirmed by the public-data manager on the next day. */
export function listed(story: Story, code: string, who: string, change: JsonObject = {}, more: Record<string, Json> = {}, on = '2026-08-03'): StoryCase {
  return story
    .open({ on, who, procedure: 'catalog-entry', contents: { 'catalog-entry': entry(code, change), 'risk-statement': risk(), ...more } })
    .act({ on: addDays(legalDate(on), 1), who: 'manager', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '符合目录规范' } })
}

/** The four resources of the agreement, catalogued; `open-weather` is open on the open-data platform. */
export function fourEntries(story: Story): void {
  listed(story, 'air-quality', 'environment')
  listed(story, 'water-quality', 'environment')
  listed(story, 'bus-lines', 'transport')
  listed(story, 'open-weather', 'environment', { open: true })
}

/** An agreement, the catalogue and a demand over these items, received on a day. */
export function demanded(story: Story, on: string, items: Json[] = [item('air-quality'), item('water-quality'), item('bus-lines')]): { agreement: StoryCase; demand: StoryCase } {
  const authorized = agreementOverFour(story)
  fourEntries(story)
  return { agreement: authorized, demand: story.open({ on, who: 'operator', procedure: 'data-demand', links: { agreement: authorized }, contents: { demand: demand(items) } }) }
}

/** A demand over `air-quality` alone that the provider approved on 2026-09-10. */
export function approved(story: Story): { agreement: StoryCase; demand: StoryCase } {
  const opened = demanded(story, '2026-08-31', [item('air-quality')])
  opened.demand
    .act({ on: '2026-09-02', who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })
    .act({ on: '2026-09-10', who: 'environment', task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [decided('air-quality')] } })
  return opened
}

/** The same, supplied to the operation platform on 2026-09-14 with the receipt GJ-1. */
export function supplied(story: Story): { agreement: StoryCase; demand: StoryCase } {
  const opened = approved(story)
  opened.demand
    .act({ on: '2026-09-11', who: 'environment', task: 'provision', outcome: 'delivered', contents: { provision: provision() } })
    .act({ on: '2026-09-11', who: 'platform', task: 'provision-receipt', outcome: 'received', contents: { 'platform-receipt': platformReceipt() } })
    .act({ on: '2026-09-14', who: 'manager', task: 'supply', outcome: 'send' })
    .act({ on: '2026-09-14', who: 'platform', task: 'supply-receipt', outcome: 'received', contents: { 'supply-receipt': supplyReceipt('GJ-1') } })
  return opened
}

/** The last case of a procedure that the story has. */
export function lastCase(story: Story, procedure: string): StoryCase {
  const found = [...story.cases.values()].findLast((one) => one.state.procedure === procedure)
  if (!found) throw new Error(`the story has no case of ${procedure}`)
  return found
}
