import { useNavigate, useRouterState } from '@tanstack/react-router'
import { Menu } from 'antd'
import { chromeTexts } from './chrome-texts.ts'
import type { ChromeTexts } from './chrome-texts.ts'
import { useTexts } from './language.tsx'
import type { SessionView } from '#apps/api/wire/session.ts'
import { pages } from '#apps/console/paths.ts'
import { maySee } from '#apps/console/session/may-see.ts'
import { useSession } from '#apps/console/session/use-session.ts'

function itemsOf(menu: ChromeTexts['menu'], session: SessionView) {
  const item = (key: string, label: string) => ({ key, label: <a href={key} onClick={(event) => event.preventDefault()}>{label}</a> })
  const group = (label: string, children: ReturnType<typeof item>[]) => ({ type: 'group' as const, key: label, label, children: children.filter(({ key }) => maySee(session, key)) })
  return [
    group(menu.work, [
      item(pages.tasks('todo'), menu.todo),
      item(pages.tasks('overdue'), menu.overdue),
      item(pages.tasks('done'), menu.done),
      item(pages.tasks('copied'), menu.copied),
      item(pages.opening, menu.opening),
      item(pages.cases, menu.cases),
    ]),
    group(menu.data, [
      item(pages.environment, menu.environment),
      item(pages.products, menu.products),
      item(pages.subscriptions, menu.subscriptions),
      item(pages.registers, menu.registers),
    ]),
    group(menu.law, [item(pages.rules, menu.rules), item(pages.evidence, menu.evidence)]),
  ].filter(({ children }) => children.length > 0)
}

/** The left menu. The entry whose address the page's begins with is marked as the current one. */
export function Navigation() {
  const texts = useTexts(chromeTexts)
  const navigate = useNavigate()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const items = itemsOf(texts.menu, useSession())
  const keys = items.flatMap(({ children }) => children.map(({ key }) => key))
  const current = keys.filter((key) => path === key || path.startsWith(`${key}/`))
  return (
    <nav aria-label={texts.navigation}>
      <Menu mode="inline" items={items} selectedKeys={current} onClick={({ key }) => void navigate({ href: key })} />
    </nav>
  )
}
