import type { Content } from './content-format.ts'
import { choices } from './check-finding.ts'
import type { CompiledPack } from './compiled-pack.ts'
import { heldInCase } from './check-offices.ts'
import { insideContent } from './content-path.ts'
import type { FactRequest, Operand, Procedure } from './procedure-format.ts'

/** What an operand may name at one place of a procedure. */
export type View = {
  pack: CompiledPack
  procedure: Procedure
  /** Contents that can stand in the case by then, or are given with the act. */
  contents: ReadonlySet<string>
  /** Facts asked for by then. */
  facts: Readonly<Record<string, FactRequest>>
  /** Steps that can have concluded by then. */
  steps: ReadonlySet<string>
  /** The branches in which the place can be: the collections on the way to it. */
  branches: readonly (readonly string[])[]
  /** Columns of the row at hand; `unknown` where rows come from a fact; null where there is no row. */
  row: Readonly<Record<string, Content>> | 'unknown' | null
}

/** What an operand names: its content type where the pack declares one, or why it names nothing. */
export type Named = { content?: Content | undefined; fault?: { code: string; message: string; cure: string } }

const ACT = ['date', 'recorded', 'person', 'organization']
const CASE = ['id', 'number', 'opened', 'status', 'opener']
const TASK = ['opened', 'due', 'id']
const CONCLUSION = ['task', 'step', 'branch', 'outcome', 'person', 'organization', 'office', 'date', 'recorded', 'overdue_days', 'voided']
const OF_RECORD = ['version', 'from', 'ended', 'id', 'overlap'] // beside a record's own fields

type Reader = (path: string[], view: View, operand: string) => Named

const READERS: Record<string, Reader> = {
  content: (path, view) => contentNamed(path, view),
  hash: ([key = ''], view) => visible(key, view),
  figure: ([id = ''], view) => (id in view.pack.figures ? {} : unknown('figure-must-be-declared', '数值', id, Object.keys(view.pack.figures))),
  fact: (path, view) => factNamed(path, view, view.facts),
  party: ([role = ''], view) => (heldInCase(view.pack, view.procedure, role) ? {} : no('party-must-be-known', `事项中没有确定 ${role} 是哪个单位。`, '请在 parties 或者 links 的 same_party 中确定。')),
  link: (path, view) => linkNamed(path, view),
  branch: (path, view) => branchNamed(path, view),
  step: ([step = '', field = '', ...rest], view) => (field === 'content' ? contentOfStepNamed(step, rest, view) : stepNamed(step, field, view)),
  seats: ([group = ''], view) => seatsNamed(group, view),
  act: ([field = ''], _view, operand) => fieldNamed(operand, field, ACT),
  case: ([field = ''], _view, operand) => fieldNamed(operand, field, CASE),
  task: ([field = ''], _view, operand) => fieldNamed(operand, field, TASK),
  row: (path, view) => rowNamed(path, view),
}

/** Names what an operand stands for at this place, or the fault. Literals stand for themselves. */
export function named(operand: Operand | undefined, view: View): Named {
  if (typeof operand !== 'string') return {}
  const [root = '', ...path] = operand.split('.')
  const reader = READERS[root]
  if (!reader || path.length === 0) {
    return no('operand-must-begin-with-a-known-root', `“${operand}”不是可以引用的值。`, `引用以 ${choices(Object.keys(READERS))} 之一开头；文字请写成 { value: … }。`)
  }
  const nested = operand.split('.').flatMap((part) => (part.startsWith('@') ? [part.slice(1).replace(/^[^:=]+=/, '').replaceAll(':', '.')] : []))
  for (const inner of nested) {
    const { fault } = named(inner, view)
    if (fault) return { fault }
  }
  return reader(path, view, operand)
}

function seatsNamed(group: string, { procedure }: View): Named {
  const groups = Object.values(procedure.steps).flatMap(({ seats }) => seats ?? [])
  return groups.includes(group) ? {} : unknown('seats-must-be-declared', '席位', group, groups)
}

function contentNamed([key = '', ...rest]: string[], view: View): Named {
  const plain = key.replace(/\[\]$/, '')
  const seen = visible(plain, view)
  return seen.content === undefined ? seen : inside(seen.content, key.endsWith('[]') ? ['[]', ...rest] : rest, plain)
}

function visible(key: string, view: View): Named {
  const content = view.pack.contents[key]
  if (!content) return unknown('content-must-be-declared', '内容', key, Object.keys(view.pack.contents))
  if (!view.contents.has(key)) {
    return no('content-must-be-given-by-then', `到此环节为止，没有任何环节收取“${content.title}”（${key}）。`, '请在本环节或者之前环节的 requires、optional 中写明；在分支内收取的，只在该分支内可用。')
  }
  return { content }
}

function inside(content: Content, path: string[], at: string): Named {
  const found = insideContent(content, path)
  if ('content' in found) return { content: found.content }
  return no('content-item-must-be-declared', `“${at}”中没有 ${found.missing} 这一项。`, `可用：${choices(found.known)}。`)
}

function factNamed([first = '', ...rest]: string[], view: View, facts: View['facts']): Named {
  const name = first.replace(/\[\]$/, '')
  const request = facts[name]
  if (!request) return no('fact-must-be-asked-for-by-then', `到此环节为止，没有取得名为 ${name} 的事实。`, '请在本结果或者之前环节的 facts 中写明。')
  const register = literal(request.with['register'])
  if (register === null || !request.fact.startsWith('register.')) return {}
  const fields = view.pack.registers[register]?.fields
  const path = request.fact === 'register.records' ? rest.slice(1) : rest.filter((part) => part !== '[]' && !part.startsWith('@'))
  const field = path[0]?.replace(/\[\]$/, '')
  if (fields === undefined || field === undefined || field in fields || OF_RECORD.includes(field)) return {}
  return unknown('register-field-must-be-declared', `名册 ${register} 的栏目`, field, Object.keys(fields))
}

