import { legalDate } from '#core/calendar/legal-date.ts'
import type { Duty } from '#core/pack/pack-format.ts'
import { matches } from '#core/procedure/check.ts'
import { dutiesOf, dutyOpenings, rowOfCase } from '#core/procedure/duty-openings.ts'
import type { DutyRow } from '#core/procedure/duty-openings.ts'
import type { Story, StoryCase } from './story.ts'

const opened = new WeakMap<Story, Set<string>>()

/** Opens in a story what the calendar opens on a day, as the platform does: every duty, for each of its rows, once for each period. */
export function openDutiesIn(story: Story, on: string): StoryCase[] {
  const known = opened.get(story) ?? new Set()
  opened.set(story, known)
  return dutiesOf(story.law.pack).flatMap((duty) => dutyOpenings(duty, story.law, rowsOf(story, duty), legalDate(on)).flatMap(({ period, links, contents }) => {
    const key = `${duty.duty} ${period}`
    if (known.has(key)) return []
    known.add(key)
    const linked = Object.fromEntries(Object.entries(links).flatMap(([name, id]) => (story.cases.has(id) ? [[name, story.cases.get(id)]] : []))) as Record<string, StoryCase> // undefined ones left out
    return [story.open({ on, who: 'platform', procedure: duty.opens, links: linked, contents })]
  }))
}

function rowsOf(story: Story, { for_each: each }: Duty): DutyRow[] {
  if (each === undefined) return []
  if ('holders_of' in each) {
    const held = Object.values(story.cast.persons).filter(({ offices }) => offices.includes(each.holders_of)).map(({ organization }) => organization)
    return [...new Set(held)].toSorted().map((id) => ({ id, since: null, value: {} }))
  }
  if ('records_of' in each) {
    return Object.entries(story.world.registers[each.records_of] ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([id, record]) => {
      const edition = story.world.editions[`${each.records_of}/${id}`]
      return edition?.current === false || !matches(record, each.where) ? [] : [{ id, since: null, value: { from: edition?.from ?? '', ...record } }]
    })
  }
  return [...story.cases.values()].filter(({ state }) => state.procedure === each.cases_of && each.status.includes(state.status)).map(({ state }) => rowOfCase(state))
}
