import { useNavigate, useRouterState } from '@tanstack/react-router'
import { Menu } from 'antd'
import type { SessionView } from '#apps/api/wire/session.ts'
import { pages } from '#apps/console/paths.ts'
import { actsInCases, administrationOf, holdsAny, useSession } from '#apps/console/session/use-session.ts'
import { chromeTexts } from './chrome-texts.ts'
import type { ChromeTexts } from './chrome-texts.ts'
import { useTexts } from './language.tsx'

/** Whose pages these are; the server's table of permissions says the same. */
const ENVIRONMENT = ['operator', 'implementing-agency', 'data-provider']
const PROVIDERS = ['data-provider']
const PROTECTION = ['implementing-agency', 'data-provider']
const RETENTION = ['implementing-agency', 'data-authority', 'public-data-manager']
const SUBSCRIPTIONS = ['consumer', 'developer', 'operator']

type Item = { key: string; label: string; shown: boolean }

/** The menu of a person: only what the person's offices open. */
function groupsOf(menu: ChromeTexts['menu'], session: SessionView): { label: string; items: Item[] }[] {
  const acts = actsInCases(session)
  const own = administrationOf(session)
  const item = (key: string, label: string, shown: boolean): Item => ({ key, label, shown })
  return [
    {
      label: menu.administration,
      items: [item(pages.persons, menu.persons, own === pages.persons), item(pages.system, menu.system, own === pages.system), item(pages.audit, menu.audit, own === pages.audit)],
    },
    {
      label: menu.work,
      items: [
        item(pages.tasks('todo'), menu.todo, acts),
        item(pages.tasks('overdue'), menu.overdue, acts),
        item(pages.tasks('done'), menu.done, acts),
        item(pages.tasks('copied'), menu.copied, acts),
        item(pages.opening, menu.opening, acts),
        item(pages.cases, menu.cases, acts),
        item(pages.delegations, menu.delegations, acts),
        item(pages.preview, menu.preview, acts && session.preview),
      ],
    },
    {
      label: menu.data,
      items: [
        item(pages.deliveries, menu.deliveries, acts && holdsAny(session, PROVIDERS)),
        item(pages.sources, menu.sources, acts && holdsAny(session, PROVIDERS)),
        item(pages.protection, menu.protection, acts && holdsAny(session, PROTECTION)),
        item(pages.environment, menu.environment, acts && holdsAny(session, ENVIRONMENT)),
        item(pages.products, menu.products, acts),
        item(pages.subscriptions, menu.subscriptions, acts && holdsAny(session, SUBSCRIPTIONS)),
        item(pages.registers, menu.registers, acts),
      ],
    },
    { label: menu.law, items: [item(pages.rules, menu.rules, true), item(pages.evidence, menu.evidence, true), item(pages.retention, menu.retention, acts && holdsAny(session, RETENTION))] },
  ]
}

function itemsOf(menu: ChromeTexts['menu'], session: SessionView) {
  return groupsOf(menu, session).flatMap(({ label, items }) => {
    const children = items.filter(({ shown }) => shown).map(({ key, label: text }) => ({ key, label: <a href={key} onClick={(event) => event.preventDefault()}>{text}</a> }))
    return children.length === 0 ? [] : [{ type: 'group' as const, key: label, label, children }]
  })
}

/** The left menu. The entry whose address the page's begins with is marked as the current one. */
export function Navigation() {
  const texts = useTexts(chromeTexts)
  const session = useSession()
  const navigate = useNavigate()
  const path = useRouterState({ select: (state) => state.location.pathname })
  // Who still has a first password can do nothing but choose another.
  const items = session.must_change_password ? [] : itemsOf(texts.menu, session)
  const keys = items.flatMap(({ children }) => children.map(({ key }) => key))
  const current = keys.filter((key) => path === key || path.startsWith(`${key}/`))
  return (
    <nav aria-label={texts.navigation}>
      <Menu mode="inline" tabIndex={-1} items={items} selectedKeys={current} onClick={({ key }) => void navigate({ href: key })} />
    </nav>
  )
}
