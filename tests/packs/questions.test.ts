import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { PackRefused } from '#adapters/packs/pack-finding.ts'
import { readPacks } from '#adapters/packs/read-pack.ts'
import type { ReadPack } from '#adapters/packs/read-pack.ts'
import { renderDiagram } from '#core/pack/render-diagram.ts'
import { renderMarkdown } from '#core/pack/render-markdown.ts'
import { generatedPages } from '#tools/pack-check/generated-pages.ts'
import { packOf } from '../support/case-law.ts'

/** A question as somebody in the city asks it, and the answer that the page alone must give, in one row. */
type Question = { asks: string; procedure: string; step: string; who: string; when: string; provision: string; sentence: string; kind?: string }

const QUESTIONS: Question[] = [
  { asks: '收到数据需求申请后，谁在几日内完成形式审查？', procedure: '数据需求申请与供给', step: '形式审查', who: '市大数据中心', when: '不超过5个工作日，自本环节开始之日起算', provision: '第二十条第二款（cd26-20.2）', sentence: '实施机构在收到数据需求申请后5个工作日内完成数据需求形式审查', kind: '【条文】' },
  { asks: '提供单位最迟何时审核完数据需求，从哪天起算？', procedure: '数据需求申请与供给', step: '数据需求审核', who: '公共数据提供单位', when: '不超过10个工作日，自本环节开始之日起算', provision: '第二十条第三款（cd26-20.3）', sentence: '10个工作日内对所需数据、使用方式和应用场景进行评估，并完成数据需求审核', kind: '【解读】' },
  { asks: '审核期限可以延长多久，报谁同意、告知谁？', procedure: '数据需求申请与供给', step: '数据需求审核', who: '公共数据提供单位', when: '报市城市运行和政务服务办同意，不超过10个工作日，告知市大数据中心', provision: '第二十条第三款（cd26-20.3）', sentence: '因特殊原因需要延长审核期限的，公共数据提供单位应当报市城市运行和政务服务办同意，并告知实施机构，延长的期限最长不超过10个工作日。' },
  { asks: '审核不通过的，提供单位必须告知什么？', procedure: '数据需求申请与供给', step: '数据需求审核', who: '公共数据提供单位', when: '不超过10个工作日', provision: '第二十条第五款（cd26-20.5）', sentence: '数据需求审核不通过的，公共数据提供单位应当告知不通过的理由' },
  { asks: '审核通过后，提供单位多少日内提供数据？', procedure: '数据需求申请与供给', step: '数据提供', who: '公共数据提供单位', when: '不超过20个工作日，自“数据需求审核”办结之日起算', provision: '第二十条第三款（cd26-20.3）', sentence: '审核通过后20个工作日内按照已确认的数据提供方式将相关数据提供至市一体化政务大数据平台' },
  { asks: '提供单位逾期没有提供数据，告知谁、谁来协调？', procedure: '数据需求申请与供给', step: '数据提供', who: '公共数据提供单位', when: '逾期：告知市城市运行和政务服务办、市发展改革委（市数据局），转“供给协调”', provision: '第七条第二款（cd26-7.2）', sentence: '负责会同市发展改革委（市数据局），组织协调全市公共数据资源供给工作' },
  { asks: '接收数据之后，谁多少日内完成供给？', procedure: '数据需求申请与供给', step: '数据供给', who: '市城市运行和政务服务办', when: '不超过10个工作日，自“市一体化政务大数据平台接收”办结之日起算', provision: '第二十条第四款（cd26-20.4）', sentence: '市城市运行和政务服务办应在接收到相关数据后10个工作日内依托市一体化政务大数据平台向市公共数据资源授权运营平台完成数据供给' },
  { asks: '已开放的数据由谁提供，期限是不是条文规定的？', procedure: '数据需求申请与供给', step: '已开放数据供给', who: '市城市运行和政务服务办', when: '不超过10个工作日，自发起之日起算', provision: '第二十条第六款（cd26-20.6）', sentence: '市公共数据开放平台已开放的公共数据资源，由市城市运行和政务服务办统一提供至运营机构使用。', kind: '【平台默认】' },
  { asks: '共享得来的数据没有同意，能不能通过形式审查？', procedure: '数据需求申请与供给', step: '形式审查', who: '市大数据中心', when: '不超过5个工作日', provision: '第五条第二款（cd26-5.2）', sentence: '以政务数据共享方式获得的其他地区或部门的公共数据，用于授权运营的，应征得共享数据提供单位同意。' },
  { asks: '谁提出数据需求申请，必须写明什么？', procedure: '数据需求申请与供给', step: '发起：提出数据需求申请', who: '运营机构', when: '', provision: '第二十条第一款（cd26-20.1）', sentence: '运营机构应当根据市场需求和应用场景，通过市一体化政务大数据平台发起数据需求申请，明确所需数据内容、使用方式和具体应用场景。' },
  { asks: '实施方案由谁报请市人民政府审议？', procedure: '公共数据资源授权运营实施方案', step: '报请市人民政府审议', who: '市发展改革委（市数据局）', when: '', provision: '第十二条第一款（cd26-12.1）', sentence: '市发展改革委（市数据局）应负责将实施方案报请市人民政府审议。' },
  { asks: '实施方案按什么机制审议？', procedure: '公共数据资源授权运营实施方案', step: '市人民政府审议', who: '市人民政府', when: '', provision: '第十二条第一款（cd26-12.1）', sentence: '公共数据资源授权运营实施方案应按照“三重一大”决策机制要求，审议通过后实施。' },
  { asks: '实施方案审议通过后，谁在几日内备案，从哪天起算？', procedure: '公共数据资源授权运营实施方案', step: '向省级数据管理部门备案', who: '市发展改革委（市数据局）', when: '不超过10个工作日，自“市人民政府审议记录／会议日期”起算', provision: '第十二条第二款（cd26-12.2）', sentence: '实施方案审议通过后10个工作日内，由市发展改革委（市数据局）向省级数据管理部门备案' },
  { asks: '协议签订之后，谁在几日内向谁备案？', procedure: '公共数据资源授权运营协议', step: '报市发展改革委（市数据局）备案', who: '市大数据中心', when: '不超过10个工作日', provision: '第十五条第二款（cd26-15.2）', sentence: '实施机构应在签订公共数据资源授权运营协议10个工作日内，报市发展改革委（市数据局）备案' },
  { asks: '协议由谁集体审议？', procedure: '公共数据资源授权运营协议', step: '实施机构集体审议', who: '市大数据中心', when: '', provision: '第十五条第一款（cd26-15.1）', sentence: '公共数据资源授权运营协议应经实施机构“三重一大”决策机制审议。' },
  { asks: '协议期限最长几年？', procedure: '公共数据资源授权运营协议', step: '拟订协议', who: '市大数据中心', when: '', provision: '第十四条第一款第（二）项（na25-14.1.2）', sentence: '运营期限，原则上最长不超过5年' },
  { asks: '授权运营情况由谁公开，公开的期限从哪里来？', procedure: '公共数据资源授权运营协议', step: '公开授权运营情况', who: '市大数据中心', when: '不超过5个工作日', provision: '第三十条第一款（cd26-30.1）', sentence: '实施机构应按规定公开授权运营情况，定期通过政府信息公开专栏向社会披露授权对象、内容、范围和时限等，接受社会监督。', kind: '【平台默认】' },
  { asks: '交付产品或者提供数据之后，谁在几日内申请首次登记？', procedure: '公共数据资源首次登记', step: '登记申请', who: '登记主体', when: '不超过20个工作日，自“提供数据资源或者交付产品和服务之日”起算', provision: '第九条第一款第（一）项（nr25-9.1.1）', sentence: '登记主体在开展授权运营活动并提供数据资源或交付数据产品和服务后，在20个工作日内提交首次登记申请。' },
  { asks: '登记机构几日内受理？', procedure: '公共数据资源首次登记', step: '登记受理', who: '登记机构', when: '不超过3个工作日，自本环节开始之日起算', provision: '第十条第一款（nr25-10.1）', sentence: '登记机构应当自收到申请日起，3个工作日内予以受理。' },
  { asks: '登记公示几日，期满由谁转入下一环节？', procedure: '公共数据资源首次登记', step: '公示期', who: '平台', when: '恰为10个工作日，自“发布公示”办结之日起算', provision: '第十二条第一款（nr25-12.1）', sentence: '公示期为10个工作日。' },
]

