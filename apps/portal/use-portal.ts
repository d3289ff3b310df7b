import { useCallback, useEffect, useState } from 'react'
import type { PortalView } from '#apps/api/wire/public.ts'
import { api } from './paths.ts'

export type Asked = { state: 'waiting' } | { state: 'failed'; retry: () => void } | { state: 'shown'; view: PortalView }

/** What the public may read, asked for once. */
export function usePortal(): Asked {
  const [asked, setAsked] = useState<Asked>({ state: 'waiting' })
  const ask = useCallback(async (): Promise<void> => {
    setAsked({ state: 'waiting' })
    try {
      const response = await fetch(api.portal, { headers: { accept: 'application/json' } })
      if (!response.ok) throw new Error(`the server answered ${response.status}`)
      const view = (await response.json()) as PortalView // the server checks its answer against this schema before it sends it
      setAsked({ state: 'shown', view })
    } catch {
      setAsked({ state: 'failed', retry: () => void ask() }) // shown on the page with a way to try again
    }
  }, [])
  useEffect(() => void ask(), [ask])
  return asked
}
