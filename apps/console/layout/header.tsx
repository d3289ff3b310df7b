import { BellOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Badge, Button, Layout } from 'antd'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { AdvanceDate } from './advance-date.tsx'
import { chromeTexts } from './chrome-texts.ts'
import { useLanguage, useTexts } from './language.tsx'
import { PageLink } from './page-link.tsx'
import type { SessionView } from '#apps/api/wire/session.ts'
import { noticesQuery } from '#apps/console/api/queries.ts'
import { actsInCases } from '#apps/console/session/use-session.ts'
import { send } from '#apps/console/api/request.ts'
import { api, pages } from '#apps/console/paths.ts'

/** City and date, notices, who is signed in. */
export function Header({ session }: { session: SessionView }) {
  const texts = useTexts(chromeTexts)
  const { language, choose } = useLanguage()
  const [advancing, setAdvancing] = useState(false)
  const signOut = async (): Promise<void> => {
    await send('DELETE', api.session, undefined, session.csrf_token)
    window.location.assign(pages.login)
  }
  return (
    <Layout.Header className="shell-head">
      <PageLink className="shell-name" href={pages.home}>
        公枢<small>{session.city} · {texts.platform}</small>
      </PageLink>
      <span className="shell-space" />
      <span className="shell-date numeric">{texts.cityDate} <strong data-testid="city-date">{session.today}</strong></span>
      {session.demonstration ? <Button size="small" ghost onClick={() => setAdvancing(true)}>{texts.advance}</Button> : null}
      {actsInCases(session) && !session.must_change_password ? <NoticesBell label={texts.notices} /> : null}
      <div className="shell-who" aria-label={texts.account}>
        <div>{session.person.name}</div>
        <div title={session.offices.map(({ title }) => title).join('、')}>{session.organization.name}</div>
      </div>
      <Button type="text" size="small" onClick={() => choose(language === 'zh' ? 'en' : 'zh')}>{language === 'zh' ? 'English' : '中文'}</Button>
      <Button type="text" size="small" href={pages.password}>{texts.password}</Button>
      <Button type="text" size="small" onClick={() => void signOut()}>{texts.logout}</Button>
      {advancing ? <AdvanceDate session={session} close={() => setAdvancing(false)} /> : null}
    </Layout.Header>
  )
}

function NoticesBell({ label }: { label: string }) {
  const navigate = useNavigate()
  const { data } = useInfiniteQuery(noticesQuery)
  const unread = data?.pages.flatMap(({ rows }) => rows).filter(({ received }) => !received).length ?? 0
  return (
    <Badge count={unread} size="small">
      <Button type="text" icon={<BellOutlined />} aria-label={`${label}（${unread}）`} onClick={() => void navigate({ href: pages.notices })} />
    </Badge>
  )
}
