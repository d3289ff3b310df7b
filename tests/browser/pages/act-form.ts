import type { Locator, Page } from 'playwright-core'
import type { FormField } from '#apps/api/wire/case.ts'
import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { Content, GroupContent, TableContent } from '#core/pack/content-format.ts'
import { document } from '../../../demo/journey/document.ts'
import type { Names } from './names.ts'
import { NotOnScreen, choose, chooseMany, escaped, pickRadio, typeTags, typeText } from './inputs.ts'

/** A file in the contents, before it is uploaded: only its name is known. */
export function attachment(name: string): JsonObject {
  return { attach: name }
}

/** From so many rows on a person copies them from a spreadsheet instead of typing. */
const PASTED_FROM = 2
/** What a spreadsheet's clipboard cannot carry. */
const NOT_PASTED: ReadonlySet<Content['type']> = new Set(['file', 'group', 'table', 'figure', 'text-hash'])

/**
 * A form drawn from the pack, filled as a person does: by the labels that stand on the screen, typing, choosing,
 * attaching and pasting. What stands there already is left, so that a refused form is only corrected.
 */
export class ActForm {
  readonly #page: Page
  readonly #form: Locator
  readonly #names: Names

  constructor(page: Page, form: Locator, names: Names) {
    this.#page = page
    this.#form = form
    this.#names = names
  }

  /** Fills the fields of a form; `values` by their keys, as the pack names them. @throws NotOnScreen */
  async fill(fields: readonly FormField[], values: JsonObject): Promise<void> {
    for (const key of Object.keys(values)) {
      const field = fields.find((one) => one.key === key)
      if (field === undefined) throw new NotOnScreen(`the form has no field “${key}”`)
      await this.#content(this.#form, field.content, field.content.title, values[key] ?? null, field.text_hash)
    }
  }

  async #content(scope: Locator, content: Content, label: string, value: Json, textHash: string | null): Promise<void> {
    switch (content.type) {
      case 'group':
        return this.#group(scope, content, value, textHash)
      case 'table':
        return this.#table(scope, content, value)
      case 'text':
      case 'date':
      case 'number':
      case 'person':
        return typeText(scope.getByLabel(label, { exact: true }).first(), String(value), content.type === 'date' ? 'Enter' : 'Tab')
      case 'texts':
        return typeTags(scope, label, (value as Json[]).map(String)) // the contents' own shape
      case 'flag':
        return pickRadio(scope, label, value === true ? '是' : '否')
      case 'choice':
        return this.#choice(scope, label, content.of[String(value)] ?? String(value))
      case 'organization':
        return choose(this.#page, scope, label, await this.#names.organization(String(value)), true)
      case 'reference':
        return choose(this.#page, scope, label, await this.#named(content.to, String(value)), true)
      case 'references':
        return chooseMany(this.#page, scope, label, await Promise.all((value as Json[]).map((one) => this.#named(content.to, String(one))))) // the contents' own shape
      case 'file':
        return this.#file(scope, label, value)
      case 'figure':
        return this.#figure(scope, label, value)
      case 'text-hash':
        return this.#textHash(scope, label, value, textHash)
    }
  }

  async #named(register: string, key: string): Promise<string> {
    const name = await this.#names.record(register, key)
    if (name === null) throw new NotOnScreen(`the register ${register} offers no ${key}`)
    return name
  }

  async #choice(scope: Locator, label: string, option: string): Promise<void> {
    if ((await scope.getByRole('radiogroup', { name: label, exact: true }).count()) > 0) return pickRadio(scope, label, option)
    return choose(this.#page, scope, label, option, false)
  }

  /** A section by its heading; an optional one is unfolded first. Items of inner sections are named with the section. */
  async #group(scope: Locator, content: GroupContent, value: Json, textHash: string | null, depth = 1): Promise<void> {
    const legend = `${content.no ?? ''}${content.title}`
    const section = scope.getByRole('group', { name: new RegExp(`^${escaped(legend)}(（选填）)?$`) }).first()
    const unfold = section.getByRole('button', { name: `填写${content.title}`, exact: true })
    if ((await unfold.count()) > 0) await unfold.first().click()
    for (const [key, one] of Object.entries(isObject(value) ? value : {})) {
      const item = content.items[key]
      if (item === undefined) throw new NotOnScreen(`“${content.title}” has no item “${key}”`)
      if (item.type === 'group') await this.#group(section, item, one, textHash, depth + 1)
      else await this.#content(section, item, depth > 1 ? `${content.title} ${item.title}` : item.title, one, textHash)
    }
  }

