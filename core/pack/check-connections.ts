import type { Content } from './content-format.ts'
import type { CompiledPack } from './compiled-pack.ts'
import { choices, wrong } from './check-finding.ts'
import type { RuleFinding, RulePath } from './check-finding.ts'
import { policiesContradict } from './check-contradictions.ts'
import { heldInCase } from './check-offices.ts'
import { named } from './check-operand.ts'
import type { Procedure } from './procedure-format.ts'
import { dutiesOf } from '../procedure/duty-openings.ts'
import type { Duty } from './pack-format.ts'

/** What one rule names in another fits: linked procedures and statuses, duties, policies, references of contents. */
export function checkConnections(pack: CompiledPack): RuleFinding[] {
  return [...linkFaults(pack), ...dutyFaults(pack), ...policyFaults(pack), ...policiesContradict(pack.policies), ...referenceFaults(pack)]
}

function linkFaults(pack: CompiledPack): RuleFinding[] {
  return Object.entries(pack.procedures).flatMap(([id, procedure]) =>
    Object.entries(procedure.links).flatMap(([name, link]) => {
      const path = ['procedures', id, 'links', name]
      const linked = pack.procedures[link.procedure]
      if (!linked) return [wrong([...path, 'procedure'], 'procedure-must-be-declared', `没有名为 ${link.procedure} 的程序。`, `可用：${choices(Object.keys(pack.procedures))}。`)]
      const later = link.same_party.flatMap((role, index): RuleFinding[] => (knownAtOpening(pack, linked, role) ? [] : [{ ...wrong([...path, 'same_party', index], 'party-must-be-known-at-opening', `“${linked.title}”发起时还没有确定 ${role} 是哪个单位，无从要求两个事项的该单位相同。`, '请在该程序发起时确定该单位，或者改用核对比较办理中所填的单位。'), other: ['procedures', link.procedure, 'parties', role] }]))
      return [...later, ...link.status.flatMap((status, index) => (status in linked.statuses ? [] : [wrong([...path, 'status', index], 'status-must-be-declared', `“${linked.title}”没有名为 ${status} 的状态。`, `可用：${choices(Object.keys(linked.statuses))}。`)]))]
    }))
}

/** Whether a case knows the organisation of a role as soon as it is opened: what a later step determines does not stand among its parties. */
function knownAtOpening(pack: CompiledPack, procedure: Procedure, role: string): boolean {
  if (heldInCase(pack, { ...procedure, parties: {} }, role) || (procedure.open.also_by ?? []).includes(role)) return true
  const from = procedure.parties[role]?.from
  if (from === undefined) return false
  const contents = new Set([...procedure.open.requires, ...procedure.open.optional])
  return named(from, { pack, procedure, contents, facts: procedure.open.facts, steps: new Set(), branches: [[]], row: null }).fault === undefined
}

function dutyFaults(pack: CompiledPack): RuleFinding[] {
  return dutiesOf(pack).flatMap((duty) => {
    const path: RulePath = duty.duty in pack.duties ? ['duties', duty.duty] : ['manifest', 'at_expiry']
    const opened = pack.procedures[duty.opens]
    if (!opened) return [wrong([...path, 'opens'], 'procedure-must-be-declared', `没有名为 ${duty.opens} 的程序。`, `可用：${choices(Object.keys(pack.procedures))}。`)]
    const accepted = [...opened.open.requires, ...opened.open.optional]
    const given = ['period-from', 'period-to', ...Object.keys(duty.with ?? {}).flatMap((name) => (name.startsWith('content.') ? [name.slice('content.'.length).split('.')[0] ?? ''] : []))]
    return [
      ...(opened.open.by_platform ? [] : [wrong([...path, 'opens'], 'procedure-must-open-to-the-platform', `“${opened.title}”没有允许由平台发起，不能由日历开启。`, '请在该程序的 open 中写 by_platform: true。')]),
      ...given.filter((key) => !accepted.includes(key)).map((key) => wrong([...path, 'opens'], 'opening-must-accept-contents', `发起“${opened.title}”不收取 ${key}，不能由日历开启。`, '请在该程序 open 的 requires 或者 optional 中写明。')),
      ...opened.open.requires.filter((key) => !given.includes(key)).map((key) => wrong([...path, 'opens'], 'opening-must-get-its-contents', `发起“${opened.title}”必须有 ${key}，此处没有给出。`, `请在 with 中写明 content.${key}。`)),
      ...rowFaults(pack, duty, path),
    ]
  })
}

