import type { Locator, Page } from 'playwright-core'

/** The screen offers no way to do this or to give a content this value: only a program could send it. */
export class NotOnScreen extends Error {
  override readonly name = 'NotOnScreen'
}

/** Types a text, number or date and leaves the field; what stands there already stays. */
export async function typeText(input: Locator, text: string, leave: 'Tab' | 'Enter'): Promise<void> {
  if ((await input.inputValue()) === text) return
  await input.fill(text)
  await input.press(leave)
}

/** Types several short texts into a list, divided as Chinese divides them. */
export async function typeTags(scope: Locator, label: string, texts: readonly string[]): Promise<void> {
  const box = boxOf(scope, label)
  const shown = box.locator('xpath=ancestor::div[contains(@class,"ant-select")][last()]').locator('.ant-select-selection-item')
  const standing = await shown.allInnerTexts()
  if (standing.join('、') === texts.join('、')) return
  for (let left = standing.length; left > 0; left -= 1) await box.press('Backspace')
  await box.fill(texts.length > 1 ? `${texts.join('、')}、` : texts.join(''))
  if (texts.length === 1) await box.press('Enter')
  await box.press('Tab')
}

export async function pickRadio(scope: Locator, label: string, option: string): Promise<void> {
  const radio = scope.getByRole('radiogroup', { name: label, exact: true }).first().getByRole('radio', { name: option, exact: true })
  if (!(await radio.isChecked())) await radio.check()
}

/** Chooses by the words of an option in a list that unfolds; a list that can be searched is searched. */
export async function choose(page: Page, scope: Locator, label: string, option: string, isSearched: boolean): Promise<void> {
  const box = boxOf(scope, label)
  const field = box.locator('xpath=ancestor::div[contains(@class,"ant-select")][last()]')
  if ((await field.innerText()).split('\n').some((line) => isOption(line, option))) return
  await unfold(page, box, option, isSearched)
}

/** Chooses each of several options of a list that unfolds. */
export async function chooseMany(page: Page, scope: Locator, label: string, options: readonly string[]): Promise<void> {
  const box = boxOf(scope, label)
  for (const option of options) await unfold(page, box, option, true)
  await box.press('Escape')
}

async function unfold(page: Page, box: Locator, option: string, isSearched: boolean): Promise<void> {
  await box.click()
  if (isSearched) await box.fill(option)
  const list = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)')
  const wanted = list.locator('.ant-select-item-option').filter({ hasText: new RegExp(`^(${escaped(option)}(（.*)?|.*（${escaped(option)}）)$`) }).first()
  await list.first().waitFor()
  // A long list draws only what is in sight.
  for (let turns = 0; turns < TURNS_MAX && (await wanted.count()) === 0; turns += 1) {
    await list.first().hover()
    await page.mouse.wheel(0, TURN)
  }
  await wanted.click()
}

const TURNS_MAX = 10
/** unit: CSS pixels; about six options */
const TURN = 180

/** An organisation is shown with its credit code behind its name, a column with its name behind its title. */
function isOption(shown: string, option: string): boolean {
  return shown === option || shown.startsWith(`${option}（`) || shown.endsWith(`（${option}）`)
}

/** The text as a pattern that matches just itself. */
export function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

/** The input of a list that unfolds, by its label as it reads: the browser's own name may carry the star of a required field. */
function boxOf(scope: Locator, label: string): Locator {
  return scope.getByRole('combobox').and(scope.getByLabel(label, { exact: true })).first()
}
