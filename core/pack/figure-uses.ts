import { dutiesOf } from '../procedure/duty-openings.ts'
import type { CompiledPack } from './compiled-pack.ts'
import type { RulePath } from './check-finding.ts'
import type { Check, Step } from './procedure-format.ts'

/** One place where a rule uses a figure, and as what. */
export type FigureUse = { figure: string; as: 'due' | 'ahead' | 'extension' | 'notice' | 'window' | 'term' | 'times' | 'quorum' | 'majority' | 'value'; path: RulePath }

/** Every use of a figure by name in the procedures of a pack; operands `figure.…` are uses as a plain value. */
export function usesOfFigures(pack: CompiledPack): FigureUse[] {
  return [...dutyUses(pack), ...procedureUses(pack)]
}

function dutyUses(pack: CompiledPack): FigureUse[] {
  return dutiesOf(pack).flatMap(({ duty, every }): FigureUse[] => {
    const path: RulePath = duty in pack.duties ? ['duties', duty, 'every'] : ['manifest', 'at_expiry']
    const ahead = (figures: readonly string[]) => figures.map((figure): FigureUse => ({ figure, as: 'ahead', path }))
    if (every.unit === 'before') return ahead(every.ahead)
    if (every.unit === 'once') return ahead([every.after])
    if (every.unit !== 'interval') return []
    const lengths = typeof every.length === 'string' ? [every.length] : Object.values(every.length.of)
    return [...ahead(every.ahead === undefined ? [] : [every.ahead]), ...ahead(lengths)]
  })
}

function procedureUses(pack: CompiledPack): FigureUse[] {
  return Object.entries(pack.procedures).flatMap(([id, procedure]) => {
    const path = ['procedures', id]
    return [
      ...checksUse(procedure.open.checks, [...path, 'open', 'checks']),
      ...Object.entries(procedure.steps).flatMap(([step, rule]) => stepUses(rule, [...path, 'steps', step])),
      ...operandsUse(procedure, path),
    ]
  })
}

function stepUses(step: Step, path: RulePath): FigureUse[] {
  const uses: FigureUse[] = []
  if (step.due && 'within' in step.due) uses.push({ figure: step.due.within, as: 'due', path: [...path, 'due', 'within'] })
  if (step.due && 'ahead' in step.due) uses.push({ figure: step.due.ahead, as: 'ahead', path: [...path, 'due', 'ahead'] })
  for (const [index, { ahead }] of (step.reminders ?? []).entries()) uses.push({ figure: ahead, as: 'ahead', path: [...path, 'reminders', index, 'ahead'] })
  if (step.extension) uses.push({ figure: step.extension.cap, as: 'extension', path: [...path, 'extension', 'cap'] })
  return [...uses, ...Object.entries(step.outcomes).flatMap(([id, outcome]) => checksUse(outcome.checks, [...path, 'outcomes', id, 'checks']))]
}

function checksUse(checks: readonly Check[], path: RulePath): FigureUse[] {
  return checks.flatMap((check, index): FigureUse[] => {
    const at = (key: string) => [...path, index, key]
    switch (check.check) {
      case 'decision-carried':
        return [{ figure: check.quorum, as: 'quorum', path: at('quorum') }, { figure: check.majority, as: 'majority', path: at('majority') }]
      case 'notice-ahead':
        return [{ figure: check.figure, as: 'notice', path: at('figure') }]
      case 'window-before':
        return [{ figure: check.figure, as: 'window', path: at('figure') }]
      case 'term-within':
        return [{ figure: check.figure, as: 'term', path: at('figure') }]
      case 'date-within':
        return [{ figure: check.figure, as: 'due', path: at('figure') }]
      case 'at-most-times':
        return [{ figure: check.figure, as: 'times', path: at('figure') }]
      default:
        return []
    }
  })
}

function operandsUse(value: unknown, path: RulePath): FigureUse[] {
  if (typeof value === 'string') return /^figure\.[a-z0-9-]+$/.test(value) ? [{ figure: value.slice('figure.'.length), as: 'value', path }] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => operandsUse(one, [...path, Array.isArray(value) ? Number(key) : key]))
}
