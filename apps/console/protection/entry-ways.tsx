import { PageLink } from '#apps/console/layout/page-link.tsx'
import { pages } from '#apps/console/paths.ts'
import { holdsAny, useSession } from '#apps/console/session/use-session.ts'

const texts = { label: '本数据的规则', rules: '保护规则', thresholds: '输出检查阈值', budget: '隐私预算' }
const WRITERS = ['implementing-agency', 'data-provider']
export type EntryWay = 'rules' | 'thresholds' | 'budget'

/** The pages about one table, from each to the others. */
export function EntryWays({ entry, here }: { entry: string; here: EntryWay }) {
  const writes = holdsAny(useSession(), WRITERS)
  const ways: [EntryWay, string][] = [...(writes ? [['rules', pages.protectionEntry(entry)] satisfies [EntryWay, string]] : []), ['thresholds', pages.thresholds(entry)], ['budget', pages.privacyBudget(entry)]]
  return (
    <nav className="entry-ways no-print" aria-label={texts.label}>
      {ways.map(([way, href]) => <PageLink key={way} href={href} aria-current={way === here ? 'page' : undefined}>{texts[way]}</PageLink>)}
    </nav>
  )
}
