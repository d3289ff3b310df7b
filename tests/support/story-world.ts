import type { Json, JsonObject } from '#core/json.ts'
import { placeContent } from '#core/procedure/place-content.ts'

/**
 * What the effects of a story's cases have left behind, by the same rules as the platform's own tables: a record has
 * versions, an ended record is no longer current, what was revoked or ended never comes back.
 */
export type StoryWorld = {
  /** register → key → the last record; an ended one also says why in `ended`. */
  registers: Record<string, Record<string, JsonObject>>
  /** `register/key` → version, first day, whether it is current, and the day of its end. */
  editions: Record<string, { version: number; from: string; current: boolean; endedOn: string | null }>
  /** `kind/id` → granted, suspended, revoked, ended. */
  standings: Record<string, string>
  /** What was granted at some time: only that is granted again when a suspension is lifted. */
  granted: Set<string>
  /** `kind/id` → the id of what it stands under. */
  under: Record<string, string>
  organizations: Record<string, JsonObject>
}

export function emptyWorld(organizations: Record<string, JsonObject>): StoryWorld {
  return { registers: {}, editions: {}, standings: {}, granted: new Set(), under: {}, organizations }
}

/** Does to the world what one effect on registers or standings does on a day; false where the effect is another one. */
export function changeWorld(world: StoryWorld, effect: string, args: JsonObject, on: string): boolean {
  if (effect === 'register.put') putRecord(world, args, on)
  else if (effect === 'register.end') endRecord(world, args, on)
  else if (effect === 'standing.set') setStanding(world, args)
  else if (effect === 'access.revoke') revokeAccess(world, needed(args, 'agreement'))
  else return false
  return true
}

/** The current record of a register with its version and first day, as a step reads it; undefined where there is none. */
export function currentRecord(world: StoryWorld, register: string, key: string): JsonObject | undefined {
  const record = world.registers[register]?.[key]
  const edition = world.editions[`${register}/${key}`]
  if (record === undefined || edition === undefined) return record // put there by a test that begins with a register
  return edition.current ? { version: edition.version, from: edition.from, ...record } : undefined
}

/** The current records of a register with their keys, as facts over many records read them. */
export function currentRecords(world: StoryWorld, register: string): { id: string; record: JsonObject }[] {
  return Object.entries(world.registers[register] ?? {}).flatMap(([id, record]) => (currentRecord(world, register, id) === undefined ? [] : [{ id, record }]))
}

function putRecord(world: StoryWorld, args: JsonObject, on: string): void {
  const [register, key] = [needed(args, 'register'), needed(args, 'key')]
  const { register: _register, key: _key, ...fields } = args
  const last = world.editions[`${register}/${key}`]
  const before = last?.current === false ? {} : world.registers[register]?.[key]
  world.registers[register] = { ...world.registers[register], [key]: { ...before, ...fields } }
  world.editions[`${register}/${key}`] = { version: (last?.version ?? 0) + 1, from: on, current: true, endedOn: null }
}

function endRecord(world: StoryWorld, args: JsonObject, on: string): void {
  const [register, key] = [needed(args, 'register'), needed(args, 'key')]
  const reason = needed(args, 'reason')
  const record = world.registers[register]?.[key]
  const edition = world.editions[`${register}/${key}`]
  if (record === undefined || edition?.current === false) return
  record['ended'] = reason
  if (edition !== undefined) Object.assign(edition, { current: false, endedOn: on })
}

const STANDINGS = new Set(['granted', 'suspended', 'restored', 'revoked', 'ended'])

function setStanding(world: StoryWorld, args: JsonObject): void {
  const [kind, to] = [needed(args, 'kind'), needed(args, 'to')]
  if (!STANDINGS.has(to)) throw new TypeError(`a standing is granted, suspended, revoked or ended, not ${to}`)
  for (const id of Array.isArray(args['id']) ? args['id'] : [args['id']]) {
    if (typeof id !== 'string' || id === '') throw new TypeError(`the standing of a ${kind} needs an id`)
    const thing = `${kind}/${id}`
    // What something stands under is said when it is first granted, and stays.
    if (world.standings[thing] === undefined && typeof args['under'] === 'string' && args['under'] !== '') world.under[thing] = args['under']
    changeStanding(world, thing, to)
  }
}

