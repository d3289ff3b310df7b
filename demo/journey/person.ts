import type { Json, JsonObject } from '#core/json.ts'
import { basisText, dueText, taskIn } from './case-view.ts'
import type { Accepted, CaseHandle, CaseView, TaskView } from './case-view.ts'
import { filled } from './contents.ts'
import type { Contents } from './contents.ts'
import { document } from './document.ts'
import { Refused } from './door.ts'
import type { SessionView, Ticket } from './door.ts'
import type { Story } from './story.ts'

/** The story went another way than the law should let it go. */
export class JourneyBroken extends Error {
  override readonly name = 'JourneyBroken'
}

export type OpenWith = { pack?: string; links?: Record<string, CaseHandle>; contents?: Contents }

/** One person at one desk: every act is this person's own, in a session of its own. */
export class Person {
  readonly story: Story
  readonly login: string
  readonly session: SessionView
  readonly ticket: Ticket

  constructor(story: Story, login: string, ticket: Ticket & { session: SessionView }) {
    this.story = story
    this.login = login
    this.session = ticket.session
    this.ticket = { cookie: ticket.cookie, csrf: ticket.csrf }
  }

  get organization(): string {
    return this.session.organization.id
  }

  get<T>(path: string): Promise<T> {
    return this.story.door.ask<T>('GET', path, this.ticket)
  }

  post<T>(path: string, body: unknown, tried?: string): Promise<T> {
    return this.story.door.ask<T>('POST', path, this.ticket, body, tried)
  }

  view(one: CaseHandle): Promise<CaseView> {
    return this.get<CaseView>(`/api/cases/${one.id}`)
  }

  /** Opens a case of a procedure; the opener is its first witness. */
  async open(procedure: string, { pack = this.story.pack, links = {}, contents = {} }: OpenWith): Promise<CaseHandle> {
    const title = await this.#titleOf(procedure)
    const linked = Object.fromEntries(Object.entries(links).map(([name, one]) => [name, one.id]))
    const body = { pack, procedure, links: linked, contents: await this.#filled(contents, null) }
    const accepted = await this.post<Accepted>('/api/cases', body, title)
    const one = { id: accepted.case_id, number: accepted.number, procedure }
    this.story.witness(one, this)
    const opened = await this.view(one)
    this.#told(`${title}：${one.number}`, '—', basisText(opened.timeline[0]?.basis), accepted)
    this.story.narrator.note(`待办：${opened.tasks.map((task) => `${task.title}（${task.organization.name}，期限 ${dueText(task.due)}）`).join('；') || '无'}`)
    return one
  }

  /** What opening a procedure is called; its id where this person is not even offered it. */
  async #titleOf(procedure: string): Promise<string> {
    const { rows } = await this.get<{ rows: { procedure: string; open_title: string }[] }>('/api/openable')
    return rows.find((row) => row.procedure === procedure)?.open_title ?? `发起 ${procedure}`
  }

  /** Concludes the open task of a step with an outcome. */
  async conclude(one: CaseHandle, step: string, outcome: string, contents: Contents = {}): Promise<Accepted> {
    const view = await this.story.look(one, this)
    const task = taskIn(view, step)
    const chosen = task?.outcomes.find((candidate) => candidate.id === outcome)
    const shown = task === undefined ? `${one.number} 未开始或者已办结的环节（${step}）` : `${one.number} ${task.title}：${chosen?.title ?? `规则没有规定的处理结果（${outcome}）`}`
    const body = { type: 'conclude', task: task?.id ?? step.split('@')[0], outcome, contents: await this.#filled(contents, view) }
    const accepted = await this.post<Accepted>(`/api/cases/${one.id}/commands`, body, shown)
    this.#told(shown, dueText(task?.due), basisText(chosen?.basis ?? task?.basis), accepted)
    return accepted
  }

  /** Asks for more time for the task of a step. */
  async askExtension(one: CaseHandle, step: string, days: number, reason: string): Promise<Accepted> {
    return this.#onTask(one, step, (task) => ({ type: 'ask-extension', task, days, reason }), `申请延期${days}个工作日`)
  }

  async answerExtension(one: CaseHandle, step: string, grant: boolean, reason: string): Promise<Accepted> {
    return this.#onTask(one, step, (task) => ({ type: 'answer-extension', task, grant, reason }), grant ? '同意延期' : '不同意延期')
  }

  async #onTask(one: CaseHandle, step: string, command: (task: string) => JsonObject, what: string): Promise<Accepted> {
    const task = taskIn(await this.story.look(one, this), step)
    const shown = `${one.number} ${task?.title ?? step}：${what}`
    const accepted = await this.post<Accepted>(`/api/cases/${one.id}/commands`, command(task?.id ?? step), shown)
    const after = taskIn(await this.story.look(one, this), step)
    this.#told(shown, dueText(after?.due ?? task?.due), basisText(task?.basis), accepted)
    return accepted
  }

  /** The act must be refused with this code and on this provision (`null`: none is named); the line says so. */
  async refused(code: string, provision: string | null, act: () => Promise<unknown>): Promise<void> {
    const problem = await act().then(() => null, (error: unknown) => {
      if (error instanceof Refused) return error
      throw error
    })
    if (problem === null) throw new JourneyBroken(`${this.session.person.name} 的操作本应以 ${code}（${provision ?? '无条款'}）拒绝，平台却办理了`)
    const found = problem.problem
    if (found.code !== code || found.provision !== provision) throw new JourneyBroken(`本应以 ${code}（${provision ?? '无条款'}）拒绝，平台答复 ${found.code}（${found.provision ?? '无条款'}）：${problem.message}`)
    this.story.narrator.refusal({
      date: this.story.today, who: this.who, act: problem.tried, provision: basisText(found.basis), due: '—', entry: '—', code, message: found.detail,
    })
  }

  /** Office, organisation and person as one reads them. */
  get who(): string {
    return `${this.session.organization.name} ${this.session.person.name}`
  }

  #told(act: string, due: string, provision: string, accepted: Accepted): void {
    this.story.narrator.act({ date: this.story.today, who: this.who, act, provision, due, entry: accepted.entries[0] ?? '—' })
  }

  #filled(contents: Contents, view: CaseView | null): Promise<JsonObject> {
    const filling = {
      word: (path: string) => this.story.word(path),
      day: (count: number) => this.story.workingDay(count),
      file: (name: string) => this.#attached(name),
      hash: (content: string): Json => view?.contents.find((one) => one.key === content && one.branch.length === 0)?.hash ?? '0'.repeat(HASH_LENGTH),
    }
    return filled(contents, filling) as Promise<JsonObject> // an object stays an object
  }

  async #attached(name: string): Promise<Json> {
    const { sha256, name: stored, size, media_type: mediaType } = await this.story.door.upload(`${name}.pdf`, 'application/pdf', document(name), this.ticket)
    return { sha256: sha256 ?? null, name: stored ?? null, size: size ?? null, media_type: mediaType ?? null }
  }

  /** The open task of a step as this person or a witness sees it. */
  async task(one: CaseHandle, step: string): Promise<TaskView | undefined> {
    return taskIn(await this.story.look(one, this), step)
  }
}

const HASH_LENGTH = 64 // hexadecimal digits of SHA-256
