import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readPacks } from '#adapters/packs/read-pack.ts'
import type { Content } from '#core/pack/content-format.ts'
import { doubtLine, scaffoldPack } from '#core/pack/scaffold.ts'
import type { KnownAtom } from '#core/pack/scaffold-suggestions.ts'

const WRONG_USE = 2
const USE = '用法：rules new <文本文件> <文件夹> [--prefix 条款编号前缀，如 ah25] [--parents 上位规则包，以逗号分隔]'

/**
 * `rules new <text file> <folder>`: writes a first draft of a pack from the plain text of a regulation and prints each
 * doubtful place of the text. An existing folder with files in it is left alone.
 */
export async function newPackCommand(args: readonly string[], print: (line: string) => void, root = 'packs'): Promise<number> {
  const [file, folder] = args.filter((arg, index) => !arg.startsWith('--') && !(args[index - 1] ?? '').startsWith('--'))
  const prefix = option(args, '--prefix')
  if (file === undefined || folder === undefined || (prefix !== undefined && !/^[a-z]{2}\d{2}$/.test(prefix))) {
    print(USE)
    return WRONG_USE
  }
  const pack = basename(folder)
  const problem = !existsSync(file) ? `没有文件 ${file}。` : !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(pack) ? `文件夹名 ${pack} 即规则包编号，只能用小写英文、数字和连字符。` : existsSync(folder) && readdirSync(folder).length > 0 ? `${folder} 中已有文件，没有改动。请另选文件夹，或者先移走原有文件。` : null
  if (problem !== null) {
    print(problem)
    return 1
  }
  const parents = option(args, '--parents')?.split(',').filter((one) => one !== '') ?? []
  const text = decoded(readFileSync(file))
  if (text === null) {
    print(`${file} 不是 UTF-8 文本。请另存为 UTF-8 后再试；平台不猜测编码，以免字符错乱。`)
    return 1
  }
  const scaffold = scaffoldPack(text, { pack, prefix: prefix ?? 'xx00', parents, known: parents.length > 0 ? atomsOf(root, parents) : [] })
  if (scaffold.articles === 0) {
    print(`${file} 中没有认出任何一条（行首应为“第一条”），没有写入。请给出规定的纯文本。`)
    return 1
  }
  for (const [path, content] of scaffold.files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  print(`已写入 ${folder}：${scaffold.articles}条，${scaffold.items}项；各方、数值、用语、内容的建议都在行首“# ”之后，逐条核对后采用。`)
  if (prefix === undefined) print('没有给出条款编号前缀，暂用 xx00；请改为两个字母加两位年份，如 ah25。')
  print(scaffold.doubts.length === 0 ? '没有发现可疑之处。' : `有${scaffold.doubts.length}处可疑，请对照原文核对（也写入 doubtful-places.txt）：`)
  for (const doubt of scaffold.doubts) print(`${file}:${doubt.line}:${doubt.column} ${doubtLine(doubt)}`)
  return 0
}

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name)
  return at < 0 ? undefined : args[at + 1]
}

/** The bytes as UTF-8, or null where they are not. Signs that were already lost stay as they are. */
function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

function atomsOf(root: string, parents: readonly string[]): KnownAtom[] {
  const packs = readPacks(root)
  return parents.flatMap((id) => Object.values(packs.get(id)?.source.contents ?? {}).flatMap(atoms))
}

function atoms(content: Content): KnownAtom[] {
  const below = content.type === 'group' ? Object.values(content.items) : content.type === 'table' ? Object.values(content.columns) : []
  const says = content.basis !== undefined && 'says' in content.basis ? content.basis.says : content.title
  return [...(content.atom === undefined ? [] : [{ atom: content.atom, says }]), ...below.flatMap(atoms)]
}
