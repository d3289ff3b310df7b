import type { Content } from '#core/pack/content-format.ts'
import type { Outcome } from '#core/pack/procedure-format.ts'
import { UnknownInPack } from '#core/procedure/case-law.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { branchKey } from '#core/procedure/case-state.ts'
import type { Branch, CaseState, RecordedContent } from '#core/procedure/case-state.ts'
import type { FormField } from '../wire/case.ts'
import type { Blind } from './blind.ts'

/** The form of an outcome or of an opening, drawn from the pack; it starts from what stands in the case and may be seen. */
export function formOf(law: CaseLaw, outcome: Pick<Outcome, 'requires' | 'optional'>, at: { state: CaseState; branch: Branch; blind: Blind } | null): FormField[] {
  return [...outcome.requires, ...outcome.optional].map((key) => {
    const content = law.pack.contents[key]
    if (content === undefined) throw new UnknownInPack(`content ${key} is not in pack ${law.ref.id}`)
    const signed = textSigned(content)
    return {
      key,
      content,
      required: outcome.requires.includes(key),
      value: at === null ? null : (visibleContent(key, at)?.value ?? null),
      text_hash: at === null || signed === null ? null : (visibleContent(signed, at)?.hash ?? null),
    }
  })
}

function visibleContent(key: string, { state, branch, blind }: { state: CaseState; branch: Branch; blind: Blind }): RecordedContent | undefined {
  for (let depth = branch.length; depth >= 0; depth -= 1) {
    const place = depth === 0 ? key : `${key}@${branchKey(branch.slice(0, depth))}`
    const found = state.contents[place]
    if (found !== undefined) return blind.contents.has(place) ? undefined : found
  }
  return undefined
}

/** Which content's text this one names by hash, itself or in one of its items. */
function textSigned(content: Content): string | null {
  if (content.type === 'text-hash') return content.of
  if (content.type !== 'group') return null
  for (const item of Object.values(content.items)) {
    const found = textSigned(item)
    if (found !== null) return found
  }
  return null
}
