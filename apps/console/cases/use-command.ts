import { useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { useState } from 'react'
import type { AcceptedView, CaseView, CommandBody } from '#apps/api/wire/case.ts'
import { caseQuery } from '#apps/console/api/queries.ts'
import { ActKeys } from '#apps/console/api/idempotency-key.ts'
import { NoAnswer, send } from '#apps/console/api/request.ts'
import { api } from '#apps/console/paths.ts'
import { useActing } from '#apps/console/session/acting.tsx'
import { useSession } from '#apps/console/session/use-session.ts'

const texts = { done: (title: string, entries: number, principal: string | null) => `已${principal === null ? '' : `代${principal}`}办理：${title}（存证 ${entries} 条）` }

/** Sends a command to a case, bound to the state that the person saw; then the case and the lists are asked for anew. */
export function useCommand(view: Pick<CaseView, 'id' | 'seq'>) {
  const client = useQueryClient()
  const { csrf_token } = useSession()
  const { acting } = useActing()
  const { message } = App.useApp()
  const [keys] = useState(() => new ActKeys())
  return async (command: CommandBody, title: string): Promise<void> => {
    const body: CommandBody = { ...command, expected_seq: view.seq, ...(acting === null ? {} : { acting_for: acting.delegation }) }
    try {
      const accepted = await send<AcceptedView>('POST', api.commands(view.id), body, csrf_token, keys.keyFor(body))
      keys.answered()
      message.success(texts.done(title, accepted.entries.length, acting?.principal.name ?? null))
    } catch (error) {
      // Without an answer the same key goes with the same act again; any answer ends the act.
      if (!(error instanceof NoAnswer)) keys.answered()
      throw error
    }
    await client.invalidateQueries({ queryKey: caseQuery(view.id).queryKey })
    for (const list of ['tasks', 'cases', 'openable', 'notices', 'register', 'products', 'subscriptions', 'environment']) void client.invalidateQueries({ queryKey: [list] })
  }
}
