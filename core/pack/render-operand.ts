import type { Content } from './content-format.ts'
import type { CompiledPack } from './compiled-pack.ts'
import { insideContent } from './content-path.ts'
import type { Comparison, Condition, Operand, Procedure } from './procedure-format.ts'
import { officeText } from './render-text.ts'

const COMPARISONS: Record<Comparison, string> = {
  equal: '为', 'not-equal': '不为', 'at-most': '不大于', 'at-least': '不小于', 'less-than': '小于', 'more-than': '大于', 'one-of': '属于',
  'subset-of': '都在其中：', 'not-subset-of': '不都在其中：', 'disjoint-from': '均不在其中：', includes: '包括', present: '已有', absent: '没有',
}

const WORDS: Record<string, string> = {
  'act.date': '办理之日', 'act.organization': '办理单位', 'act.person': '办理人', 'case.opened': '发起之日', 'case.id': '本事项', 'case.opener': '发起单位', 'task.opened': '本环节开始之日',
}

/** What an operand names, in the pack's own Chinese titles; the path itself where the pack has no words for it. */
export function operandText(pack: CompiledPack, procedure: Procedure | null, operand: Operand): string {
  if (operand === true) return '是'
  if (operand === false) return '否'
  if (typeof operand === 'object') return Array.isArray(operand.value) ? operand.value.join('、') : operand.value === true ? '是' : operand.value === false ? '否' : String(operand.value)
  if (typeof operand === 'number') return String(operand)
  return WORDS[operand] ?? pathText(pack, procedure, operand) ?? `\`${operand}\``
}

/** A condition as a clause: “一项”为“是”. Options of a choice are read by their titles. */
export function conditionText(pack: CompiledPack, procedure: Procedure | null, when: Condition): string {
  const left = operandText(pack, procedure, when.left)
  if (when.right === undefined) return `${COMPARISONS[when.is]}${left}`
  return `${left}${COMPARISONS[when.is]}${optionText(pack, when.left, when.right) ?? operandText(pack, procedure, when.right)}`
}

/** What a collection is made of: 按“数据需求申请／所需数据”逐项. */
export function collectionText(pack: CompiledPack, procedure: Procedure, id: string): string {
  const collection = procedure.collections[id]
  if (!collection) return id
  const rows = operandText(pack, procedure, collection.rows_of)
  return `按${rows}${collection.group_by === undefined ? '' : '分组'}逐个`
}

function pathText(pack: CompiledPack, procedure: Procedure | null, operand: string): string | null {
  const [root = '', first = '', ...rest] = operand.split('.')
  switch (root) {
    case 'content':
      return contentText(pack, [first, ...rest])
    case 'hash':
      return `“${pack.contents[first]?.title ?? first}”的文本`
    case 'figure':
      return pack.figures[first]?.title ?? null
    case 'party':
      return officeText(pack, first)
    case 'link':
      return linkText(pack, procedure, first, rest)
    case 'seats':
      return '各审核席位的意见'
    case 'step':
      return rest[0] === 'date' ? `“${procedure?.steps[first]?.title ?? first}”办结之日` : null
    default:
      return null
  }
}

function linkText(pack: CompiledPack, procedure: Procedure | null, name: string, rest: string[]): string | null {
  const link = procedure?.links[name]
  if (!link) return null
  const [field = '', ...path] = rest
  if (field === 'id') return `所关联的${link.title}`
  if (field === 'status') return `${link.title}的状态`
  const inside = field === 'content' ? contentText(pack, path) : null
  return inside === null ? null : `${link.title}的${inside}`
}

function contentText(pack: CompiledPack, [key = '', ...path]: string[]): string | null {
  let content: Content | undefined = pack.contents[key.replace(/\[\]$/, '')]
  if (!content) return null
  const titles = [content.title]
  const parts = [...(key.endsWith('[]') ? ['[]'] : []), ...path]
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const found = insideContent(content, parts.slice(0, depth))
    const title: string | undefined = 'content' in found ? found.content?.title : undefined
    if (title !== undefined && title !== titles.at(-1)) titles.push(title)
  }
  return `“${titles.join('／')}”`
}

function optionText(pack: CompiledPack, left: Operand, right: Operand): string | null {
  if (typeof left !== 'string' || typeof right !== 'object' || !left.startsWith('content.')) return null
  const [key = '', ...path] = left.slice('content.'.length).split('.')
  const content = pack.contents[key.replace(/\[\]$/, '')]
  const found = content === undefined ? null : insideContent(content, [...(key.endsWith('[]') ? ['[]'] : []), ...path])
  if (found === null || !('content' in found) || found.content?.type !== 'choice') return null
  const { of } = found.content
  return (Array.isArray(right.value) ? right.value : [String(right.value)]).map((one) => `“${of[one] ?? one}”`).join('、')
}
