import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPacks } from '#adapters/packs/read-pack.ts'
import { rulesCommand } from '#apps/cli/rules.ts'
import { compareLists, compareTexts, requirementsOf } from '#core/pack/compare-texts.ts'
import { compareRules } from '#core/pack/compare-rules.ts'
import { compilePack } from '#core/pack/compiled-pack.ts'
import { listFindings } from '#core/pack/list-findings.ts'
import { parseProvisions } from '#core/pack/provision-text.ts'
import { diffPacks } from '#core/pack/render-diff.ts'
import { coverage, likeness } from '#core/pack/text-likeness.ts'
import { PackCopy } from '#tests/packs/pack-copy.ts'

const packs = readPacks('packs')
const sources = new Map([...packs].map(([id, pack]) => [id, pack.source]))
const NATIONAL = 'national-authorization-2025'
const sourceOf = (id: string) => {
  const source = sources.get(id)
  if (!source) throw new Error(`no pack ${id}`)
  return source
}
const provisions = (id: string) => parseProvisions(sourceOf(id).manifest.prefix, sourceOf(id).text)
const compared = (id: string) => ({ compiled: compilePack(id, sources), source: sourceOf(id) })

describe('sentences', () => {
  test('are alike by their pairs of signs, whatever their numbering and punctuation', () => {
    expect(likeness('（六）违约责任；', '6．违约责任。')).toBe(1)
    expect(likeness('违约责任', '争议解决方式')).toBe(0)
    expect(likeness('应当公开招标', '应当邀请招标')).toBeCloseTo(0.4)
    expect(coverage('运营期限', '（二）运营期限，原则上最长不超过5年；')).toBe(1)
    expect(coverage('', '违约责任')).toBe(0)
  })

  test('an item is taken apart into its requirements; what only lists examples stays with its requirement', () => {
    expect(requirementsOf('（六）授权运营情况信息披露要求，运营机构不得直接或间接参与再开发要求；')).toEqual(['授权运营情况信息披露要求', '运营机构不得直接或间接参与再开发要求'])
    expect(requirementsOf('（四）授权运营模式，包括整体授权、分领域授权或依场景授权等；')).toEqual(['授权运营模式，包括整体授权、分领域授权或依场景授权等'])
  })
})

describe('the lists of contents', () => {
  const missing = (id: string) => compareLists(provisions(NATIONAL), provisions(id)).flatMap((list) => list.missing.map((one) => [one.provision.id, one.says, list.there.id]))
  const REDEVELOPMENT = '运营机构不得直接或间接参与再开发要求'

  test('the draft of Sichuan has every requirement of the national lists but the second half of item 6', () => {
    expect(missing('sichuan-2025-draft')).toEqual([['na25-14.1.6', REDEVELOPMENT, 'sc25-16.1']])
  })

  test('Xi’an’s lack it too, and write 运营权限 for 运营期限', () => {
    expect(missing('xian-2025')).toEqual([
      ['na25-9.1.4', '授权运营模式，包括整体授权、分领域授权或依场景授权等', 'xa25-16.1'],
      ['na25-14.1.2', '运营期限', 'xa25-20.1'], ['na25-14.1.6', REDEVELOPMENT, 'xa25-20.1'],
    ])
  })

  test('the norm lacks nothing of itself, and texts without such lists have no findings', () => {
    expect(missing(NATIONAL)).toEqual([])
    for (const id of ['chengdu-2026', 'zhaoqing-2025', 'chengdu-2020']) expect(missing(id)).toEqual([])
  })

  test('the draft of Guangdong keeps the clause; its plan names the mode without its kinds, which the inherited list asks for', () => {
    expect(missing('guangdong-2025-draft')).toEqual([['na25-9.1.4', '授权运营模式，包括整体授权、分领域授权或依场景授权等', 'gd25-18.1']])
    const found = listFindings(compilePack(NATIONAL, sources), compilePack('guangdong-2025-draft', sources), { superior: provisions(NATIONAL), own: provisions('guangdong-2025-draft') })
    expect(found.map((one) => one.state)).toEqual(['answered'])
  })

  test.each(['sichuan-2025-draft', 'xian-2025'])('in %s the missing clause is recorded; without its record it is open, and the pack loads all the same', async (id) => {
    const found = (own: ReturnType<typeof compilePack>) => listFindings(compilePack(NATIONAL, sources), own, { superior: provisions(NATIONAL), own: provisions(id) })
    const states = (own: ReturnType<typeof compilePack>) => Object.fromEntries(found(own).map((one) => [one.atom, one.state]))
    expect(states(compilePack(id, sources))).toMatchObject({ 'na25-14.1.6/redevelopment': 'recorded' })
    expect(Object.values(states(compilePack(id, sources)))).not.toContain('open')
    expect(states({ ...compilePack(id, sources), deviations: [] })).toMatchObject({ 'na25-14.1.6/redevelopment': 'open' })
    const answeredByText = Object.entries(states(compilePack(id, sources))).filter(([, state]) => state === 'answered').map(([atom]) => atom)
    expect(answeredByText).toEqual(id === 'xian-2025' ? ['na25-9.1.4', 'na25-14.1.2'] : [])
  })
})

