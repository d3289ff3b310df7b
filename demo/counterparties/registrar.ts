/** Reference counterparty of docs/ports/registrar.md: a registration platform that receives applications; what it decides on them comes by other ways. */
import { serveRecords } from './record-keeper.ts'

const NEEDS = ['title', 'applicant', 'kind']

serveRecords({
  mark: 'DJ',
  places: {
    applications: { needs: NEEDS },
    changes: { needs: [...NEEDS, 'code'] },
    renewals: { needs: [...NEEDS, 'code'] },
    cancellations: {
      needs: [...NEEDS, 'code'],
      refuses: (asked, kept) => (kept.some((one) => one.place === 'cancellations' && one.asked['code'] === asked['code']) ? '该登记已经申请注销' : null),
    },
  },
})
