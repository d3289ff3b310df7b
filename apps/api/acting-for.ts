import { actorFor } from '#adapters/cases/delegations.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { refuse } from '#core/decision/refusal.ts'
import { readingAsSystem } from './parts.ts'
import type { ApiParts } from './parts.ts'
import { Refused } from './problem.ts'

/**
 * The signed-in person; where a delegation is asked for, the same person in the colleague's name with the delegated
 * office alone, so that a page shows what could be done under it. @throws Refused where none runs today
 */
export async function personActing(parts: ApiParts, person: Person, asked: string | undefined): Promise<Person> {
  if (asked === undefined) return person
  const actor = await readingAsSystem(parts, async (tx) => actorFor(tx, person.actor, asked, await parts.clock.today(tx)))
  if (actor !== null) return { ...person, actor }
  throw new Refused(refuse('delegation-must-be-on-record', null, '今天没有由您代理该同志的记录，或者代理已经终止。', '请恢复以本人名义办理，或者先办理岗位代理。', {}))
}
