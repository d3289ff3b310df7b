import type { Refusal } from '#core/decision/refusal.ts'
import { basisKind, provisionOf } from '#core/pack/basis.ts'
import type { Basis } from '#core/pack/basis.ts'
import { provisionLabel } from '#core/pack/provision-text.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { BasisView, RefusalView } from '../wire/refusal.ts'

/** On what a rule rests, for the screen. Without a law the place is shown by its id. */
export function basisView(basis: Basis, law: CaseLaw | null): BasisView {
  const provision = provisionOf(basis)
  const nothing = { kind: basisKind(basis), provision, label: law === null || provision === null ? null : placeLabel(provision, law), says: null, reads: null, because: null }
  if ('provision' in basis) return { ...nothing, says: basis.says }
  if ('interpretation' in basis) return { ...nothing, says: basis.says, reads: basis.reads, because: basis.because }
  if ('platform-default' in basis) return { ...nothing, because: basis['platform-default'] }
  return { ...nothing, says: 'order' in basis ? basis.order : basis.agreement }
}

/** 《标题》第二十条第二款; the id where the law does not hold the provision. */
export function placeLabel(id: string, law: CaseLaw): string {
  const provision = law.pack.provisions[id]
  const text = law.pack.texts[id.split('-')[0] ?? '']
  if (provision === undefined) return id
  return `${text === undefined ? '' : `《${text.title}》`}${provisionLabel(provision)}`
}

export function refusalView(refusal: Refusal, law: CaseLaw): RefusalView {
  const { code, message, cure, provision, basis } = refusal
  return { code, message, cure, provision, basis: basis === null ? null : basisView(basis, law) }
}
