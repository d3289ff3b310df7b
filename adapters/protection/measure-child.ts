/** Entry of the child process that measures one table and ends; it ends at once when its parent is gone. */
import { measureTable } from '#adapters/protection/measure-table.ts'
import type { MeasureRequest } from '#adapters/protection/measure-table.ts'

process.on('disconnect', () => process.exit(1))
process.once('message', (message) => void answer(message as MeasureRequest)) // only our own parent writes on this channel

async function answer(request: MeasureRequest): Promise<void> {
  const said = await measureTable(request).then((measures) => ({ measures }), (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }))
  process.send?.(said, () => process.exit(0))
}
