import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDuties } from '#adapters/cases/duties.ts'
import { letTimePass } from '#adapters/cases/time-acts.ts'
import { startTestServer } from '#tests/support/server.ts'
import type { Answered, TestServer } from '#tests/support/server.ts'

/** A small pack as files, with what only a real database can answer for: duties by row, clocks of other cases, reminders, facts over many records. */
const FILES: Record<string, string> = {
  'pack.yaml': `pack: small-2026
version: 1
title: 小规则
document_number: 试〔2026〕1号
issuers: [试用单位]
in_force: 2026-06-08
last_day: 2027-06-30
status: in-force
region: '510100'
prefix: sm26
at_expiry: { says: 届满前提示, warn_before: [month-ahead], opens: expiry, by: data-authority, basis: &b { platform-default: 试验所设 } }
`,
  'text.md': '# 小规则\n\n## 第一章 总则\n\n### 第一条 总则\n\n本规则供试验用。\n',
  'offices.yaml': `implementing-agency: { title: 实施机构, holder: fixed, basis: &b { platform-default: 试验所设 } }
data-authority: { title: 数据管理部门, holder: fixed, basis: *b }
operator: { title: 运营机构, holder: many, basis: *b }
`,
  'figures.yaml': `days: { title: 期限, value: 10, unit: working-day, bound: at-most, basis: &b { platform-default: 试验所设 }, golden: [{ from: 2026-09-24, due: 2026-10-15, late: 2026-10-16 }] }
near: { title: 提醒, value: 3, unit: working-day, bound: at-least, basis: *b, golden: [{ holds: 3, breaks: 2 }] }
month-ahead: { title: 一个月, value: 1, unit: month, bound: at-least, basis: *b, golden: [{ holds: 1, breaks: 0 }] }
`,
  'contents/all.yaml': `period-from: { type: date, title: 自 }
period-to: { type: date, title: 至 }
operator-id: { type: organization, title: 运营机构 }
name: { type: text, title: 名称 }
tags: { type: texts, title: 标签 }
raised: { type: date, title: 提出之日 }
`,
  'registers/things.yaml': 'register: things\ntitle: 事物\nbasis: { platform-default: 试验所设 }\nfields: { name: { title: 名称 }, tags: { title: 标签 } }\n',
  'duties/quarterly.yaml': `duty: quarterly
title: 季度报告
opens: report
by: implementing-agency
every: { unit: quarter }
for_each: { holders_of: operator }
with: { content.operator-id: each.id }
basis: { platform-default: 试验所设 }
`,
  'procedures/report.yaml': `procedure: report
title: 季度报告
capability: plans
mark: 报告
basis: &b { platform-default: 试验所设 }
statuses: {}
open: { by: implementing-agency, by_platform: true, title: 开启, requires: [period-from, period-to, operator-id], then: [write] }
steps:
  write: { title: 编写报告, by: implementing-agency, basis: *b, due: { within: days }, reminders: [{ ahead: near, tell: [data-authority], basis: *b }], outcomes: { done: { title: 完成, ends: true, effects: [{ effect: publish, with: { kind: { value: report }, title: { value: 报告 } } }] } } }
`,
  'procedures/expiry.yaml': `procedure: expiry
title: 届满检视
capability: regulations
mark: 检视
basis: &b { platform-default: 试验所设 }
statuses: {}
open: { by: data-authority, by_platform: true, title: 开启, requires: [period-from, period-to], then: [look] }
steps: { look: { title: 检视, by: data-authority, basis: *b, outcomes: { done: { title: 完成, ends: true } } } }
`,
  'procedures/thing.yaml': `procedure: thing
title: 登记事物
capability: catalog
mark: 事物
basis: &b { platform-default: 试验所设 }
statuses: { listed: 已登记 }
open:
  by: implementing-agency
  title: 登记
  requires: [name, tags]
  ends: true
  status: listed
  facts:
    same: { fact: cases.matching, with: { procedure: { value: thing }, status: { value: listed }, path: { value: name }, values: content.name } }
    tagged: { fact: register.matching, with: { register: { value: things }, field: { value: tags }, values: content.tags } }
  checks:
    - { check: count, code: name-must-be-unique, of: fact.same, is: equal, right: 0, message: 名称重复。, cure: 请改名。, basis: *b }
    - { check: count, code: tag-must-be-free, of: fact.tagged, is: equal, right: 0, message: 标签已被使用。, cure: 请换标签。, basis: *b }
  effects: [{ effect: register.put, with: { register: { value: things }, key: content.name, name: content.name, tags: content.tags } }]
steps: {}
`,
  'procedures/dispute.yaml': `procedure: dispute
title: 争议
capability: disputes
mark: 争议
basis: &b { platform-default: 试验所设 }
statuses: {}
open:
  by: data-authority
  title: 提出
  requires: [raised]
  facts: { reports: { fact: cases.matching, with: { procedure: { value: report } } } }
  effects: [{ effect: clock.suspend, with: { case: 'fact.reports[].id', from: content.raised } }]
  then: [settle]
steps: { settle: { title: 处理, by: data-authority, basis: *b, outcomes: { done: { title: 办结, ends: true, effects: [{ effect: clock.resume, with: { case: 'fact.reports[].id' } }] } } } }
`,
}

