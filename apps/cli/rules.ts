import { loadPacks } from '#adapters/packs/check-packs.ts'
import type { ReadPack } from '#adapters/packs/read-pack.ts'
import { compilePack } from '#core/pack/compiled-pack.ts'
import type { CompiledPack } from '#core/pack/compiled-pack.ts'
import { diffPacks } from '#core/pack/render-diff.ts'
import { renderMarkdown } from '#core/pack/render-markdown.ts'
import { renderWorstCase } from '#core/pack/render-worst-case.ts'
import { newPackCommand } from './rules-new.ts'
import { simulateCommand } from './rules-simulate.ts'

/** As for the other commands: the command line itself was wrong. */
const WRONG_USE = 2

const USE = `用法：
  rules show <规则包>                   打印规则包
  rules diff <规则包> <规则包>          按条文、按规则对照两个规则包；有须记录的差异时退出码为 1
  rules worst-case [规则包…]            从提出需求到取得数据的最长路径，按工作日计算
  rules simulate <存证包> <规则包>      把已办事项按另一规则包重办，列出会逾期、缺少、不予通过的
  rules new <文本文件> <文件夹>         由规定的文本生成规则包的初稿`

type Print = (line: string) => void

/** The `rules …` commands; returns the exit code. @throws PackRefused where the packs have errors. */
export async function rulesCommand(args: readonly string[], print: Print, root = 'packs'): Promise<number> {
  const [what, ...rest] = args
  if (what === 'new') return newPackCommand(rest, print)
  const wanted = NUMBER_OF_PACKS[what ?? '']
  if (wanted === undefined || rest.length < wanted.least || rest.length > wanted.most) {
    print(USE)
    return WRONG_USE
  }
  const packs = await loadPacks(root)
  const unknown = (what === 'simulate' ? rest.slice(1) : rest).filter((id) => !packs.has(id))
  if (unknown.length > 0) {
    print(`没有名为 ${unknown.join('、')} 的规则包。现有规则包：${[...packs.keys()].join('、')}。`)
    return 1
  }
  return wanted.run(rest, print, packs, root)
}

type Run = (args: readonly string[], print: Print, packs: ReadonlyMap<string, ReadPack>, root: string) => number | Promise<number>

const NUMBER_OF_PACKS: Record<string, { least: number; most: number; run: Run }> = {
  show: { least: 1, most: 1, run: show },
  diff: { least: 2, most: 2, run: diff },
  'worst-case': { least: 0, most: Number.MAX_SAFE_INTEGER, run: worstCase },
  simulate: { least: 2, most: 2, run: ([file = '', id = ''], print, packs, root) => simulateCommand(file, compiledOf(packs, id), print, root) },
}

function show([id = '']: readonly string[], print: Print, packs: ReadonlyMap<string, ReadPack>): number {
  print(renderMarkdown(compiledOf(packs, id)))
  return 0
}

function diff(ids: readonly string[], print: Print, packs: ReadonlyMap<string, ReadPack>): number {
  const [here, there] = ids.map((id) => ({ compiled: compiledOf(packs, id), source: packs.get(id)?.source }))
  if (!here?.source || !there?.source) throw new Error('a pack that was found has no source')
  const { lines, open } = diffPacks({ ...here, source: here.source }, { ...there, source: there.source })
  for (const line of lines) print(line)
  return open === 0 ? 0 : 1
}

function worstCase(ids: readonly string[], print: Print, packs: ReadonlyMap<string, ReadPack>): number {
  const all = ids.length > 0 ? ids : [...packs.keys()]
  for (const id of all) for (const line of renderWorstCase(compiledOf(packs, id))) print(line)
  return 0
}

function compiledOf(packs: ReadonlyMap<string, ReadPack>, id: string): CompiledPack {
  return compilePack(id, new Map([...packs].map(([name, pack]) => [name, pack.source])))
}
