import type { Json, JsonObject } from '#core/json.ts'
import type { CaseState } from '#core/procedure/case-state.ts'
import { casesAsked, matchingCase, matchingRecords, similarRecords } from '#core/procedure/record-facts.ts'
import { currentRecord, currentRecords, deliveriesOf, disclosureOf } from './story-world.ts'
import type { StoryWorld } from './story-world.ts'

/**
 * The facts that follow from the story itself, as the platform would read them; any other fact is given with the line
 * that needs it. A fact about something that was not named is null, as it is for the platform.
 *
 * @param others the story's cases besides the one that asks.
 */
export function storyFact(world: StoryWorld, fact: string, args: JsonObject, others: readonly CaseState[]): Json {
  const text = (name: string) => (typeof args[name] === 'string' ? args[name] : '')
  switch (fact) {
    case 'register.record':
      return currentRecord(world, text('register'), text('key')) ?? null
    case 'register.records':
      return recordsOf(world, text('register'), args['keys'])
    case 'register.matching':
      return text('field') === '' ? null : matchingRecords(currentRecords(world, text('register')), text('field'), args['values'])
    case 'register.similar':
      return similarTo(world, args)
    case 'cases.matching':
      return casesOf(args, others)
    case 'standing.of':
      return world.standings[`${text('kind')}/${text('id')}`] ?? null
    case 'organization.of':
      return world.organizations[text('organization')] ?? null
    case 'deliveries.of-agreement':
      return text('agreement') === '' ? null : deliveriesOf(world, text('agreement'))
    case 'disclosure.of-period':
      return text('from') === '' || text('to') === '' ? null : disclosureOf(world, text('from'), text('to'))
    // Nothing runs in the environment of a story: what a line does not give is not there.
    case 'environment.job':
    case 'environment.raised-thresholds':
      return null
    default:
      throw new Error(`the story knows no fact ${fact}: give it with the line (facts: { … })`)
  }
}

function recordsOf(world: StoryWorld, register: string, keys: Json | undefined): JsonObject {
  const wanted = Array.isArray(keys) ? keys : [keys]
  return Object.fromEntries(wanted.flatMap((key): [string, JsonObject][] => {
    const record = typeof key === 'string' ? currentRecord(world, register, key) : undefined
    return typeof key === 'string' && record !== undefined ? [[key, record]] : []
  }))
}

function similarTo(world: StoryWorld, { register, key, field, values, percent }: JsonObject): Json {
  if (typeof percent !== 'number' || typeof register !== 'string' || typeof key !== 'string' || typeof field !== 'string') return null
  return similarRecords(currentRecords(world, register), key, field, values, percent)
}

function casesOf(args: JsonObject, others: readonly CaseState[]): Json {
  const asked = casesAsked(args)
  return asked === null ? null : others.toSorted((a, b) => (a.id < b.id ? -1 : 1)).flatMap((state) => matchingCase(state, asked) ?? [])
}
