import { dateAfter } from '../calendar/length.ts'
import { legalDate } from '../calendar/legal-date.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import { refuse } from '../decision/refusal.ts'
import type { Refusal } from '../decision/refusal.ts'
import type { Basis } from '../pack/basis.ts'
import type { Procedure } from '../pack/procedure-format.ts'
import type { CaseLaw } from './case-law.ts'
import { PLATFORM } from './case-state.ts'
import type { Act, Actor } from './case-state.ts'
import { figureOn, lengthOf } from './figure.ts'

/**
 * No case is opened before its pack is in force, after its last day, or under a draft. What was done by the last day is
 * entered after it only within what the pack grants. What the platform opens as the consequence of a running case (an
 * exit, a registration) is a continuation and goes on. A preview tries rules that do not govern: a draft opens there only.
 */
export function versionRefusal(law: CaseLaw, act: Act, procedure: Procedure, actor: Pick<Actor, 'person'>, preview = false): Refusal | null {
  if (preview) return null
  const { manifest } = law.pack
  const basis = manifest.validity ?? procedure.open.basis ?? procedure.basis
  const title = `《${manifest.title}》`
  if (manifest.status === 'draft') {
    return refuse('draft-rules-must-not-govern', basis, `${title}为征求意见稿，不能据以办理。`, '请在预演空间中试用，或选择现行规则包。')
  }
  if (act.date < manifest.in_force) {
    return refuse('rules-must-be-in-force', basis, `${title}自${manifest.in_force}起施行，${act.date}尚未施行。`, '请选择办理日期时有效的规则包。', { in_force: manifest.in_force })
  }
  if (actor.person === PLATFORM.person) return null
  if (manifest.status === 'repealed' && manifest.last_day === undefined) {
    return refuse('rules-must-be-in-force', basis, `${title}已经废止，不能再据以开始新的程序。`, '请选择现行规则包；已有记录仍可查阅和办结。', {})
  }
  if (manifest.last_day === undefined) return null
  if (act.date > manifest.last_day) {
    return refuse('rules-must-be-in-force', basis, `${title}有效期至${manifest.last_day}，不能再据以开始新的程序。`, '请选择办理日期时有效的规则包；已有记录仍可查阅。', { last_day: manifest.last_day })
  }
  return lateRecordingRefusal(law, legalDate(manifest.last_day), act, basis)
}

function lateRecordingRefusal(law: CaseLaw, lastDay: LegalDate, act: Act, basis: Basis): Refusal | null {
  if (act.recorded <= lastDay) return null
  const { late_recording: rule, title } = law.pack.manifest
  if (rule === undefined) {
    return refuse('act-must-be-recorded-in-force', basis, `《${title}》有效期至${lastDay}，没有规定届满后可以补录此前发起的事项。`, '请选择现行规则包办理。', { last_day: lastDay })
  }
  const until = dateAfter(lastDay, lengthOf(figureOn(law, rule.within, lastDay), rule.within), law.calendar)
  if (act.recorded <= until) return null
  return refuse('act-must-be-recorded-in-force', rule.basis, `《${title}》届满前发起的事项应于${until}前补录，现为${act.recorded}。`, '请选择现行规则包办理。', { until })
}

/** A file is opened under the rules of its own region: another city's, and a national text by itself, do not govern it. */
export function regionRefusal(law: CaseLaw, region: string): Refusal | null {
  const { manifest } = law.pack
  if (manifest.region === region) return null
  return refuse('rules-must-be-of-this-region', manifest.scope ?? null, `《${manifest.title}》不适用于本地区，不能据以办理。`, '请选择本地区现行的规则包。', { region: manifest.region })
}