function linkNamed([name = '', field = '', ...rest]: string[], view: View): Named {
  const link = view.procedure.links[name]
  if (!link) return unknown('link-must-be-declared', '关联事项', name, Object.keys(view.procedure.links))
  const procedure = view.pack.procedures[link.procedure]
  if (!procedure || ['id', 'status', 'procedure', 'number'].includes(field)) return {}
  const [first = '', ...more] = rest
  const all: View = { ...view, procedure, contents: contentsOf(procedure), facts: factsOf(procedure), steps: new Set(['open', ...Object.keys(procedure.steps)]), branches: [[]], row: null }
  switch (field) {
    case 'content':
      return contentNamed(rest, all)
    case 'hash':
      return visible(first, all)
    case 'party':
      return heldInCase(view.pack, procedure, first) ? {} : unknown('party-must-be-known', `${link.title}的当事单位`, first, [procedure.open.by, ...Object.keys(procedure.parties)])
    case 'link':
      return first in procedure.links ? {} : unknown('link-must-be-declared', `${link.title}的关联事项`, first, Object.keys(procedure.links))
    case 'fact':
      return factNamed(rest, all, all.facts)
    case 'step':
      return stepNamed(first, more[0] ?? '', all)
    default:
      return no('operand-must-begin-with-a-known-root', `关联事项没有 ${field} 这一项。`, '可用：id、status、procedure、number、content、hash、party、link、fact、step。')
  }
}

function branchNamed([collection = '', field, ...rest]: string[], view: View): Named {
  const rule = view.procedure.collections[collection]
  if (!rule) return unknown('collection-must-be-declared', '集合', collection, Object.keys(view.procedure.collections))
  if (view.branches.some((branch) => !branch.includes(collection))) {
    return no('branch-must-be-of-its-collection', `此处不一定在“${collection}”的分支之内。`, `请只在由 for_each: ${collection} 开启的分支内引用。`)
  }
  if (field === undefined || field === 'key') return {}
  const columns = columnsOf(rule.rows_of, view)
  if (columns === 'unknown') return {}
  const path = field === 'rows[]' || field === 'rows' ? rest : [field, ...rest]
  return path.length === 0 ? {} : rowNamed(path, { ...view, row: columns })
}

function stepNamed(step: string, field: string, view: View): Named {
  const steps = ['open', ...Object.keys(view.procedure.steps)]
  if (!steps.includes(step)) return unknown('step-must-be-declared', '环节', step, steps)
  if (!view.steps.has(step)) return no('step-must-come-before', `环节 ${step} 不会在此之前办结。`, '请引用在此之前的环节。')
  return fieldNamed(`step.${step}.${field}`, field, CONCLUSION)
}

function contentOfStepNamed(step: string, [key = '', ...rest]: string[], view: View): Named {
  const { fault } = stepNamed(step, 'outcome', view)
  if (fault) return { fault }
  const plain = key.replace(/\[\]$/, '')
  const given = Object.values(view.procedure.steps[step]?.outcomes ?? {}).flatMap((outcome) => [...outcome.requires, ...outcome.optional])
  if (!given.includes(plain)) return unknown('content-must-be-given-by-then', `环节 ${step} 收取的内容`, plain, [...new Set(given)])
  return contentNamed([key, ...rest], { ...view, contents: new Set(given) })
}

function rowNamed([head = '', ...rest]: string[], view: View): Named {
  if (view.row === null) return no('row-must-be-at-hand', '此处没有逐行办理的表格。', '请只在 each 或者集合的条件中引用 row。')
  if (view.row === 'unknown') return {}
  const column = view.row[head.replace(/\[\]$/, '')]
  if (!column) return unknown('content-item-must-be-declared', '表格的栏目', head, Object.keys(view.row))
  return inside(column, head.endsWith('[]') ? ['[]', ...rest] : rest, head)
}

/** The columns of the rows that an operand names; `unknown` where the pack does not declare them. */
export function columnsOf(rows: string, view: View): Readonly<Record<string, Content>> | 'unknown' {
  const { content } = named(rows, { ...view, contents: new Set(Object.keys(view.pack.contents)) })
  return content?.type === 'table' ? content.columns : 'unknown'
}

/** Every content that an act of the procedure may give on the trunk or in a branch. */
function contentsOf(procedure: Procedure): Set<string> {
  const outcomes = [procedure.open, ...Object.values(procedure.steps).flatMap((step) => Object.values(step.outcomes))]
  return new Set(outcomes.flatMap((outcome) => [...outcome.requires, ...outcome.optional]))
}

function factsOf(procedure: Procedure): Record<string, FactRequest> {
  const outcomes = [procedure.open, ...Object.values(procedure.steps).flatMap((step) => Object.values(step.outcomes))]
  return Object.assign({}, ...outcomes.map((outcome) => outcome.facts))
}

/** The text of a literal operand, or null. */
export function literal(operand: Operand | undefined): string | null {
  return typeof operand === 'object' && typeof operand.value === 'string' ? operand.value : null
}

function fieldNamed(operand: string, field: string, known: readonly string[]): Named {
  return known.includes(field) ? {} : no('operand-must-name-a-known-field', `“${operand}”没有这一项。`, `可用：${choices(known)}。`)
}

function unknown(code: string, what: string, id: string, known: readonly string[]): Named {
  return no(code, `没有名为 ${id} 的${what}。`, `可用：${choices(known)}。`)
}

function no(code: string, message: string, cure: string): Named {
  return { fault: { code, message, cure } }
}
