import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const CHAPTERS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二', '十三']
const LIMIT_MS = 900_000 // the machine that runs all tests is busy; the budget of 60 s is for the command alone

type Told = { code: number; lines: string[] }

/** The command as a person runs it, on a data directory that is kept between two runs. */
async function tell(dataDir: string, ...more: string[]): Promise<Told> {
  const child = spawn(process.execPath, ['apps/cli/run-built.mjs', 'journey', '--data', dataDir, ...more], { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', (line) => lines.push(line))
  const code = await new Promise<number>((ended) => child.once('close', (exit) => ended(exit ?? -1)))
  return { code, lines }
}

/** What a line of the story says, by its columns; null for a line that is no act. */
function acts({ lines }: Told): { date: string; done: boolean; parts: string[] }[] {
  return lines.flatMap((line) => {
    const found = /^(\d{4}-\d\d-\d\d) ([✓✗]) (.*)$/.exec(line)
    return found === null ? [] : [{ date: found[1] ?? '', done: found[2] === '✓', parts: (found[3] ?? '').split(' │ ') }]
  })
}

describe('the journey through one city, told twice', () => {
  let dataDir = ''
  let first: Told
  let refused: Told
  let second: Told

  beforeAll(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'gongshu-test-journey-')), 'data')
    first = await tell(dataDir)
    refused = await tell(dataDir)
    second = await tell(dataDir, '--again')
  }, LIMIT_MS)

  afterAll(async () => {
    await rm(join(dataDir, '..'), { recursive: true, force: true })
  })

  test('ends with the verdict of the offline verifier, in its last line and in its exit code', () => {
    for (const told of [first, second]) {
      expect(told.lines.at(-1)).toMatch(/^verified/)
      expect(told.code).toBe(0)
    }
  })

  test('is not told on top of another by chance: a directory that holds a city is left alone, with what can be done', () => {
    expect(refused.code).toBe(1)
    expect(refused.lines.join('\n')).toContain(`数据目录 ${dataDir} 中已有一座城市的数据，没有改动`)
    expect(refused.lines.join('\n')).toContain(`npm run journey -- --again --data ${dataDir}`)
  })

  test('takes the documents of its cases along, each as Word and PDF with the hash that the platform states', () => {
    const documents = first.lines.filter((line) => /〔\d{4}〕\d+号：docx \d+ 字节 SM3 [0-9a-f]{12}…，pdf \d+ 字节 SM3 [0-9a-f]{12}…$/.test(line))
    for (const title of ['实施方案》', '整体授权运营协议》', '备案的函》', '数据需求审核决定书》', '数据需求审核不通过告知书》', '限期整改通知书》', '终止授权运营协议决定书》', '数据销毁记录》', '公共数据资源授权运营情况']) {
      expect(documents.some((line) => line.includes(title)), title).toBe(true)
    }
    expect(acts(first).some((one) => one.parts[2] === '拒绝 document-must-exist')).toBe(true)
  })

  test('tells every chapter', () => {
    const titles = first.lines.filter((line) => line.startsWith('== ')).map((line) => line.slice('== '.length).split('、')[0])
    expect(titles).toEqual(CHAPTERS)
  })

  test('is refused at least 15 times, each time with a code, and nearly always with the place in the text', () => {
    const refusals = acts(first).filter((one) => !one.done)
    expect(refusals.length).toBeGreaterThanOrEqual(15)
    const codes = refusals.map((one) => one.parts[2]?.replace('拒绝 ', '') ?? '')
    expect(codes.every((code) => /^[a-z]+(-[a-z]+)+$/.test(code))).toBe(true)
    for (const code of [
      'actor-must-hold-office', 'actor-must-be-concerned-organization', 'content-must-be-present', 'decision-must-carry', 'step-must-be-open', 'term-must-not-exceed-limit',
      'resources-must-be-within-plan', 'extension-must-be-asked-before-due', 'extension-cap-exceeded', 'reviewer-must-not-be-author', 'output-blocked', 'product-must-come-from-release',
      'declared-protection-must-be-in-force', 'rules-must-be-agreed-by-the-other-side', 'privacy-budget-must-suffice', 'quota-must-not-be-exceeded', 'fields-must-be-the-products', 'supply-must-not-be-suspended', 'overdue-rectification-must-end-agreement',
    ]) expect(codes).toContain(code)
    const cited = refusals.filter((one) => /《|^[a-z]+\d+-/.test(one.parts[3] ?? ''))
    expect(cited.length).toBeGreaterThanOrEqual(40)
  })

  test('names for every act who did it, on what it rests, until when it was due, and its evidence', () => {
    const done = acts(first).filter((one) => one.done)
    expect(done.length).toBeGreaterThanOrEqual(80)
    for (const { parts } of done) {
      const [who = '', act = '', provision = '', due = '', entry = ''] = parts
      expect(who.split(' ')).toHaveLength(2)
      expect(act).not.toBe('')
      expect(provision).toMatch(/《|平台默认|解释|依命令|依协议/)
      expect(due).toMatch(/^期限 (—|\d{4}-\d\d-\d\d(（暂定）)?)$/)
      expect(entry).toMatch(/^存证 (01|job-)/)
    }
  })

  test('goes only forward on the city clock, and the second story begins where the first ended, with its own plan', () => {
    const [one, two] = [first, second].map((told) => acts(told).map((act) => act.date))
    for (const dates of [one ?? [], two ?? []]) expect(dates).toEqual(dates.toSorted())
    expect(two?.[0]).toBe(one?.at(-1))
    const titles = [first, second].map((told) => told.lines.find((line) => line.startsWith('公枢演示')) ?? '')
    expect(titles[0]).toContain('第一个故事')
    expect(titles[1]).toContain('第二个故事')
    const operators = titles.map((title) => title.split('运营机构 ')[1])
    expect(new Set(operators).size).toBe(2)
    expect(second.lines.some((line) => line.includes('退出〔2027〕'))).toBe(true)
  })
})
