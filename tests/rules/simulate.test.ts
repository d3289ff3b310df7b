import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSigningKeys } from '#adapters/evidence/signing-keys.ts'
import { historiesOf } from '#apps/cli/rules-simulate.ts'
import { rulesCommand } from '#apps/cli/rules.ts'
import { fitContent } from '#core/procedure/fit-content.ts'
import { simulate } from '#core/procedure/simulate.ts'
import type { SimulationFinding } from '#core/procedure/simulate.ts'
import { agreementInForce } from '#tests/support/authorization-story.ts'
import { writeCaseBundle } from '#tests/support/case-bundle.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { CHENGDU } from '#tests/support/chengdu-cast.ts'
import { Story } from '#tests/support/story.ts'
import { SUPPLY_CAST, supplied } from '#tests/support/supply-story.ts'

const chengdu = await lawOf('chengdu-2026')
const zhaoqing = await lawOf('zhaoqing-2025')
const told = new Story(chengdu, CHENGDU)
agreementInForce(told)
const histories = [...told.cases].map(([caseId, { events }]) => ({ caseId, events }))
const of = (findings: readonly SimulationFinding[], kind: SimulationFinding['kind']) => findings.filter((one) => one.kind === kind)

describe('a history under another pack', () => {
  test('under its own pack nothing is late, missing or refused; only what is still to be done is listed', () => {
    expect(new Set(simulate(histories, chengdu).map((one) => one.kind))).toEqual(new Set(['left']))
  })

  const findings = simulate(histories, zhaoqing)
  test('is refused where a check of the other pack does not hold, with its code and provision', () => {
    expect(of(findings, 'refused').map((one) => [one.date, one.code, one.provision])).toEqual(expect.arrayContaining([
      ['2026-07-13', 'consultation-must-be-long-enough', null], ['2026-07-13', 'all-sides-must-be-consulted', 'zq25-12.1'],
    ]))
  })

  test('lacks the contents that only the other pack asks for, and has others that it does not know', () => {
    expect(of(findings, 'missing').map((one) => [one.provision, one.text])).toEqual(expect.arrayContaining([
      ['zq25-3.4', '缺少“实施机构的确定”'], ['zq25-14.1', '缺少“签约主体”'], ['zq25-13.1.1', '缺少“运营机构基本条件核验／经营状况”'],
    ]))
    expect(of(findings, 'unknown').map((one) => one.text)).toContain('不收“运营机构基本条件核验／dishonest”')
    expect(of(findings, 'refused').map((one) => one.code)).not.toContain('business-must-be-sound')
  })

  test('is acted by another office, and has steps that the other pack does not know', () => {
    expect(of(findings, 'office')[0]).toMatchObject({ date: '2026-06-15', text: '由实施机构发起，应由市政务和数据局发起' })
    expect(of(findings, 'no-rule').map((one) => one.step)).toContain('finalize')
  })

  test('goes on after a finding: the agreement is signed under the other pack as well', () => {
    const after = findings.filter((one) => one.caseId === 'operation-agreement-3').map((one) => one.date)
    expect(after).toContain('2026-08-20')
  })

  test('is late where the other pack’s limit is shorter, by working days; what is open is due earlier', () => {
    const story = new Story(chengdu, SUPPLY_CAST)
    supplied(story)
    const all = [...story.cases].map(([caseId, { events }]) => ({ caseId, events }))
    const shorter = { ...chengdu, pack: structuredClone(chengdu.pack) }
    for (const id of ['formal-review-days', 'agreement-filing-days']) {
      const figure = shorter.pack.figures[id]
      if (!figure) throw new Error(`no figure ${id}`)
      figure.value = 1
    }
    expect(of(simulate(all, chengdu), 'late')).toEqual([])
    expect(of(simulate(all, shorter), 'late').map((one) => [one.step, one.text])).toEqual([['形式审查', '应于2026-09-01前办结，逾期1日（原规则包下逾期0日）']])
    expect(of(simulate(all, shorter), 'left').map((one) => one.text)).toEqual(expect.arrayContaining([expect.stringContaining('应于2026-08-21前办结')]))
  })

  test('neither the history nor the law is changed', () => {
    const [before, law] = [JSON.stringify(histories), JSON.stringify(zhaoqing.pack)]
    simulate(histories, zhaoqing)
    expect([JSON.stringify(histories) === before, JSON.stringify(zhaoqing.pack) === law]).toEqual([true, true])
  })
})

describe('a value laid on another declaration', () => {
  const basis = { provision: 'zq25-12.1', says: '公平竞争方式' }
  const group = { type: 'group', title: '申请', items: { name: { type: 'text', title: '名称' }, ends: { type: 'date', title: '期限' }, note: { type: 'text', title: '说明', optional: true } } } as const

  test('keeps what is declared, tells what is missing, unknown or of another kind, and invents nothing', () => {
    const fitted = fitContent(group, { name: '甲', ends: 'soon', colour: 'red' }, '', basis)
    expect(fitted.value).toEqual({ name: '甲' })
    expect(fitted.misfits.map((one) => `${one.kind} ${one.place}`)).toEqual(['unknown 申请／colour', 'mistyped 申请／期限'])
    expect(fitContent(group, { name: '甲', ends: '2026-01-01' }, '', basis).misfits).toEqual([])
    expect(fitContent(group, undefined, '', basis)).toMatchObject({ value: undefined, misfits: [{ kind: 'missing', provision: 'zq25-12.1' }] })
    expect(group.items).toHaveProperty('ends')
  })
})

describe('rules simulate', () => {
  const root = mkdtempSync(join(tmpdir(), 'simulate-'))
  const bundle = join(root, 'bundle.jsonl')
  beforeAll(async () => {
    const keys = await openSigningKeys(join(root, 'keys'), 'chengdu.example')
    await writeCaseBundle(bundle, { acts: told.told, laws: [chengdu], notices: [] }, keys)
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const run = async (...args: string[]) => {
    const lines: string[] = []
    const code = await rulesCommand(['simulate', ...args], (line) => lines.push(line))
    return { code, said: lines.join('\n') }
  }

  test('reads the cases of a bundle and prints them case by case', async () => {
    const { code, said } = await run(bundle, 'zhaoqing-2025')
    expect(code).toBe(0)
    expect(said).toContain(`按《肇庆市公共数据资源授权运营管理办法（试行）》（zhaoqing-2025）重办${histories.length}个事项`)
    expect(said).toContain('2026-07-13 【不予通过】')
    expect(said).toContain('（all-sides-must-be-consulted）［zq25-12.1］')
  })

  test('reads a file with one event on each line as well', () => {
    const lines = histories.flatMap(({ events }) => events.map((event) => JSON.stringify(event))).join('\n')
    expect(historiesOf(lines, 'events.jsonl').map((one) => [one.caseId, one.events.length])).toEqual(histories.map((one) => [one.caseId, one.events.length]))
  })

  test('says what is wrong with another file, and with a pack that is not there', async () => {
    expect(() => historiesOf('{"kind":"manifest"}\nnot json\n', 'a.jsonl')).toThrow('a.jsonl 第2行不是 JSON')
    expect(() => historiesOf('[1]\n', 'a.jsonl')).toThrow('第1行不是一个 JSON 对象')
    expect(() => historiesOf('{"kind":"manifest"}\n', 'a.jsonl')).toThrow('没有办理事件')
    expect(await run(join(root, 'none.jsonl'), 'atlantis-2026')).toMatchObject({ code: 1, said: expect.stringContaining('没有名为 atlantis-2026') })
    expect((await run(bundle)).code).toBe(2)
  })
})
