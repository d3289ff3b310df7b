import type { Basis } from '#core/pack/basis.ts'
import { basisKind, provisionOf } from '#core/pack/basis.ts'
import type { BasisView } from '#apps/api/wire/refusal.ts'

/** The five kinds of a basis as a Chinese official calls them, with the colour of their tag. */
export const BASIS_KINDS: Record<BasisView['kind'], { title: string; color: string }> = {
  provision: { title: '条文', color: 'blue' },
  interpretation: { title: '解读', color: 'purple' },
  'platform-default': { title: '平台默认', color: 'default' },
  order: { title: '命令', color: 'volcano' },
  agreement: { title: '协议', color: 'cyan' },
}

/** A pack's own basis in the shape that the server gives for the screen; `labelOf` knows the names of provisions. */
export function basisView(basis: Basis, labelOf: (provision: string) => string | null): BasisView {
  const provision = provisionOf(basis)
  return {
    kind: basisKind(basis),
    provision,
    label: provision === null ? null : labelOf(provision),
    says: 'says' in basis ? basis.says : null,
    reads: 'reads' in basis ? basis.reads : null,
    because: reasonOf(basis),
  }
}

function reasonOf(basis: Basis): string | null {
  if ('because' in basis) return basis.because
  if ('platform-default' in basis) return basis['platform-default']
  if ('order' in basis) return basis.order
  if ('agreement' in basis) return basis.agreement
  return null
}

/** A basis in one line, for screen readers and tooltips. */
export function basisSentence(basis: BasisView): string {
  const parts = [basis.label, basis.says === null ? null : `“${basis.says}”`, basis.reads === null ? null : `平台读作：${basis.reads}`, basis.because]
  return `${BASIS_KINDS[basis.kind].title}：${parts.filter((part) => part !== null).join('，')}`
}
