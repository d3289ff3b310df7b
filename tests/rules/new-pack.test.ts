import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { rulesCommand } from '#apps/cli/rules.ts'
import { parseProvisions } from '#core/pack/provision-text.ts'
import { scaffoldPack } from '#core/pack/scaffold.ts'
import { textDoubts } from '#core/pack/text-doubts.ts'
import { PackCopy } from '#tests/packs/pack-copy.ts'

const bad = (name: string) => readFileSync(`tests/rules/bad-texts/${name}.txt`, 'utf8')
const doubts = (name: string) => textDoubts(bad(name)).map(({ line, column, code }) => `${line}:${column} ${code}`)
const scaffolded = (name: string) => scaffoldPack(bad(name), { pack: 'some-city', prefix: 'sc00', parents: [], known: [{ atom: 'na25-14.1.2', says: '运营期限，原则上最长不超过5年' }] })

describe('doubtful places are named by line and column', () => {
  test('pinyin among the signs', () => {
    expect(doubts('pinyin')).toEqual(['3:12 pinyin-noise', '4:23 latin-letters', '4:30 broken-paragraph'])
  })

  test('traditional characters, each one', () => {
    expect(doubts('traditional')).toEqual(['3:10 rare-character', '3:11 rare-character', '4:5 rare-character', '4:9 rare-character'])
  })

  test('lost characters, replacement signs, remains of a page’s markup, a bracket that never closes', () => {
    expect(doubts('lost')).toEqual(['3:11 lost-character', '4:12 lost-character', '5:11 lost-character', '6:11 lost-character', '7:11 sign-unpaired'])
  })

  test('paragraphs broken in a sentence, articles that are missing, inside a line, twice, out of order or without a number', () => {
    expect(doubts('broken')).toEqual([
      '3:23 broken-paragraph', '5:14 article-inside-line', '6:1 article-missing', '8:1 item-missing', '9:1 article-twice',
      '10:1 article-out-of-order', '10:17 broken-paragraph', '11:1 broken-paragraph', '12:1 number-unreadable', '12:4 blank-inside',
    ])
  })

  test('a sound text has none, spaces in the heading of a chapter included', () => {
    expect(doubts('good')).toEqual([])
  })
})

describe('a scaffold', () => {
  test.each(['pinyin', 'traditional', 'lost', 'broken', 'good'])('keeps every sign of the text (%s) and invents none', (name) => {
    const signs = (text: string) => text.replace(/^#+ /gm, '').replaceAll(/[\s【】]/g, '')
    expect(signs(scaffolded(name).files.get('text.md') ?? '')).toBe(signs(bad(name)))
  })

  test('recognises chapters, articles with headings, paragraphs, items and items below them', () => {
    const text = scaffolded('good').files.get('text.md') ?? ''
    expect(text).toContain('### 第一条 目的\n\n为规范公共数据授权运营，制定本办法。')
    expect(parseProvisions('sc00', text).map((one) => one.id)).toEqual(['sc00-1', 'sc00-1.1', 'sc00-2', 'sc00-2.1', 'sc00-2.1.1', 'sc00-2.1.2', 'sc00-3', 'sc00-3.1', 'sc00-4', 'sc00-4.1', 'sc00-4.1.1', 'sc00-4.1.2', 'sc00-4.1.3', 'sc00-4.1.3.1', 'sc00-4.1.3.2', 'sc00-5', 'sc00-5.1'])
  })

  test('suggests offices, figures, terms and contents behind “#”, each with its sentence; dates and the year before are no figures', () => {
    const { files, articles, items } = scaffolded('good')
    expect([articles, items]).toEqual([5, 5])
    const figures = files.get('figures.yaml') ?? ''
    expect(figures.match(/value: \d+/g)).toEqual(['value: 5', 'value: 10', 'value: 5', 'value: 3'])
    expect(figures).toContain("says: '实施机构应当在5个工作日内完成审查。'")
    expect(files.get('offices.yaml')).toMatch(/# implementing-agency: # 出现1次\n# {3}title: 实施机构/)
    expect(files.get('terms.yaml')).toContain('title: 运营机构')
    expect(files.get('contents/suggested.yaml')).toContain("title: '运营期限，原则上最长不超过5年', atom: na25-14.1.2")
    for (const [path, text] of files) {
      if (!path.endsWith('.yaml') || path === 'pack.yaml') continue
      expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')), path).toEqual([])
      expect(text).toMatch(/^# yaml-language-server: \$schema=(\.\.\/)+docs\/schema\//)
    }
    expect(files.get('pack.yaml')).toContain('in_force: # 待填')
  })
})

describe('rules new', () => {
  const root = mkdtempSync(join(tmpdir(), 'rules-new-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const run = async (...args: string[]) => {
    const lines: string[] = []
    const code = await rulesCommand(['new', ...args], (line) => lines.push(line))
    return { code, said: lines.join('\n') }
  }

  test('writes the draft once, prints each doubt with file, line and column, and leaves a folder with files alone', async () => {
    const folder = join(root, 'some-city')
    const first = await run('tests/rules/bad-texts/lost.txt', folder, '--prefix', 'sc00')
    expect(first.code).toBe(0)
    expect(first.said).toContain('tests/rules/bad-texts/lost.txt:4:12 第4行第12字：字符丢失或者被替换')
    expect(readdirSync(folder).toSorted()).toEqual(['contents', 'doubtful-places.txt', 'figures.yaml', 'offices.yaml', 'pack.yaml', 'terms.yaml', 'text.md'])
    const again = await run('tests/rules/bad-texts/good.txt', folder, '--prefix', 'sc00')
    expect([again.code, again.said]).toEqual([1, expect.stringContaining('没有改动')])
    expect(readFileSync(join(folder, 'text.md'), 'utf8')).toContain('□')
  })

  test('pack-check refuses the draft until a person has filled it in', async () => {
    const copy = new PackCopy()
    try {
      mkdirSync(join(copy.root, 'other-city'))
      await run('tests/rules/bad-texts/good.txt', join(copy.root, 'other-city'), '--prefix', 'oc00')
      expect((await copy.findings()).filter((one) => one.file.startsWith('other-city/')).map((one) => one.code)).toContain('rule-must-fit-the-format')
    } finally {
      copy.remove()
    }
  })

  test('asks for what it needs: a file, a usable name, UTF-8, a prefix of two letters and two digits', async () => {
    expect((await run()).code).toBe(2)
    expect((await run('tests/rules/bad-texts/good.txt', join(root, 'x'), '--prefix', 'Q')).code).toBe(2)
    expect(await run('tests/rules/bad-texts/none.txt', join(root, 'x'))).toMatchObject({ code: 1, said: expect.stringContaining('没有文件') })
    expect(await run('tests/rules/bad-texts/good.txt', join(root, 'Some City'))).toMatchObject({ code: 1, said: expect.stringContaining('小写英文') })
    expect(await run('tests/rules/new-pack.test.ts', join(root, 'y'))).toMatchObject({ code: 1, said: expect.stringContaining('没有认出任何一条') })
    const gbk = join(root, 'gbk.txt')
    writeFileSync(gbk, Uint8Array.of(0xb5, 0xda, 0xd2, 0xbb, 0xcc, 0xf5))
    expect(await run(gbk, join(root, 'y'))).toMatchObject({ code: 1, said: expect.stringContaining('UTF-8') })
    expect(existsSync(join(root, 'y'))).toBe(false)
  })
})
