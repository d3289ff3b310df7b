/** Reference counterparty of docs/ports/national-node.md: a node of the national data infrastructure that lists products. */
import { serveRecords } from './record-keeper.ts'
import type { Kept } from './record-keeper.ts'

const isListed = (product: unknown, kept: readonly Kept[]) => {
  const last = kept.findLast((one) => one.asked['product'] === product)
  return last?.place === 'listings'
}

serveRecords({
  mark: 'JD',
  places: {
    listings: {
      needs: ['product', 'name', 'registration'],
      refuses: (asked, kept) => (isListed(asked['product'], kept) ? '该产品已经发布' : null),
    },
    withdrawals: {
      needs: ['product', 'name'],
      refuses: (asked, kept) => (isListed(asked['product'], kept) ? null : '该产品没有发布'),
    },
  },
})
