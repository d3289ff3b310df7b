import type { Content } from './content-format.ts'
import type { RuleFinding } from './check-finding.ts'
import type { PackSource } from './pack-format.ts'

/**
 * What a parent's list requires and the pack's own list lacks, where no recorded deviation explains it: a warning,
 * because a city may have lawful reasons that it has not yet written down. A list is the pack's own where it has
 * the parent's id or answers some of the parent's atoms.
 */
export function checkAtoms(own: PackSource, parents: readonly PackSource[]): RuleFinding[] {
  const explained = new Set(own.deviations.map((one) => one.atom))
  return parents.flatMap((parent) =>
    Object.entries(parent.contents).flatMap(([id, list]) => {
      const wanted = atomsOf(list)
      if (wanted.size === 0) return []
      return Object.entries(own.contents).flatMap(([ownId, content]): RuleFinding[] => {
        const answered = atomsOf(content)
        if (ownId !== id && ![...answered].some((atom) => wanted.has(atom))) return []
        return [...wanted].filter((atom) => !answered.has(atom) && !explained.has(atom)).map((atom) => ({
          path: ['contents', ownId],
          code: 'list-must-hold-its-parents-atoms',
          message: `“${content.title}”缺少《${parent.manifest.title}》“${list.title}”中的要素 ${atom}。`,
          cure: '请补充该要素，或者在 deviations.yaml 中说明理由和依据。',
          kind: 'warning',
        }))
      })
    }))
}

function atomsOf(content: Content): Set<string> {
  const below = content.type === 'group' ? Object.values(content.items) : content.type === 'table' ? Object.values(content.columns) : []
  return new Set([...(content.atom === undefined ? [] : [content.atom]), ...below.flatMap((one) => [...atomsOf(one)])])
}
