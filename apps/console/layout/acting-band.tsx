import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useActing } from '#apps/console/session/acting.tsx'
import { pages } from '#apps/console/paths.ts'

const texts = {
  now: (name: string, office: string) => `代理办理中：您正以${name}（${office}）的名义办理`,
  until: (date: string) => `代理至${date}。每一次办理都记明由您代为办理。`,
  end: '恢复以本人名义办理',
  act: (name: string, office: string) => `以${name}（${office}）的名义办理，记明由您代办`,
}

/** Above every page, as long as the window acts in a colleague's name. */
export function ActingBand() {
  const navigate = useNavigate()
  const { acting, choose } = useActing()
  if (acting === null) return null
  const back = (): void => {
    choose(null)
    void navigate({ href: pages.delegations })
  }
  return (
    <div className="acting-band no-print" role="note">
      <strong>{texts.now(acting.principal.name, acting.office.title)}</strong>
      <span>{texts.until(acting.until)}</span>
      <Button size="small" onClick={back}>{texts.end}</Button>
    </div>
  )
}

/** Beside the button of every act: in whose name it will be done. */
export function ActingNote() {
  const { acting } = useActing()
  return acting === null ? null : <span className="acting-note">{texts.act(acting.principal.name, acting.office.title)}</span>
}
