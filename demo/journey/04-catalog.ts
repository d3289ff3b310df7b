import type { CaseHandle } from './case-view.ts'
import { ChapterContents } from './contents.ts'
import type { Contents } from './contents.ts'
import type { Person } from './person.ts'
import type { Story } from './story.ts'

/** Chapter 4: the providers' catalog entries with category, grade, update frequency and quality (articles 5 and 7). */
export async function catalogChapter(story: Story): Promise<void> {
  story.narrator.chapter('四、登载公共数据资源目录')
  const say = new ChapterContents('04-catalog')
  const [yang, he] = [await story.as('hbj-yang'), await story.as('sjj-he')]
  const entry = (name: string): Contents => ({ ...say.take({ 'catalog-entry': name }), ...say.take('risk-statement') })
  await yang.refused('core-data-must-not-be-authorized', 'cd26-5.1', () => yang.open('catalog-entry', { contents: entry('air-as-core-data') }))
  await he.refused('sensitive-field-must-be-protected', 'cd26-5.1', () => he.open('catalog-entry', { contents: entry('persons-unprotected') }))
  const entries: [Person, string][] = [[yang, 'catalog-entry-air'], [he, 'catalog-entry-enterprises'], [he, 'catalog-entry-persons']]
  const submitted: CaseHandle[] = []
  for (const [clerk, name] of entries) submitted.push(await clerk.open('catalog-entry', { contents: entry(name) }))
  await story.pass(3)
  const zhao = await story.as('czb-zhao')
  for (const one of submitted) await zhao.conclude(one, 'confirmation', 'confirm', say.take('catalog-opinion'))
}
