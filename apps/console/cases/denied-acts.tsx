import { useQuery } from '@tanstack/react-query'
import { Collapse } from 'antd'
import { denialsQuery } from '#apps/console/api/queries.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { pages } from '#apps/console/paths.ts'
import { holdsAny, useSession } from '#apps/console/session/use-session.ts'

const texts = { title: (count: number) => `被拒绝的办理（${count}）`, about: '未被受理的办理，事项没有因此改变。', code: '规则代码', entry: '存证' }
/** Who supervises, and who carries out; the server's table of permissions says the same. */
const READERS = ['implementing-agency', 'data-authority', 'public-data-manager']

/** What was tried in this case and refused; only for those who may see it, and only where there is any. */
export function DeniedActs({ caseId }: { caseId: string }) {
  return holdsAny(useSession(), READERS) ? <Denied caseId={caseId} /> : null
}

function Denied({ caseId }: { caseId: string }) {
  const { data = [] } = useQuery(denialsQuery(caseId))
  if (data.length === 0) return null
  const list = (
    <>
      <p className="quiet">{texts.about}</p>
      <ul className="plain">
        {data.map((one) => (
          <li key={one.entry}>
            <span className="numeric">{one.date}</span> <strong>{one.action}</strong>　<span className="quiet">{one.organization}　{one.person}</span>
            <div>{one.provision ?? ''}　{texts.code} <code>{one.code}</code>　<PageLink href={pages.entry(one.entry)}>{texts.entry}</PageLink></div>
          </li>
        ))}
      </ul>
    </>
  )
  return <Collapse className="gap-above" items={[{ key: 'denied', label: texts.title(data.length), children: list }]} />
}