let server: TestServer
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'small-pack-'))
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(join(folder, 'small-2026', path, '..'), { recursive: true })
    writeFileSync(join(folder, 'small-2026', path), text)
  }
  server = await startTestServer({ packsDir: folder, preview: true })
})
afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const ask = async <T>(sql: string): Promise<T[]> => (await server.database.owner.pool.query(sql)).rows as T[] // the shape is the test's own query
const setDay = (day: string) => ask(`update city_clock set today = '${day}'`)
const said = (answer: Answered) => `${answer.status} ${(answer.body as { code?: string }).code ?? ''}` // a problem has a code, anything else has none
const open = async (login: string, procedure: string, contents: object, more: object = {}) => (await server.session(login)).send<{ case_id: string; number: string }>('POST', '/api/cases', { pack: 'small-2026', procedure, contents, ...more })
const tasks = () => ask<{ due: string | null; remind_on: string | null }>("select due::text, remind_on::text from task where open and step = 'write' order by case_id")

describe('on the real platform', () => {
  test('a duty opens one case for each holder of an office, once, also when asked again', async () => {
    await setDay('2026-07-01')
    const holders = await ask<{ organization: string }>("select distinct organization from office_holding where office = 'operator' order by 1")
    expect(holders.length).toBeGreaterThan(1)
    expect(await openDuties(server.platform)).toBe(holders.length)
    expect(await openDuties(server.platform)).toBe(0)
    expect(await tasks()).toEqual(holders.map(() => ({ due: '2026-07-15', remind_on: expect.any(String) })))
  })

  test('a reminder comes on its day and the next one is none', async () => {
    const [{ remind_on: day } = { remind_on: null }] = await tasks()
    if (day === null) throw new Error('a reminder lies ahead')
    await setDay(day)
    expect((await letTimePass(server.platform)).refused).toEqual([])
    expect((await tasks()).every((task) => task.remind_on === null)).toBe(true)
    expect((await ask<{ notice: string }>('select distinct notice from notice')).map(({ notice }) => notice)).toEqual(['到期提醒'])
  })

  test('a dispute suspends the clocks of all of them from a day that lies back, and its end lets them run', async () => {
    await setDay('2026-07-13')
    const opened = await open('dsj-zhang', 'dispute', { raised: '2026-07-10' })
    expect(opened.status).toBe(201)
    expect((await tasks()).every((task) => task.due === null)).toBe(true)
    await setDay('2026-07-17')
    const done = await (await server.session('dsj-zhang')).send('POST', `/api/cases/${opened.body.case_id}/commands`, { type: 'conclude', task: 'settle', outcome: 'done', contents: {} })
    expect(done.status).toBe(200)
    expect(new Set((await tasks()).map((task) => task.due))).toEqual(new Set(['2026-07-23']))
  })

  test('what is overdue is the offices’ disclosure debt, for everybody to see', async () => {
    await setDay('2026-07-24')
    const { body } = await server.stranger.get<{ disclosure_debt: { office: string; count: number; days: number }[]; late_disclosures: { office: string; due: string; working_days: number }[] }>('/api/public/portal')
    const count = (await tasks()).length
    expect(body.disclosure_debt).toMatchObject([{ office: '实施机构', count, days: count }])
    expect(body.late_disclosures.map(({ office, due, working_days: days }) => ({ office, due, days }))).toEqual(Array.from({ length: count }, () => ({ office: '实施机构', due: '2026-07-23', days: 1 })))
  })

  test('names and tags are asked of all cases and of the whole register', async () => {
    expect((await open('zx-liu', 'thing', { name: '甲', tags: ['红', '蓝'] })).status).toBe(201)
    expect(said(await open('zx-liu', 'thing', { name: '甲', tags: ['绿'] }))).toMatch(/ name-must-be-unique$/)
    expect(said(await open('zx-liu', 'thing', { name: '乙', tags: ['蓝', '绿'] }))).toMatch(/ tag-must-be-free$/)
    expect((await open('zx-liu', 'thing', { name: '乙', tags: ['绿'] })).status).toBe(201)
  })

  test('a preview is numbered apart, writes no register, and is not seen by what is real', async () => {
    const tried = await open('zx-liu', 'thing', { name: '丙', tags: ['黄'] }, { preview: true })
    expect([tried.status, tried.body.number]).toEqual([201, expect.stringMatching(/^预演事物〔2026〕1号$/)])
    expect(await ask("select key from register_record where key = '丙'")).toEqual([])
    expect((await open('zx-liu', 'thing', { name: '丙', tags: ['黄'] })).status).toBe(201)
  })

  test('the pack’s own expiry is announced a month ahead, once', async () => {
    await setDay('2027-05-30')
    await openDuties(server.platform)
    expect(await ask("select opened::text from legal_case where procedure = 'expiry'")).toEqual([{ opened: '2027-05-30' }])
    await setDay('2027-06-01')
    await openDuties(server.platform)
    expect(await ask("select id from legal_case where procedure = 'expiry'")).toHaveLength(1)
  })
})
