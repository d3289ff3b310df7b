import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Space, Tag } from 'antd'
import { useState } from 'react'
import type { ProtectionRuleView } from '#apps/api/wire/protection.ts'
import { changesBetween } from '#core/protection/rules-view.ts'
import { send } from '#apps/console/api/request.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

const texts = {
  title: '历次版本', none: '还没有保护规则。拟订后由另一方的人员同意，即日施行。', version: (version: number) => `第${version}版`, inForce: '施行中', waiting: '待另一方同意', before: '已被替代', overtaken: '未施行',
  proposed: (name: string, organization: string, on: string) => `${organization} ${name} ${on}拟订`, agreed: (name: string, organization: string, on: string) => `${organization} ${name} ${on}同意`,
  changes: '与上一施行版本的差异', same: '与上一施行版本没有差异', agree: '同意，即日施行', agreedNow: '已同意，即日施行', own: '由另一方的人员办理同意',
}

/** The versions, the newest first: who wrote and who agreed, what each changes, and the other side's consent. */
export function Versions({ rows, titleOf, sides }: { rows: ProtectionRuleView[]; titleOf: (column: string) => string; sides: readonly string[] }) {
  return (
    <section aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      {rows.length === 0 ? <div className="panel"><ListEmpty text={texts.none} /></div> : rows.map((row, at) => <Version key={row.id} row={row} newest={at === 0} before={rows.slice(at + 1).find(({ agreed }) => agreed !== null)} titleOf={titleOf} sides={sides} />)}
    </section>
  )
}

function Version({ row, newest, before, titleOf, sides }: { row: ProtectionRuleView; newest: boolean; before: ProtectionRuleView | undefined; titleOf: (column: string) => string; sides: readonly string[] }) {
  const changes = changesBetween(before?.rules ?? null, row.rules, titleOf)
  return (
    <Card size="small" className="gap-below" title={<>{texts.version(row.version)} <State row={row} newest={newest} /></>} extra={row.agreed === null && newest ? <Agree row={row} sides={sides} /> : null}>
      <p className="quiet">{texts.proposed(row.proposed.person.name, row.proposed.organization.name, row.proposed.on)}{row.agreed === null ? '' : `；${texts.agreed(row.agreed.person.name, row.agreed.organization.name, row.agreed.on)}`}</p>
      <div>{changes.length === 0 ? texts.same : texts.changes}</div>
      <ul>{changes.map((change) => <li key={change}>{change}</li>)}</ul>
    </Card>
  )
}

function State({ row, newest }: { row: ProtectionRuleView; newest: boolean }) {
  if (row.in_force) return <Tag color="green">{texts.inForce}</Tag>
  if (row.agreed !== null) return <Tag>{texts.before}</Tag>
  return newest ? <Tag color="gold">{texts.waiting}</Tag> : <Tag>{texts.overtaken}</Tag>
}

/** For the other side's persons only; the server refuses all others, and says why. */
function Agree({ row, sides }: { row: ProtectionRuleView; sides: readonly string[] }) {
  const { person, csrf_token } = useSession()
  const client = useQueryClient()
  const { message } = App.useApp()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  if (row.proposed.person.id === person.id || !sides.some((side) => side !== row.proposed.side)) return <span className="quiet">{texts.own}</span>
  const agree = async (): Promise<void> => {
    setBusy(true)
    try {
      await send('POST', api.agreeRules(row.id), {}, csrf_token)
      message.success(texts.agreedNow)
      await client.invalidateQueries({ queryKey: ['protection'] })
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return <Space><ProblemAlert error={error} /><Button type="primary" size="small" loading={busy} onClick={() => void agree()}>{texts.agree}</Button></Space>
}
