import { setTimeout as delay } from 'node:timers/promises'
import { addDays, legalDate } from '#core/calendar/legal-date.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'
import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { taskIn } from './case-view.ts'
import type { CaseHandle, CaseView } from './case-view.ts'
import { Door, Refused } from './door.ts'
import type { SessionView, Ticket } from './door.ts'
import type { Narrator } from './narrator.ts'
import { JourneyBroken, Person } from './person.ts'

/** The law of the demonstration city, and who moves its clock. */
const PACK = 'chengdu-2026'
const CLOCK_KEEPER = 'czb-wang'
/** How long the story waits for what the platform does by itself: a receipt, an act of time. */
const PATIENCE_MS = 60_000
const GLANCE_MS = 25
const NOT_FOUND = 404
const FORBIDDEN = 403

/** Gives a person who has signed in their desk: by default one that speaks HTTP, in a browser test one that clicks. */
export type Seat = (story: Story, login: string, ticket: Ticket & { session: SessionView }) => Person
const deskOverHttp: Seat = (story, login, ticket) => new Person(story, login, ticket)

/** One run of the story: the city, who is signed in, the day, and the words its documents use. */
export class Story {
  readonly door: Door
  readonly narrator: Narrator
  readonly pack = PACK
  readonly calendar: WorkingCalendar
  readonly words: JsonObject
  readonly #password: string
  readonly #seat: Seat
  readonly #people = new Map<string, Person>()
  readonly #witnesses = new Map<string, Person>()
  #today = ''

  private constructor(door: Door, narrator: Narrator, calendar: WorkingCalendar, password: string, seat: Seat) {
    this.door = door
    this.narrator = narrator
    this.calendar = calendar
    this.words = {}
    this.#password = password
    this.#seat = seat
  }

  /** Signs the keeper of the clock in and reads the city's day. */
  static async begin(url: string, narrator: Narrator, calendar: WorkingCalendar, seat: Seat = deskOverHttp): Promise<Story> {
    const door = new Door(url)
    const { demonstration, password } = await door.ask<{ demonstration: boolean; password: string | null }>('GET', '/api/demonstration', null)
    if (!demonstration || password === null) throw new JourneyBroken('该平台不是演示环境，不能在其中演示。')
    const story = new Story(door, narrator, calendar, password, seat)
    story.#today = (await story.as(CLOCK_KEEPER)).session.today
    return story
  }

  get today(): string {
    return this.#today
  }

  /** The person's session; signed in at the first act. */
  async as(login: string): Promise<Person> {
    const known = this.#people.get(login)
    if (known !== undefined) return known
    const person = this.#seat(this, login, await this.door.signIn(login, this.#password))
    this.#people.set(login, person)
    return person
  }

  /** The date `count` working days after today, or before it. */
  workingDay(count: number): string {
    const today = legalDate(this.#today)
    return (count < 0 ? this.calendar.subtractWorkingDays(today, -count) : this.calendar.addWorkingDays(today, count)).date
  }

  /** Moves the city to the `count`-th working day after today. */
  async pass(count: number): Promise<void> {
    await this.until(this.workingDay(count))
  }

  /** Moves the city to a date; to the next working day where offices are closed then. An earlier date moves nothing. */
  async until(date: string): Promise<void> {
    const to = this.calendar.workingDayFrom(legalDate(date)).date
    if (to <= this.#today) return
    await (await this.as(CLOCK_KEEPER)).post('/api/clock/advance', { to }, `推进演示日期至${to}`)
    this.#today = to
  }

  /** Moves the city to the first working day after a date. */
  async after(date: string): Promise<void> {
    await this.until(addDays(legalDate(date), 1))
  }

  /** A word of the story by its path; `today` is always known. */
  word(path: string): Json | undefined {
    if (path === 'today') return this.#today
    let at: Json | undefined = this.words
    for (const key of path.split('.')) at = isObject(at) ? at[key] : undefined
    return at
  }

  /** Keeps a word for the documents to come: `keep('plan.start', '2026-08-01')`. */
  keep(path: string, value: Json): void {
    const [last = '', ...parents] = path.split('.').toReversed()
    let at: JsonObject = this.words
    for (const key of parents.toReversed()) {
      const inner = at[key]
      const group: JsonObject = isObject(inner) ? inner : {}
      at[key] = group
      at = group
    }
    at[last] = value
  }

  /** The operator's person of this story with a part: `clerk` or `analyst`. */
  operator(part: 'clerk' | 'analyst'): Promise<Person> {
    return this.as(String(this.word(`operator.${part}`)))
  }

  /** The hash of a text that stands in a case now. */
  async textHash(one: CaseHandle, content: string): Promise<string> {
    const view = await this.#witness(one).view(one)
    const found = view.contents.find((text) => text.key === content)
    if (found === undefined) throw new JourneyBroken(`${one.number} 中没有 ${content}`)
    return found.hash
  }

  /** Who has a case before them and can be asked about it. */
  witness(one: CaseHandle, person: Person): void {
    this.#witnesses.set(one.id, person)
  }

  /** The case as a person sees it; one who may not see it is told what a witness sees, so that the act itself is tried. */
  async look(one: CaseHandle, person: Person): Promise<CaseView> {
    try {
      return await person.view(one)
    } catch (error) {
      const hidden = error instanceof Refused && (error.problem.status === NOT_FOUND || error.problem.status === FORBIDDEN)
      if (!hidden) throw error
      const witness = this.#witnesses.get(one.id)
      if (witness === undefined || witness === person) throw error
      return witness.view(one)
    }
  }

  /** Waits for what the platform does by itself. @throws JourneyBroken when it does not come */
  async come<T>(what: string, ask: () => Promise<T | undefined | null | false>): Promise<T> {
    const end = Date.now() + PATIENCE_MS
    for (;;) {
      const found = await ask()
      if (found !== undefined && found !== null && found !== false) return found
      if (Date.now() > end) throw new JourneyBroken(`等待“${what}”超过 ${PATIENCE_MS / 1000} 秒`)
      await delay(GLANCE_MS)
    }
  }

  /** Waits until a step of a case is open. */
  async opened(one: CaseHandle, step: string): Promise<void> {
    const witness = this.#witness(one)
    await this.come(`${one.number} ${step}`, async () => taskIn(await witness.view(one), step))
  }

  /** Waits until a case has a status. */
  async status(one: CaseHandle, status: string): Promise<CaseView> {
    const witness = this.#witness(one)
    return this.come(`${one.number} ${status}`, async () => {
      const view = await witness.view(one)
      return view.status.id === status ? view : undefined
    })
  }

  #witness(one: CaseHandle): Person {
    const witness = this.#witnesses.get(one.id)
    if (witness === undefined) throw new JourneyBroken(`没有人看得到 ${one.number}`)
    return witness
  }
}
