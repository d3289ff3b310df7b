import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { JsonObject } from '#core/json.ts'
import type { DraftView } from '#apps/api/wire/case.ts'
import { request, send } from '#apps/console/api/request.ts'
import { api } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import type { z } from 'zod'

const WAIT_MS = 1200 // after the last keystroke; shorter would send half words

export type DraftState = 'none' | 'restored' | 'waiting' | 'saved' | 'failed'

/** The draft of a form: asked for once, restored, and saved while a person types. `key` is the person's own. */
export function useDraft(key: string) {
  const { csrf_token } = useSession()
  const client = useQueryClient()
  const queryKey = ['draft', key]
  const stored = useQuery({ queryKey, queryFn: () => request<z.infer<typeof DraftView>>(api.draft(key)), staleTime: Infinity, gcTime: 0 })
  const [state, setState] = useState<DraftState>('none')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const cancel = useCallback(() => clearTimeout(timer.current), [])
  useEffect(() => cancel, [cancel])

  const put = useCallback(
    async (body: JsonObject): Promise<void> => {
      try {
        await send('PUT', api.draft(key), { body }, csrf_token)
        setState('saved')
      } catch {
        setState('failed') // shown beside the form; the typed text stays in the page
      }
    },
    [key, csrf_token],
  )
  const save = useCallback(
    (body: JsonObject): void => {
      clearTimeout(timer.current)
      setState('waiting')
      timer.current = setTimeout(() => void put(body), WAIT_MS)
    },
    [put],
  )
  const discard = useCallback(async (): Promise<void> => {
    clearTimeout(timer.current)
    try {
      await send('DELETE', api.draft(key), undefined, csrf_token)
      setState('none')
    } catch {
      setState('failed') // shown beside the form; a draft left behind is offered again, never sent
    }
    client.removeQueries({ queryKey: ['draft', key] })
  }, [csrf_token, client, key])
  return { stored, state, setState, save, discard }
}
