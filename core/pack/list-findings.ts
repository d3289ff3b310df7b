import type { CompiledPack } from './compiled-pack.ts'
import { compareLists } from './compare-texts.ts'
import type { Missing } from './compare-texts.ts'
import type { Content } from './content-format.ts'
import type { Provision } from './provision-text.ts'
import { likeness } from './text-likeness.ts'

/**
 * A requirement of the superior list that the other text's list does not hold. `answered`: the pack's contents, its own
 * or inherited, ask for it all the same. `recorded`: a deviation says why it is missing. `open`: neither, so that a
 * deviation has to be recorded.
 */
export type ListFinding = Missing & { list: Provision; against: Provision; atom: string | null; state: 'answered' | 'recorded' | 'open'; because: string | null }

/** What a pack's text leaves out of the lists of contents of another text, and whether the pack accounts for it. */
export function listFindings(superior: CompiledPack, own: Pick<CompiledPack, 'contents' | 'deviations'>, provisions: { superior: readonly Provision[]; own: readonly Provision[] }): ListFinding[] {
  const answered = new Set(Object.values(own.contents).flatMap(atomsOf).map(({ atom }) => atom))
  return compareLists(provisions.superior, provisions.own).flatMap(({ here, there, missing }) => missing.map((one): ListFinding => {
    const atom = atomFor(superior, one)
    const deviation = own.deviations.find((recorded) => recorded.atom === (atom ?? one.provision.id))
    const state = atom !== null && answered.has(atom) ? 'answered' : deviation === undefined ? 'open' : 'recorded'
    return { ...one, list: here, against: there, atom, state, because: deviation?.because ?? null }
  }))
}

/** The element of the superior pack's contents that stands for this requirement: the one whose sentence is most like it. */
function atomFor(superior: CompiledPack, { provision, says }: Missing): string | null {
  const own = Object.values(superior.contents).flatMap(atomsOf).filter(({ atom }) => atom === provision.id || atom.startsWith(`${provision.id}/`))
  return own.toSorted((a, b) => likeness(b.says, says) - likeness(a.says, says))[0]?.atom ?? null
}

function atomsOf(content: Content): { atom: string; says: string }[] {
  const below = content.type === 'group' ? Object.values(content.items) : content.type === 'table' ? Object.values(content.columns) : []
  const says = content.basis !== undefined && 'says' in content.basis ? content.basis.says : content.title
  return [...(content.atom === undefined ? [] : [{ atom: content.atom, says }]), ...below.flatMap(atomsOf)]
}
