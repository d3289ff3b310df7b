/** Reference counterparty of docs/ports/credit-list.md: a public credit platform that is asked about subjects and told of decisions. */
import { serveRecords } from './record-keeper.ts'
import type { Asked, Kept } from './record-keeper.ts'

/** Reports on a subject that were not removed since. */
function listed(asked: Asked, kept: readonly Kept[]): boolean {
  const removed = new Set(kept.filter((one) => one.place === 'removals').map((one) => one.asked['document']))
  return kept.some((one) => one.place === 'reports' && one.asked['credit-code'] === asked['credit-code'] && !removed.has(one.asked['document']))
}

serveRecords({
  mark: 'XY',
  places: {
    checks: { needs: ['name', 'credit-code'], answers: (asked, { kept }) => ({ listed: listed(asked, kept), source: '公共信用信息平台' }) },
    reports: {
      needs: ['subject', 'credit-code', 'document', 'authority', 'ground', 'date'],
      refuses: (asked, kept) => (kept.some((one) => one.place === 'reports' && one.asked['document'] === asked['document']) ? '该文书已经报送' : null),
    },
    removals: {
      needs: ['subject', 'credit-code', 'document', 'authority', 'ground', 'date'],
      refuses: (asked, kept) => (kept.some((one) => one.place === 'reports' && one.asked['document'] === asked['document']) ? null : '没有报送过该文书'),
    },
  },
})