const page = renderMarkdown(packOf('chengdu-2026'))

describe('二十个问题，只看一页就能答', () => {
  test.each(QUESTIONS)('$asks', ({ procedure, step, who, when, provision, sentence, kind = '【条文】' }) => {
    const row = rowOf(page, procedure, step)
    expect(row.who).toContain(who)
    expect(row.whole).toContain(when)
    expect(row.whole).toContain(provision)
    expect(row.whole).toContain(sentence)
    expect(row.whole).toContain(kind)
  })

  test('there are twenty', () => {
    expect(QUESTIONS).toHaveLength(20)
  })
})

test('a platform default is marked as such wherever it stands', () => {
  const pack = packOf('chengdu-2026')
  for (const figure of Object.values(pack.figures)) {
    if (!('platform-default' in figure.basis)) continue
    expect(page).toContain(`【平台默认】${figure.basis['platform-default']}`)
    expect(page).not.toContain(`【条文】${figure.basis['platform-default']}`)
  }
})

test('every step and outcome of a procedure stands in its diagram', () => {
  for (const procedure of Object.values(packOf('chengdu-2026').procedures)) {
    const diagram = renderDiagram(procedure)
    expect(diagram.startsWith('stateDiagram-v2')).toBe(true)
    for (const [id, step] of Object.entries(procedure.steps)) {
      expect(diagram).toContain(`as s_${id.replaceAll('-', '_')}`)
      expect(diagram.match(new RegExp(`^  s_${id.replaceAll('-', '_')} --> `, 'gm')) ?? []).not.toHaveLength(0)
      expect(step.title.length).toBeGreaterThan(0)
    }
  }
})

test('the generated pages are current; otherwise run `npm run pack-check -- --write`', async () => {
  for (const [path, text] of generatedPages(await packsNow())) expect(readFileSync(path, 'utf8') === text, `${path} is not current: run npm run pack-check -- --write`).toBe(true)
})

/** The row of a step in the table of its procedure; a second row of this name would leave the question open. */
function rowOf(markdown: string, procedure: string, step: string): { whole: string; who: string } {
  const section = markdown.split(/^### /m).find((part) => part.startsWith(`${procedure}\n`)) ?? ''
  const rows = section.split('\n').filter((line) => (line.split(' | ')[1] ?? '').split('<br>')[0] === step)
  expect(rows, `${procedure}／${step}`).toHaveLength(1)
  const whole = rows[0] ?? ''
  return { whole, who: whole.split(' | ')[2] ?? '' }
}

const ATTEMPTS = 4
const BETWEEN_MS = 2000

/** The packs as they lie; a file that is being written is read again. */
async function packsNow(): Promise<Map<string, ReadPack>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return readPacks('packs')
    } catch (error) {
      if (!(error instanceof PackRefused) || attempt === ATTEMPTS) throw error
      await wait(BETWEEN_MS)
    }
  }
}