describe('two packs', () => {
  test('are set side by side article by article; what only one has is told', () => {
    const { pairs, onlyHere, onlyThere } = compareTexts(provisions(NATIONAL), provisions('chengdu-2026'))
    const pair = (id: string) => pairs.find((one) => one.here.id === id)
    expect(pair('na25-22')).toMatchObject({ there: { id: 'cd26-28' }, likeness: 1, onlyHere: [], onlyThere: [] })
    expect(pair('na25-12')?.there.id).toBe('cd26-13')
    expect(onlyHere.map((one) => one.id)).toContain('na25-14')
    expect(onlyThere.map((one) => one.id)).toContain('cd26-20')
    expect(pairs.length + onlyHere.length).toBe(provisions(NATIONAL).filter((one) => one.paragraph === null).length)
  })

  test('differ by figure, office, step, element and check; a pack does not differ from itself', () => {
    const [chengdu, xian] = [compilePack('chengdu-2026', sources), compilePack('xian-2025', sources)]
    expect(compareRules(chengdu, chengdu)).toEqual([])
    const rows = compareRules(chengdu, xian)
    const row = (section: string, id: string) => rows.find((one) => one.section === section && one.id === id)
    expect(row('figures', 'formal-review-days')).toMatchObject({ here: '不超过5个工作日【条文】', there: null })
    expect(row('offices', 'data-authority')).toMatchObject({ here: expect.stringContaining('市发展改革委'), there: expect.stringContaining('市数据局') })
    expect(row('steps', 'data-demand/formal-review')).toMatchObject({ there: null })
    expect(row('checks', 'data-demand/open/demand-must-stay-within-agreement')).toBeUndefined()
    expect(rows.some((one) => one.section === 'contents' && one.id.startsWith('operation-agreement#'))).toBe(true)
    expect(new Set(rows.map((one) => one.section))).toEqual(new Set(['offices', 'figures', 'steps', 'contents', 'checks', 'registers', 'duties']))
  })

  test('their page says what has to be recorded', () => {
    const { lines, open } = diffPacks(compared(NATIONAL), compared('xian-2025'))
    const page = lines.join('\n')
    expect(open).toBe(0)
    expect(page).toContain('【已记录差异】第十四条第一款第（六）项（na25-14.1.6）要求“运营机构不得直接或间接参与再开发要求”，第二十条第一款（xa25-20.1）的清单中没有。')
    for (const part of ['## 按条文', '## 按规则', '### 数值', '### 各方', '### 环节', '### 内容（按要素）', '### 核对']) expect(page).toContain(part)
  })
})

describe('rules diff', () => {
  let copy: PackCopy
  beforeAll(() => {
    copy = new PackCopy()
  })
  afterAll(() => copy.remove())
  const run = async (...args: string[]) => {
    const lines: string[] = []
    const code = await rulesCommand(args, (line) => lines.push(line), copy.root)
    return { code, said: lines.join('\n') }
  }

  test('fails where a deviation has to be recorded, and says which', async () => {
    expect((await run('diff', NATIONAL, 'sichuan-2025-draft')).code).toBe(0)
    copy.write('sichuan-2025-draft/deviations.yaml', '[]\n')
    const found = await run('diff', NATIONAL, 'sichuan-2025-draft')
    expect([found.code, found.said]).toEqual([1, expect.stringContaining('【须记录差异】第十四条第一款第（六）项（na25-14.1.6）')])
    expect(found.said).toContain('请在 deviations.yaml 中记录要素 na25-14.1.6/redevelopment 的差异及理由')
  })

  test('asks for two packs that are there', async () => {
    expect((await run('diff', NATIONAL)).code).toBe(2)
    expect(await run('diff', NATIONAL, 'atlantis-2026')).toMatchObject({ code: 1, said: expect.stringContaining('没有名为 atlantis-2026 的规则包') })
  })
})
