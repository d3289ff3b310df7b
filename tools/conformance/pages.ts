import { chineseNumber } from '#core/pack/provision-text.ts'
import { STATUSES } from './account.ts'
import type { Account, Accounts, Status } from './account.ts'
import type { Obligation, Register } from './registers.ts'
import type { How } from './run-scenarios.ts'
import { SUM, tablesOf } from './tables.ts'
import type { Row } from './tables.ts'

/** Where the generated pages lie. */
export const PAGES = 'docs/conformance'
/** What the pages are made from besides the registers: what the last run found. */
export const SCENARIOS = `${PAGES}/scenarios.json`

const STATUS_WORDS: Record<Status, string> = { covered: '已覆盖', failing: '未通过', missing: '缺', excepted: '列为例外', 'not-needed': '无需场景' }
const HOW_WORDS: Record<How, string> = { application: '引擎与数据库', 'application-facts-given': '引擎与数据库，部分事实给定', engine: '引擎', 'real-parts': '真实部件' }

/** Every generated file by its path; the same registers and accounts always give the same pages. */
export function conformancePages(registers: readonly Register[], accounts: Accounts): Map<string, string> {
  const pages = new Map(registers.map((register) => [`${PAGES}/${register.regulation}.md`, regulationPage(register, accounts[register.regulation] ?? {})]))
  pages.set(`${PAGES}/README.md`, overview(registers, accounts))
  pages.set(SCENARIOS, `${JSON.stringify(accounts, null, 1)}\n`)
  return pages
}

const GENERATED = '本页由 `npm run conformance` 生成，请勿手工修改。'

function overview(registers: readonly Register[], accounts: Accounts): string {
  const { byRegulation, byCapability, byPlatform } = tablesOf(accounts)
  const titles = new Map(registers.map((register) => [register.regulation, `[${register.regulation}](${register.regulation}.md) ${register.title}`]))
  return [
    '# 义务与场景对照',
    GENERATED,
    '每部规定的义务逐条登记在 `packs/<规定>/obligations.yaml`。凡需平台约束、推动、记录或者公布的义务，都有一个以其编号为题的可执行场景，按登记的验收标准运行并断言其拒绝理由、到期日、通知、记录或者公布。没有场景的，连同理由列入 `packs/<规定>/not-covered.yaml`；对验收标准另有理解的，写入 `packs/<规定>/readings.yaml` 并按该理解测试。',
    '运行方式：“引擎与数据库”指场景通过后，其全部办理步骤在真实的办件系统（PostgreSQL、证据日志、按场景设定的法定时钟）中重演一遍，事件、拒绝、到期日和各项效果逐一相同；“部分事实给定”指场景中个别事实由场景给出而不是由先前步骤产生；“真实部件”指直接对服务、沙箱、保管库、接口等运行。',
    '## 按规定',
    markdownTable('规定', byRegulation.map((row) => ({ ...row, name: titles.get(row.name) ?? row.name }))),
    '## 按能力',
    markdownTable('能力', byCapability),
    '## 按平台作用',
    markdownTable('平台作用', byPlatform),
  ].join('\n\n').concat('\n')
}

function markdownTable(title: string, rows: readonly Row[]): string {
  const head = `| ${title} | 合计 | ${STATUSES.map((status) => STATUS_WORDS[status]).join(' | ')} |`
  const line = `|---|${'---:|'.repeat(STATUSES.length + 1)}`
  return [head, line, ...rows.map((row) => `| ${row.name === SUM ? '合计' : row.name} | ${row.total} | ${STATUSES.map((status) => row.counts[status]).join(' | ')} |`)].join('\n')
}

function regulationPage(register: Register, accounts: Record<string, Account>): string {
  const head = '| 编号 | 条款 | 原文 | 平台如何处理 | 结果 | 场景 | 运行方式 | 说明 |\n|---|---|---|---|---|---|---|---|'
  const rows = register.obligations.map((obligation) => rowOf(register, obligation, accounts[obligation.id]))
  return [`# ${register.title}：义务与场景`, GENERATED, [head, ...rows].join('\n')].join('\n\n').concat('\n')
}

function rowOf(register: Register, obligation: Obligation, account: Account | undefined): string {
  const tests = account?.tests ?? []
  const reading = register.readings.get(obligation.id)
  const notes = [
    ...(reading === undefined ? [] : [`解读：${reading.reads}理由：${reading.because}`]),
    ...(register.exceptions.has(obligation.id) ? [`例外：${register.exceptions.get(obligation.id)}`] : []),
  ]
  const cells = [
    `<a id="${obligation.id}"></a>${obligation.id}`,
    placeOf(obligation),
    obligation.text,
    `${obligation.platform}（${obligation.capability}）：${obligation.behaviour}`,
    STATUS_WORDS[account?.status ?? 'missing'],
    tests.map(({ file, title }) => `[${file.split('/').slice(1).join('/')}](../../${file})：${title}`).join('<br>'),
    [...new Set(tests.map(({ how }) => HOW_WORDS[how]))].join('<br>'),
    notes.join('<br>'),
  ]
  return `| ${cells.map(cell).join(' | ')} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')
}

/** 第二十条第三款第（二）项 */
function placeOf({ article, paragraph, item }: Obligation): string {
  return `第${chineseNumber(article)}条${paragraph === undefined ? '' : `第${chineseNumber(paragraph)}款`}${item === undefined ? '' : `第（${chineseNumber(item)}）项`}`
}