  async #table(scope: Locator, content: TableContent, value: Json): Promise<void> {
    const rows = (Array.isArray(value) ? value : []).filter(isObject)
    const table = scope.getByRole('group', { name: new RegExp(`^${escaped(`${content.no ?? ''}${content.title}`)}(（选填）)?$`) }).first()
    const remove = table.getByRole('button', { name: new RegExp(`^删除 ${escaped(content.title)} 第\\d+行$`) })
    const standing = await remove.count()
    const isPasted = rows.length >= PASTED_FROM && Object.values(content.columns).every(({ type }) => !NOT_PASTED.has(type))
    if (isPasted && standing !== rows.length) {
      for (let left = standing; left > 0; left -= 1) await remove.last().click()
      return this.#paste(table, content, rows)
    }
    for (let left = standing; left > rows.length; left -= 1) await remove.last().click()
    for (let at = standing; at < rows.length; at += 1) await table.getByRole('button', { name: `添加一行 ${content.title}`, exact: true }).click()
    for (const [at, row] of rows.entries()) await this.#row(table, content, at, row)
  }

  async #row(table: Locator, content: TableContent, at: number, row: JsonObject): Promise<void> {
    for (const [key, one] of Object.entries(row)) {
      const column = content.columns[key]
      if (column === undefined) throw new NotOnScreen(`“${content.title}” has no column “${key}”`)
      await this.#content(table, column, `${content.title} 第${at + 1}行 ${column.title}`, one, null)
    }
  }

  /** Rows copied from a spreadsheet, with the form's own column titles in the first line. */
  async #paste(table: Locator, content: TableContent, rows: JsonObject[]): Promise<void> {
    const keys = Object.keys(content.columns).filter((key) => rows.some((row) => row[key] !== undefined))
    const head = keys.map((key) => content.columns[key]?.title ?? key)
    const lines = await Promise.all(rows.map((row) => Promise.all(keys.map((key) => this.#cell(content.columns[key], row[key])))))
    await table.getByRole('button', { name: `从 Excel 粘贴 ${content.title}`, exact: true }).click()
    const dialog = this.#page.getByRole('dialog', { name: `从 Excel 粘贴：${content.title}` })
    await dialog.getByLabel('粘贴内容').fill([head, ...lines].map((cells) => cells.join('\t')).join('\n'))
    await dialog.getByRole('button', { name: `加入 ${rows.length} 行` }).click()
    await dialog.waitFor({ state: 'hidden' })
  }

  async #cell(column: Content | undefined, value: Json | undefined): Promise<string> {
    if (column === undefined || value === undefined || value === null) return ''
    if (column.type === 'choice') return column.of[String(value)] ?? String(value)
    if (column.type === 'flag') return value === true ? '是' : '否'
    if (column.type === 'organization') return this.#names.organization(String(value))
    if (column.type === 'reference') return this.#named(column.to, String(value))
    return Array.isArray(value) ? value.map(String).join('、') : String(value)
  }

  async #file(scope: Locator, label: string, value: Json): Promise<void> {
    const name = isObject(value) ? `${String(value['attach'])}.pdf` : ''
    const input = scope.locator('input[type="file"]').and(scope.getByLabel(label, { exact: true })).first()
    const field = input.locator('xpath=ancestor::div[contains(@class,"field")][1]')
    const link = field.getByRole('link', { name, exact: true })
    if ((await link.count()) > 0) return
    await input.setInputFiles({ name, mimeType: 'application/pdf', buffer: Buffer.from(document(name.replace(/\.pdf$/, ''))) })
    await link.waitFor()
  }

  async #figure(scope: Locator, label: string, value: Json): Promise<void> {
    const parts: Record<string, string> = { value: label, source: `${label} 数据来源`, method: `${label} 测算方法`, year: `${label} 年份` }
    for (const [key, part] of Object.entries(isObject(value) ? value : {})) {
      await typeText(scope.getByLabel(parts[key] ?? key, { exact: true }).first(), String(part), 'Tab')
    }
  }

  /** The screen takes over the hash of the present text with one click and knows no other. */
  async #textHash(scope: Locator, label: string, value: Json, present: string | null): Promise<void> {
    if (value !== present) throw new NotOnScreen('the screen only offers the hash of the present text')
    const take = scope.getByRole('button', { name: `${label} 以现文本为准`, exact: true })
    await take.click()
    await take.locator('xpath=..').getByText('已对应现文本').waitFor()
  }
}
