import { useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import type { DelegationDone } from '#apps/api/wire/delegations.ts'
import { delegationsQuery, sessionQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { useSession } from '#apps/console/session/use-session.ts'

/** Makes or ends delegations; then everybody's list, and in whose name one may act, are asked for anew. Throws the refusal. */
export function useDelegations() {
  const client = useQueryClient()
  const { csrf_token } = useSession()
  const { message } = App.useApp()
  return async (path: string, body: unknown, done: string): Promise<void> => {
    const { rows } = await send<DelegationDone>('POST', path, body, csrf_token)
    message.success(`${done}（存证 ${rows.length} 条）`)
    await Promise.all([delegationsQuery, sessionQuery].map(({ queryKey }) => client.invalidateQueries({ queryKey })))
  }
}
