import { useEffect, useState } from 'react'
import type { PortalView } from '#apps/api/wire/public.ts'
import { api } from './paths.ts'

export type Asked = { state: 'waiting' } | { state: 'failed' } | { state: 'shown'; view: PortalView }

/** What the public may read, asked for when the page opens. */
export function usePortal(): Asked {
  const [asked, setAsked] = useState<Asked>({ state: 'waiting' })
  useEffect(() => {
    const show = async (): Promise<void> => setAsked(await ask())
    void show()
  }, [])
  return asked
}

async function ask(): Promise<Asked> {
  try {
    const response = await fetch(api.portal, { headers: { accept: 'application/json' } })
    if (!response.ok) return { state: 'failed' }
    const view = (await response.json()) as PortalView // the server checks its answer against this schema before it sends it
    return { state: 'shown', view }
  } catch {
    return { state: 'failed' } // shown on the page with a way to try again
  }
}
