import { Outlet, useRouterState } from '@tanstack/react-router'
import { Layout, Watermark } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ActingBand } from './acting-band.tsx'
import { useCellHeads } from './cell-heads.ts'
import { Header } from './header.tsx'
import { Navigation } from './navigation.tsx'
import { chromeTexts } from './chrome-texts.ts'
import { useTexts } from './language.tsx'
import { sessionQuery } from '#apps/console/api/queries.ts'
import type { SessionView } from '#apps/api/wire/session.ts'
import { pages } from '#apps/console/paths.ts'
import { ActingProvider } from '#apps/console/session/acting.tsx'
import { momentText } from '#apps/console/tables/moment-text.ts'

const MINUTE_MS = 60_000
/** unit: characters of a moment's text that leave out the seconds */
const TO_THE_MINUTE = -3
/** The library hides what overflows, and inside such a box nothing can stick to the window's edge. */
const VISIBLE = { overflow: 'visible' } as const

/** What stands around every page of a signed-in person; where the session has ended, back to the login page. */
export function SignedInLayout() {
  const session = useQuery(sessionQuery).data
  const href = useRouterState({ select: (state) => state.location.href })
  useEffect(() => {
    // A full load, so that nothing of the person who was signed in stays in memory.
    if (session === null) window.location.assign(`${pages.login}?next=${encodeURIComponent(href)}`)
  }, [session, href])
  return session ? <ActingProvider session={session}><Shell session={session} /></ActingProvider> : null
}

function Shell({ session }: { session: SessionView }) {
  const texts = useTexts(chromeTexts)
  useCellHeads()
  return (
    <Watermark style={VISIBLE} content={[`${session.organization.name} ${session.person.name}`, useMinute()]} gap={[180, 140]} font={{ fontSize: 13, color: 'rgba(0,0,0,0.06)' }}>
      <a className="skip" href="#content">{texts.skip}</a>
      <Layout className="shell">
        {session.demonstration ? (
          <div className="demonstration" role="note">
            <strong>{texts.demonstration}</strong>　{texts.demonstrationText}
          </div>
        ) : null}
        <Header session={session} />
        <ActingBand />
        <Layout>
          <Layout.Sider width={176} className="shell-sider" theme="light">
            <Navigation />
          </Layout.Sider>
          <main className="shell-main ant-layout-content" id="content">
            <Outlet />
          </main>
        </Layout>
      </Layout>
    </Watermark>
  )
}

/** The wall clock to the minute, for the watermark: it says when a picture of the screen was taken. */
function useMinute(): string {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), MINUTE_MS)
    return () => clearInterval(timer)
  }, [])
  return momentText(now.toISOString()).slice(0, TO_THE_MINUTE)
}
