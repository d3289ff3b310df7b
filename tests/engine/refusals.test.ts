import { describe, expect, test } from 'vitest'
import { smallLaw } from '#tests/support/small-law.ts'
import { Story } from '#tests/support/story.ts'

const CAST = { persons: { officer: { organization: 'agency', offices: ['implementing-agency'] } }, holders: { 'implementing-agency': 'agency' } }
const standing = (to: string) => [{ effect: 'standing.set', with: { kind: { value: 'product' }, id: 'content.id', to: { value: to } } }]
const act = (to: string) => ({ open: { by: 'implementing-agency', requires: ['id'], ends: true, effects: standing(to) }, steps: {} })
const law = smallLaw({
  offices: { 'implementing-agency': 'fixed', 'data-provider': 'many' },
  contents: { id: { type: 'text', title: '编号' }, until: { type: 'date', title: '期限', optional: true }, group: { type: 'group', title: '组', items: { until: { type: 'date', title: '期限', optional: true } } } },
  registers: { supplies: ['provider'] },
  procedures: {
    update: {
      parties: { 'data-provider': { from: 'fact.supply.provider' } },
      open: { by: 'implementing-agency', requires: ['id'], facts: { supply: { fact: 'register.record', with: { register: { value: 'supplies' }, key: 'content.id' } } }, then: ['renew'] },
      steps: { renew: { by: 'data-provider', outcomes: { done: { ends: true } } } },
    },
    dated: { open: { by: 'implementing-agency', requires: ['group'], then: ['act'] }, steps: { act: { by: 'implementing-agency', due: { on: 'content.group.until', basis: { 'platform-default': '所定之日' } }, outcomes: { done: { ends: true } } } } },
    grant: act('granted'), suspend: act('suspended'), lift: act('restored'), end: act('revoked'),
  },
})
const open = (story: Story, procedure: string, contents: Record<string, string> = { id: 'p-1' }) => story.open({ on: '2026-08-03', who: 'officer', procedure, contents })

describe('an act that would open a step for nobody, or without its date', () => {
  test('is refused and nothing is thrown', () => {
    const story = new Story(law, CAST)
    expect(story.refusesOpening({ on: '2026-08-03', who: 'officer', procedure: 'update', contents: { id: 'unknown' } }, 'office-must-have-a-holder', null).message).toContain('data-provider')
    story.refusesOpening({ on: '2026-08-03', who: 'officer', procedure: 'dated', contents: { group: {} } }, 'due-date-must-be-set', null)
    story.world.registers['supplies'] = { known: { provider: 'bureau' } }
    expect(open(story, 'update', { id: 'known' }).state.tasks[0]?.organization).toBe('bureau')
  })
})

describe('a notice that would reach nobody', () => {
  test('is refused with its act; where the party is known it goes out', () => {
    const told = smallLaw({
      offices: { 'implementing-agency': 'fixed', operator: 'many' }, contents: { id: { type: 'text', title: '编号' } }, registers: { supplies: ['operator'] },
      procedures: { tell: { parties: { operator: { from: 'fact.supply.operator' } }, open: {
        by: 'implementing-agency', requires: ['id'], ends: true, facts: { supply: { fact: 'register.record', with: { register: { value: 'supplies' }, key: 'content.id' } } },
        effects: [{ effect: 'notify', with: { to: { value: ['operator'] }, notice: { value: '告知' } } }],
      }, steps: {} } },
    })
    const story = new Story(told, CAST)
    story.refusesOpening({ on: '2026-08-03', who: 'officer', procedure: 'tell', contents: { id: 'unknown' } }, 'notice-must-reach-somebody', null)
    story.world.registers['supplies'] = { known: { operator: 'op' } }
    expect(open(story, 'tell', { id: 'known' }).effects('notify')).toHaveLength(1)
  })
})

describe('rules that are repealed without a last day', () => {
  test('open nothing more', () => {
    const repealed = (status: string) => smallLaw({ manifest: { status }, offices: { 'implementing-agency': 'fixed' }, procedures: { plan: { open: { by: 'implementing-agency', ends: true }, steps: {} } } })
    open(new Story(repealed('in-force'), CAST), 'plan', {})
    new Story(repealed('repealed'), CAST).refusesOpening({ on: '2026-08-03', who: 'officer', procedure: 'plan' }, 'rules-must-be-in-force', null)
  })
})

describe('lifting a suspension', () => {
  const standingAfter = (...acts: string[]) => {
    const story = new Story(law, CAST)
    for (const one of acts) open(story, one)
    return story.world.standings['product/p-1']
  }
  test('gives back what was granted, and nothing that never was', () => {
    expect(standingAfter('grant', 'suspend', 'lift')).toBe('granted')
    expect(standingAfter('suspend', 'lift')).toBeUndefined()
    expect(standingAfter('lift')).toBeUndefined()
    expect(standingAfter('grant', 'suspend', 'end', 'lift')).toBe('revoked')
  })
})