function changeStanding(world: StoryWorld, thing: string, to: string): void {
  const now = world.standings[thing]
  if (now === 'revoked' || now === 'ended') return
  if (to === 'restored') {
    if (now === 'suspended' && world.granted.has(thing)) world.standings[thing] = 'granted'
    else if (now === 'suspended') delete world.standings[thing]
    return
  }
  if (to === 'granted') world.granted.add(thing)
  world.standings[thing] = to
}

/** The agreement, its current supplies, and whatever stands under it, at any depth. */
function revokeAccess(world: StoryWorld, agreement: string): void {
  const revoked = new Set([`agreement/${agreement}`, ...suppliesOf(world, agreement).map((id) => `supply/${id}`)])
  let parents = [agreement]
  while (parents.length > 0) {
    const fresh = Object.keys(world.under).filter((thing) => parents.includes(world.under[thing] ?? '') && !revoked.has(thing))
    for (const thing of fresh) revoked.add(thing)
    parents = fresh.map((thing) => thing.slice(thing.indexOf('/') + 1))
  }
  for (const thing of revoked) changeStanding(world, thing, 'revoked')
}

function suppliesOf(world: StoryWorld, agreement: string): string[] {
  return Object.keys(world.registers['supplies'] ?? {}).filter((key) => currentRecord(world, 'supplies', key)?.['agreement'] === agreement).toSorted()
}

/** Each current supply under an agreement, as the fact `deliveries.of-agreement` tells it. */
export function deliveriesOf(world: StoryWorld, agreement: string): Json[] {
  return suppliesOf(world, agreement).map((id) => {
    const record = currentRecord(world, 'supplies', id) ?? {}
    const text = (name: string) => (typeof record[name] === 'string' ? record[name] : '')
    return { id, entry: text('entry'), version: text('version'), provider: text('provider'), scenario: text('scenario'), standing: world.standings[`supply/${id}`] ?? 'none' }
  })
}

/** The last version of every record of a register, also of ended ones, as a disclosure names them. */
function disclosed(world: StoryWorld, register: string): { key: string; record: JsonObject; endedOn: string | null }[] {
  return Object.entries(world.registers[register] ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, { ended: _ended, ...record }]) => ({ key, record, endedOn: world.editions[`${register}/${key}`]?.endedOn ?? null }))
}

/** The fact `disclosure.of-period` of a story: no service is called in it, so that every use is none. */
export function disclosureOf(world: StoryWorld, from: string, to: string): Json {
  const products = disclosed(world, 'products')
  return {
    from, to,
    authorizations: disclosed(world, 'authorizations').map(({ key, record, endedOn }) => ({ id: key, ...record, 'ended-on': endedOn })),
    products: products.map(({ key, record }) => ({ id: key, ...record })),
    use: products.map(({ key, record }) => ({ product: key, name: typeof record['name'] === 'string' ? record['name'] : key, calls: 0, consumers: 0, free: 0 })),
    calls: 0, consumers: 0, 'free-calls': 0,
  }
}

/** An argument that an effect cannot do without. */
export function needed(args: JsonObject, name: string): string {
  const value = args[name]
  if (typeof value !== 'string' || value === '') throw new TypeError(`the argument ${name} must be a text, not ${JSON.stringify(value)}`)
  return value
}

/** The links and contents of a case that an effect opens: `link.<name>` and `content.<path>` arguments. */
export function openedWith(args: JsonObject): { links: Record<string, string>; contents: Record<string, Json> } {
  const links: Record<string, string> = {}
  const contents: Record<string, Json> = {}
  for (const [name, value] of Object.entries(args)) {
    if (name.startsWith('link.')) links[name.slice('link.'.length)] = needed(args, name)
    else if (name.startsWith('content.')) placeContent(contents, name.slice('content.'.length).split('.'), value)
  }
  return { links, contents }
}
