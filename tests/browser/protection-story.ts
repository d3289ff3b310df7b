import { expect } from 'vitest'
import type { Locator } from 'playwright-core'
import { ConsolePage } from './pages/console.page.ts'
import type { Screen } from './pages/screen.ts'
import { SCENARIO } from './supplied-environment.ts'

const TABLE = '人员健康与收入登记表'

/** Picks an option of a choice on the page. */
async function pick(screen: Screen, label: string, option: string): Promise<void> {
  await screen.page.getByLabel(label, { exact: true }).click()
  await screen.page.getByTitle(option, { exact: true }).last().click()
}

/** The provider writes rules with an eye on what they do, the agency agrees, and the analyst asks for a noisy figure under them. */
export async function writeAndUseRules(provider: Screen, agency: Screen, analyst: Screen): Promise<void> {
  await new ConsolePage(provider).menu('数据保护规则')
  await provider.page.getByRole('link', { name: TABLE }).click()
  const columns = provider.page.getByRole('region', { name: '逐字段规则' })
  await pick(provider, '出生年的处理方式', '泛化：等距分档')
  await columns.getByRole('row', { name: /birth_year/ }).getByRole('cell', { name: /^\d{3}0$/ }).last().waitFor()
  await provider.page.getByLabel('开放带噪声的统计').click()
  await provider.page.getByLabel('可以分组的字段').click()
  await provider.page.getByTitle('居住区', { exact: true }).last().click()
  await provider.page.keyboard.press('Escape')
  for (const district of ['锦江区', '青羊区', '武侯区']) {
    await provider.page.getByLabel('居住区的取值').fill(district)
    await provider.page.getByLabel('居住区的取值').press('Enter')
  }
  const weighing = provider.page.getByRole('region', { name: '试算' })
  await weighing.getByLabel('每组至少几行（k）').fill('5')
  await weighing.getByRole('button', { name: /^试\s?算$/ }).click()
  await weighing.getByText('损失最小的泛化方案').waitFor()
  expect(await weighing.getByRole('row', { name: /出生年/ }).innerText()).toMatch(/%/)
  await provider.picture('protection-rules')
  await provider.answerTo('POST', /\/api\/protection\/rules$/, () => provider.page.getByRole('button', { name: '拟订，送另一方同意' }).click())
  await provider.page.getByRole('region', { name: '历次版本' }).getByText('由另一方的人员办理同意').waitFor()
  await new ConsolePage(agency).menu('数据保护规则')
  await agency.page.getByText('第1版待另一方同意').waitFor()
  await agency.picture('protection-entries')
  await agency.page.getByRole('link', { name: TABLE }).click()
  const versions = agency.page.getByRole('region', { name: '历次版本' })
  await versions.getByText('出生年：不作处理 → 泛化：每10一档').waitFor()
  await agency.answerTo('POST', /\/agreement$/, () => versions.getByRole('button', { name: '同意，即日施行' }).click())
  await versions.getByText('施行中').waitFor()
  await new ConsolePage(analyst).menu('开发利用环境')
  const noisy = analyst.page.getByRole('region', { name: '带噪声的统计' })
  await noisy.getByText('剩余 1（').waitFor()
  await noisy.getByLabel('分组字段').click()
  await analyst.page.getByTitle('居住区（3组）').last().click()
  await analyst.page.keyboard.press('Escape')
  await noisy.getByLabel('用途').fill(SCENARIO)
  await analyst.answerTo('POST', /\/noisy-statistics$/, () => noisy.getByRole('button', { name: /^提\s?问$/ }).click())
  await noisy.getByRole('row', { name: /锦江区/ }).first().waitFor()
  await noisy.getByText('剩余 0.9（').waitFor()
  await analyst.picture('noisy-statistics')
  await askedAgain(analyst, noisy)
  await leavesLikeOthers(analyst, provider)
}

/** The same question is answered alike and costs nothing; one that costs more than is left is refused, and who may grant more is named. */
async function askedAgain(analyst: Screen, noisy: Locator): Promise<void> {
  const ask = (): Promise<unknown> => analyst.answerTo('POST', /\/noisy-statistics$/, () => noisy.getByRole('button', { name: /^提\s?问$/ }).click())
  await ask()
  await noisy.getByText('同一问题此前已经答复，本次没有再用预算。').waitFor()
  await noisy.getByLabel('本次使用的预算（ε）').fill('0.95')
  await ask()
  await noisy.getByText(/本次的ε请不大于0\.9；需要增加预算的，由实施机构会同数据提供单位（.+）修订保护规则/).waitFor()
}

/** An answer with noise has a report with layer G9, is asked out like any result, and stands in the budget's page. */
async function leavesLikeOthers(analyst: Screen, provider: Screen): Promise<void> {
  await analyst.page.getByRole('link', { name: '查看检查报告，申请出域' }).first().click()
  const report = analyst.page.getByRole('region', { name: '检查报告' })
  await report.getByText('差分隐私（加噪声）').waitFor()
  expect(await report.innerText()).toMatch(/差分隐私，ε=0\.1[\s\S]*一个主体至多使全部数值合计改变1[\s\S]*尚余0\.9/)
  expect(await analyst.page.getByRole('region', { name: '结果' }).getByRole('row').count()).toBe(4)
  await analyst.page.getByRole('button', { name: '申请结果出域' }).waitFor()
  await analyst.picture('noisy-job')
  await new ConsolePage(provider).menu('数据保护规则')
  await provider.page.getByRole('link', { name: '每个场景 1' }).click()
  await provider.page.getByRole('region', { name: SCENARIO }).getByRole('row', { name: /按居住区分组的人数/ }).waitFor()
  await provider.page.getByText('已用 0.1，剩余 0.9').waitFor()
  await provider.picture('privacy-budget')
}

/** The provider asks for stricter thresholds of its own data, never laxer; the agency sees them with their source, and how far they reach. */
export async function raiseThresholds(provider: Screen, agency: Screen): Promise<void> {
  await new ConsolePage(provider).menu('数据保护规则')
  await provider.page.getByRole('row', { name: TABLE }).getByRole('link', { name: '按规则包' }).click()
  const least = provider.page.getByLabel('每个统计值背后的最少主体数：提供单位提出')
  await least.fill('5')
  await provider.page.getByLabel('理由').fill('涉及个人健康，从严')
  const set = (): Promise<unknown> => provider.answerTo('POST', /\/thresholds$/, () => provider.page.getByRole('button', { name: '提出，即日施行' }).click())
  await set()
  await provider.page.getByRole('alert').filter({ hasText: 'threshold-must-be-stricter' }).getByText('平台默认').waitFor()
  await least.fill('20')
  await set()
  const versions = provider.page.getByRole('region', { name: '历次版本' })
  await versions.getByText('每个统计值背后的最少主体数：按规则包 → 20').waitFor()
  await versions.getByText('理由：涉及个人健康，从严').waitFor()
  await provider.picture('provider-thresholds')
  await new ConsolePage(agency).menu('数据保护规则')
  await agency.page.getByRole('link', { name: '提供单位第1版' }).click()
  await agency.page.getByText(/现有 [1-9]\d* 项须重新运行/).waitFor()
  await agency.page.getByText('其他单位只能查看').waitFor()
  expect(await agency.page.getByRole('row', { name: /^每个统计值背后的最少主体数/ }).innerText()).toMatch(/10[\s\S]*平台默认[\s\S]*20/)
}
