import { textArg } from '#adapters/cases/capability-port.ts'
import type { EffectRunner } from '#adapters/cases/capability-port.ts'

/** Grants a consumer the use of a product: scenario, end, price and a quota that is counted down call by call. */
export const SERVICES_EFFECTS: Readonly<Record<string, EffectRunner>> = {
  'services.grant': async (args, context) => {
    const quota = args['quota']
    const price = args['price'] ?? 0
    if (typeof quota !== 'number' || !Number.isSafeInteger(quota) || quota < 0) throw new TypeError(`a quota is a whole number of calls, not ${JSON.stringify(quota)}`)
    if (typeof price !== 'number') throw new TypeError(`a price is a number, not ${JSON.stringify(price)}`)
    await context.tx.insertInto('service_grant').values({
      subscription: typeof args['subscription'] === 'string' ? args['subscription'] : context.state.id,
      product: textArg(args, 'product'), consumer: textArg(args, 'consumer'), scenario: textArg(args, 'scenario'),
      purpose: typeof args['purpose'] === 'string' ? args['purpose'] : '', ends: textArg(args, 'ends'), price: String(price), quota, case_id: context.state.id,
    }).execute()
  },
}
