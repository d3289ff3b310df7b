import { loadPacks } from '#adapters/packs/check-packs.ts'
import { compilePack } from '#core/pack/compiled-pack.ts'
import { renderMarkdown } from '#core/pack/render-markdown.ts'

/** As for the other commands: the command line itself was wrong. */
const WRONG_USE = 2

/** `rules show <pack>` prints the pack as one Chinese Markdown page; returns the exit code. @throws PackRefused where the packs have errors. */
export async function rulesCommand(args: readonly string[], print: (line: string) => void, root = 'packs'): Promise<number> {
  const [what, id] = args
  const packs = await loadPacks(root)
  const known = `现有规则包：${[...packs.keys()].join('、')}。`
  if (what !== 'show' || id === undefined) {
    print(`用法：rules show <规则包>。${known}`)
    return WRONG_USE
  }
  if (!packs.has(id)) {
    print(`没有名为 ${id} 的规则包。${known}`)
    return 1
  }
  print(renderMarkdown(compilePack(id, new Map([...packs].map(([name, pack]) => [name, pack.source])))))
  return 0
}
