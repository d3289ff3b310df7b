import type { CompiledPack } from './compiled-pack.ts'
import { basisKind } from './basis.ts'
import { choices, wrong } from './check-finding.ts'
import type { RuleFinding, RulePath } from './check-finding.ts'
import type { Procedure, Step } from './procedure-format.ts'
import { CAPABILITIES, ROLES } from './roles-and-capabilities.ts'

/** Every office that a rule names is declared, and every id of a role or capability is the one that all packs share. */
export function checkOffices(pack: CompiledPack): RuleFinding[] {
  return [
    ...Object.entries(pack.offices).flatMap(([id, office]) => roleFault(pack, id, office.title)),
    ...(pack.manifest.escalation?.to ?? []).flatMap((office, index) => officeFault(pack, office, ['manifest', 'escalation', 'to', index])),
    ...Object.entries(pack.procedures).flatMap(([id, procedure]) => [...procedureOffices(pack, procedure, ['procedures', id]), ...escalated(pack, procedure)]),
    ...Object.entries(pack.duties).flatMap(([id, duty]) => officeFault(pack, duty.by, ['duties', id, 'by'])),
  ]
}

/** A role beyond the shared ones is open to a pack whose text names it; anything else is a misspelt shared role. */
function roleFault(pack: CompiledPack, id: string, title: string): RuleFinding[] {
  if (id in ROLES) return []
  const basis = pack.offices[id]?.basis
  const named = basis !== undefined && basisKind(basis) === 'provision' && 'says' in basis && basis.says.includes(title)
  if (named) return []
  return [wrong(['offices', id], 'role-must-be-shared-or-named-by-the-text', `角色 ${id} 不在通用角色之列，所引条文也没有“${title}”这一称谓。`, `请改用通用角色（${choices(Object.keys(ROLES))}），或者引用确定“${title}”的条文。`)]
}

function procedureOffices(pack: CompiledPack, procedure: Procedure, path: RulePath): RuleFinding[] {
  const capability = procedure.capability in CAPABILITIES
    ? []
    : [wrong([...path, 'capability'], 'capability-must-be-known', `没有名为 ${procedure.capability} 的业务能力。`, `可用：${choices(Object.keys(CAPABILITIES))}。`)]
  return [
    ...capability,
    ...officeFault(pack, procedure.open.by, [...path, 'open', 'by']),
    ...(procedure.open.also_by ?? []).flatMap((office, index) => officeFault(pack, office, [...path, 'open', 'also_by', index])),
    ...Object.keys(procedure.parties).flatMap((role) => officeFault(pack, role, [...path, 'parties', role])),
    ...Object.entries(procedure.links).flatMap(([name, link]) => link.same_party.flatMap((role, index) => officeFault(pack, role, [...path, 'links', name, 'same_party', index]))),
    ...notified(pack, procedure, procedure.open.effects, [...path, 'open']),
    ...Object.entries(procedure.steps).flatMap(([id, step]) => stepOffices(pack, procedure, step, [...path, 'steps', id])),
  ]
}

/** Lateness that no step provides for goes up to offices that the case knows. */
function escalated(pack: CompiledPack, procedure: Procedure): RuleFinding[] {
  const late = Object.entries(procedure.steps).find(([, step]) => step.due !== undefined && step.overdue === undefined)
  if (late === undefined) return []
  return (pack.manifest.escalation?.to ?? []).flatMap((office, index): RuleFinding[] => {
    if (!(office in pack.offices) || heldInCase(pack, procedure, office)) return []
    return [{ ...nobodyHolds(pack, office, ['manifest', 'escalation', 'to', index]), other: ['procedures', procedure.procedure, 'steps', late[0], 'due'] }]
  })
}

function stepOffices(pack: CompiledPack, procedure: Procedure, step: Step, path: RulePath): RuleFinding[] {
  const by = officeFault(pack, step.by, [...path, 'by'])
  const unheld = by.length === 0 && step.organization === undefined && !heldInCase(pack, procedure, step.by)
  return [
    ...by,
    ...(unheld ? [nobodyHolds(pack, step.by, [...path, 'by'])] : []),
    ...officeFault(pack, step.extension?.granted_by, [...path, 'extension', 'granted_by']),
    ...(step.extension?.tell ?? []).flatMap((office, index) => told(pack, procedure, office, [...path, 'extension', 'tell', index])),
    ...(step.reminders ?? []).flatMap(({ tell }, at) => tell.flatMap((office, index) => told(pack, procedure, office, [...path, 'reminders', at, 'tell', index]))),
    ...(step.overdue?.tell ?? []).flatMap((office, index) => told(pack, procedure, office, [...path, 'overdue', 'tell', index])),
    ...Object.entries(step.outcomes).flatMap(([id, outcome]) => {
      const at = [...path, 'outcomes', id]
      const office = officeFault(pack, outcome.by, [...at, 'by'])
      const other = outcome.by !== undefined && outcome.by !== step.by && office.length === 0
      return [
        ...office,
        ...(other && !heldInCase(pack, procedure, outcome.by) ? [nobodyHolds(pack, outcome.by ?? '', [...at, 'by'])] : []),
        ...notified(pack, procedure, outcome.effects, at),
      ]
    }),
  ]
}

/** Whether the case itself knows the organisation: one fixed holder, the opener, a declared party, or a party of a link. */
export function heldInCase(pack: CompiledPack, procedure: Procedure, office: string | undefined): boolean {
  if (office === undefined || office === 'platform') return true
  if (pack.offices[office]?.holder === 'fixed' || pack.offices[office]?.holder === 'platform') return true
  if (procedure.open.by === office || office in procedure.parties) return true
  return Object.values(procedure.links).some((link) => link.same_party.includes(office))
}

function nobodyHolds(pack: CompiledPack, office: string, path: RulePath): RuleFinding {
  const title = pack.offices[office]?.title ?? office
  return wrong(path, 'office-must-be-held-in-the-case', `“${title}”有多个单位，事项中没有确定是哪一个。`, '请写明 organization，或者在 parties、links 的 same_party 中确定该单位。')
}

/** Who is told something is declared, and known in the case. */
function told(pack: CompiledPack, procedure: Procedure, office: string, path: RulePath): RuleFinding[] {
  const unknown = officeFault(pack, office, path)
  return unknown.length > 0 || heldInCase(pack, procedure, office) ? unknown : [nobodyHolds(pack, office, path)]
}

function notified(pack: CompiledPack, procedure: Procedure, effects: Procedure['open']['effects'], path: RulePath): RuleFinding[] {
  return effects.flatMap((effect, index) => {
    const to = effect.with['to']
    if (effect.effect !== 'notify' || typeof to !== 'object' || !Array.isArray(to.value)) return []
    return to.value.flatMap((office) => told(pack, procedure, office, [...path, 'effects', index, 'with', 'to']))
  })
}

function officeFault(pack: CompiledPack, office: string | undefined, path: RulePath): RuleFinding[] {
  if (office === undefined || office in pack.offices || office === 'platform') return []
  return [wrong(path, 'office-must-be-declared', `没有名为 ${office} 的办理主体。`, `请改用已声明的主体（${choices(Object.keys(pack.offices))}），或者在 offices.yaml 中声明并注明依据。`)]
}
