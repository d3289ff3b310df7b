import { fileURLToPath } from 'node:url'
import type { JsonObject } from '#core/json.ts'
import { startTestServer } from '#tests/support/server.ts'
import type { Answered, Caller, TestServer } from '#tests/support/server.ts'
import type { PlatformOptions } from '#apps/api/platform.ts'

/** A server that knows one small pack: one procedure with two blind reviewers. */
export function startTrial(options: Partial<PlatformOptions> = {}): Promise<TestServer> {
  return startTestServer({ packsDir: fileURLToPath(new URL('./packs', import.meta.url)) }, options)
}

export const REQUEST: JsonObject = {
  name: '道路通行分析',
  purpose: 'public',
  amount: 3,
  fields: ['time', 'road'],
  rows: [{ code: 'a-1', starts: '2026-06-08', urgent: false }],
}

export const OPENING: JsonObject = { pack: 'trial-2026', procedure: 'trial-request', contents: { request: REQUEST } }

export type Accepted = { case_id: string; number: string; seq: number; status: string; entries: string[] }
export type Refusal = { status: number; code: string; detail: string; cure: string }

/** Opens the small case as an operator and answers its id. */
export async function openTrial(caller: Caller): Promise<string> {
  const answer = await caller.send<Accepted>('POST', '/api/cases', OPENING)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body.case_id
}

/** What a refusal says: its status and code. */
export function said(answer: Answered): string {
  const { code } = answer.body as Refusal // a problem, or the test fails on undefined
  return `${answer.status} ${code}`
}

/** How much there is: every row whose growth would be a change. */
export async function footprint({ database }: TestServer): Promise<string> {
  const { rows } = await database.owner.pool.query(`select (select count(*) from legal_case) as cases, (select count(*) from case_event) as events,
    (select count(*) from task) as tasks, (select count(*) from draft) as drafts, (select count(*) from attachment) as files,
    (select count(*) from session) as sessions, (select today from city_clock) as today, (select count(*) from command_key) as keys`)
  return JSON.stringify(rows[0])
}
