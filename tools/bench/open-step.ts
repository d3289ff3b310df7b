/** A process of its own, for it owns the data folder while it runs: puts a step there at which the provider hands its data over, and tells which. */
import { readConfig } from '#apps/api/config.ts'
import { openPlatform } from '#apps/api/platform.ts'
import { openDelivery } from '#tests/support/delivery-case.ts'

/** Which server's folder and database, and what the provider is to hand over. */
export type StepOrders = { env: Record<string, string>; asked: Parameters<typeof openDelivery>[1] }
export type OpenStep = Awaited<ReturnType<typeof openDelivery>>

const { env, asked } = JSON.parse(process.argv[2] ?? '') as StepOrders // written by whoever starts it
const platform = await openPlatform(readConfig(env), { log: { info: () => undefined, warn: console.error, error: console.error } })
const step: OpenStep = await openDelivery(platform, asked)
await platform.close()
process.stdout.write(JSON.stringify(step))
process.exit(0)