/** For whom a duty runs exists, and what it names of a row stands in that row. */
function rowFaults(pack: CompiledPack, duty: Duty, path: RulePath): RuleFinding[] {
  const { for_each: each, every } = duty
  const operands = [...Object.values(duty.with ?? {}), ...(every.unit === 'interval' ? [every.from] : every.unit === 'once' && every.from !== undefined ? [every.from] : every.unit === 'before' ? [every.date] : [])].filter((one) => typeof one === 'string')
  if (each === undefined) {
    const stray = operands[0] ?? (every.unit === 'interval' ? 'interval' : undefined)
    return stray === undefined ? [] : [wrong([...path, 'every'], 'duty-must-name-its-rows', `没有写明 for_each，不能引用 ${stray}。`, '请写明 for_each：holders_of、records_of 或者 cases_of。')]
  }
  if ('holders_of' in each) {
    return each.holders_of in pack.offices ? [] : [wrong([...path, 'for_each', 'holders_of'], 'office-must-be-declared', `没有名为 ${each.holders_of} 的办理主体。`, `可用：${choices(Object.keys(pack.offices))}。`)]
  }
  if ('cases_of' in each) {
    const procedure = pack.procedures[each.cases_of]
    if (!procedure) return [wrong([...path, 'for_each', 'cases_of'], 'procedure-must-be-declared', `没有名为 ${each.cases_of} 的程序。`, `可用：${choices(Object.keys(pack.procedures))}。`)]
    return each.status.flatMap((status, index) => (status in procedure.statuses ? [] : [wrong([...path, 'for_each', 'status', index], 'status-must-be-declared', `“${procedure.title}”没有名为 ${status} 的状态。`, `可用：${choices(Object.keys(procedure.statuses))}。`)]))
  }
  const register = pack.registers[each.records_of]
  if (!register) return [wrong([...path, 'for_each', 'records_of'], 'register-must-be-declared', `没有名为 ${each.records_of} 的名册。`, `可用：${choices(Object.keys(pack.registers))}。`)]
  const fields = [...operands.map((one) => one.split('.')[1] ?? ''), ...Object.keys(each.where ?? {})]
  return fields.filter((field) => field !== 'id' && field !== 'from' && !(field in register.fields)).map((field) => wrong([...path, 'for_each'], 'register-field-must-be-declared', `名册“${register.title}”没有 ${field} 这一栏。`, `可用：${choices(Object.keys(register.fields))}。`))
}

/** A decision table sees only what the platform hands it as `input.…`, and its last word is never silence. */
function policyFaults(pack: CompiledPack): RuleFinding[] {
  return Object.entries(pack.policies).flatMap(([id, policy]) => {
    const codes = policy.rows.map((row) => row.code)
    return policy.rows.flatMap((row, index) => {
      const path = ['policies', id, 'rows', index]
      const operands = row.when.flatMap((condition, place) => (['left', 'right'] as const).flatMap((side) => {
        const operand = condition[side]
        if (typeof operand !== 'string' || /^(input|figure)\.[a-z]/.test(operand)) return []
        return [wrong([...path, 'when', place, side], 'operand-must-begin-with-a-known-root', `“${operand}”不是决策表可以引用的值。`, '决策表只能引用 input.… 和 figure.…；文字请写成 { value: … }。')]
      }))
      const figures = row.when.flatMap((condition) => [condition.left, condition.right]).flatMap((operand) => {
        const figure = typeof operand === 'string' ? /^figure\.([a-z0-9-]+)$/.exec(operand)?.[1] : undefined
        return figure === undefined || figure in pack.figures ? [] : [wrong([...path, 'when'], 'figure-must-be-declared', `没有名为 ${figure} 的数值。`, '请在 figures.yaml 中声明。')]
      })
      const twice = codes.indexOf(row.code) < index && codes.slice(0, index).some((_, other) => JSON.stringify(policy.rows[other]?.when) === JSON.stringify(row.when))
        ? [wrong(path, 'rule-must-stand-once', `决策表中 ${row.code} 在相同条件下出现两次。`, '请保留一处。')]
        : []
      return [...operands, ...figures, ...twice]
    })
  })
}

/** Contents that some procedure takes refer to registers, offices and contents that exist. */
function referenceFaults(pack: CompiledPack): RuleFinding[] {
  const taken = new Set(Object.values(pack.procedures).flatMap((procedure) =>
    [procedure.open, ...Object.values(procedure.steps).flatMap((step) => Object.values(step.outcomes))].flatMap((act) => [...act.requires, ...act.optional])))
  return [...taken].flatMap((key) => {
    const content = pack.contents[key]
    return content === undefined ? [] : contentFaults(pack, content, ['contents', key])
  })
}

function contentFaults(pack: CompiledPack, content: Content, path: RulePath): RuleFinding[] {
  switch (content.type) {
    case 'reference':
    case 'references':
      return content.to in pack.registers ? [] : [wrong([...path, 'to'], 'register-must-be-declared', `没有名为 ${content.to} 的名册。`, `可用：${choices(Object.keys(pack.registers))}。`)]
    case 'organization':
      return content.office === undefined || content.office in pack.offices ? [] : [wrong([...path, 'office'], 'office-must-be-declared', `没有名为 ${content.office} 的办理主体。`, `可用：${choices(Object.keys(pack.offices))}。`)]
    case 'text-hash':
      return content.of in pack.contents ? [] : [wrong([...path, 'of'], 'content-must-be-declared', `没有名为 ${content.of} 的内容。`, '请写明所指文本的内容名。')]
    case 'group':
      return Object.entries(content.items).flatMap(([id, item]) => contentFaults(pack, item, [...path, 'items', id]))
    case 'table': {
      const key = content.key === undefined || content.key in content.columns ? [] : [wrong([...path, 'key'], 'content-item-must-be-declared', `表格没有 ${content.key} 这一栏。`, `可用：${choices(Object.keys(content.columns))}。`)]
      return [...key, ...Object.entries(content.columns).flatMap(([id, column]) => contentFaults(pack, column, [...path, 'columns', id]))]
    }
    default:
      return []
  }
}
