import type { Json, JsonObject } from '#core/json.ts'

/** What the effects of a story's cases have left behind. */
export type StoryWorld = {
  registers: Record<string, Record<string, JsonObject>>
  /** `kind/id` → granted, suspended, revoked, ended. */
  standings: Record<string, string>
  organizations: Record<string, JsonObject>
}

/** The facts that follow from the story itself; any other fact is given with the line that needs it. */
export function storyFact(world: StoryWorld, fact: string, args: Record<string, Json>): Json {
  switch (fact) {
    case 'register.record':
      return world.registers[String(args['register'])]?.[String(args['key'])] ?? null
    case 'register.records':
      return recordsOf(world, String(args['register']), args['keys'])
    case 'standing.of':
      return world.standings[`${String(args['kind'])}/${String(args['id'])}`] ?? null
    case 'organization.of':
      return world.organizations[String(args['organization'])] ?? null
    default:
      throw new Error(`the story knows no fact ${fact}: give it with the line (facts: { … })`)
  }
}

function recordsOf(world: StoryWorld, register: string, keys: Json | undefined): JsonObject {
  const wanted = Array.isArray(keys) ? keys : [keys]
  const records = world.registers[register] ?? {}
  return Object.fromEntries(wanted.flatMap((key) => (typeof key === 'string' && records[key] ? [[key, records[key]]] : [])))
}
