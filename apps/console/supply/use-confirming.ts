import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DeliveryView } from '#apps/api/wire/deliveries.ts'
import { deliveriesQuery, deliveryQuery } from '#apps/console/api/queries.ts'
import { send } from '#apps/console/api/request.ts'
import { useSession } from '#apps/console/session/use-session.ts'

/** Sends what a person confirms of a delivery, and shows the delivery anew. */
export function useConfirming<Body>(id: string, address: string) {
  const client = useQueryClient()
  const { csrf_token } = useSession()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const confirm = async (body: Body): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await send<DeliveryView>('POST', address, body, csrf_token)
      await Promise.all([deliveryQuery(id), deliveriesQuery].map(({ queryKey }) => client.invalidateQueries({ queryKey: [...queryKey] })))
    } catch (failure) {
      setError(failure)
    }
    setBusy(false)
  }
  return { confirm, busy, error }
}
