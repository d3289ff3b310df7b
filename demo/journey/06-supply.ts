import type { CaseHandle } from './case-view.ts'
import { ChapterContents } from './contents.ts'
import type { Person } from './person.ts'
import type { Story } from './story.ts'

type Registered = { rows: { key: string; record: { entry?: string; agreement?: string; version?: string; sha256?: string; rows?: number } }[] }

/** Chapter 6: supply into the encrypted vault, with a receipt for each; the first supply opens a registration (articles 18 and 20). */
export async function supplyChapter(story: Story, agreement: CaseHandle, demand: CaseHandle): Promise<void> {
  story.narrator.chapter('六、数据供给、入库和资源登记')
  const [wang, yang, clerk] = [await story.as('czb-wang'), await story.as('hbj-yang'), await story.operator('clerk')]
  const [air, enterprises] = [`supply@environment-bureau/${String(story.word('entry.air'))}`, `supply@market-bureau/${String(story.word('entry.enterprises'))}`]
  await story.pass(3)
  await clerk.refused('actor-must-hold-office', 'cd26-20.4', () => clerk.conclude(demand, air, 'send'))
  await checkZone(story)
  await wang.refused('security-officer-must-be-named', 'cd26-26.2', () => wang.conclude(demand, air, 'send'))
  await clerk.open('security-responsibility', { links: { agreement }, contents: new ChapterContents('06-supply').take('security-officer') })
  await wang.conclude(demand, air, 'send')
  await wang.conclude(demand, enterprises, 'send')
  await story.status(demand, 'concluded')
  const supplies = await suppliesOf(wang, agreement)
  for (const { key, record } of supplies) {
    const name = record.entry === story.word('entry.air') ? 'air' : 'enterprises'
    story.keep(`supply.${name}`, key)
    story.keep(`version.${name}`, record.version ?? '')
    story.narrator.note(`${key}：${record.entry}，${record.rows ?? 0}行，加密入库，版本 ${record.version}`)
  }
  await register(story, yang)
}

/** The zone passes its checks before data are supplied to it (article 19). */
async function checkZone(story: Story): Promise<void> {
  const liu = await story.as('zx-liu')
  const check = await liu.open('zone-check', { contents: new ChapterContents('06-supply').take('zone-check') })
  await liu.conclude(check, 'conclude', 'passed')
}

/** The supplies under an agreement, as their register has them. */
export async function suppliesOf(person: Person, agreement: CaseHandle): Promise<Registered['rows']> {
  const { rows } = await person.get<Registered>('/api/registers/supplies?limit=200')
  return rows.filter((row) => row.record.agreement === agreement.id)
}

/** The provider applies for the registration of its resource within twenty working days. */
async function register(story: Story, yang: Person): Promise<void> {
  const say = new ChapterContents('06-supply')
  const [registration] = await openCasesOf(yang, 'registration')
  if (registration === undefined) throw new Error('the first supply opened no registration')
  story.witness(registration, yang)
  await story.pass(2)
  await yang.conclude(registration, 'apply', 'submit', say.take('registration-materials', 'business-review', 'evidence-deposit'))
  await (await story.as('dj-ren')).conclude(registration, 'acceptance', 'accept')
}

/** The person's open cases of a procedure, newest first. */
export async function openCasesOf(person: Person, procedure: string): Promise<CaseHandle[]> {
  const { rows } = await person.get<{ rows: { id: string; number: string }[] }>(`/api/cases?procedure=${procedure}&over=false&limit=200`)
  return rows.map(({ id, number }) => ({ id, number, procedure }))
}
