/** Reference counterparty of docs/ports/procurement.md: a platform for government procurement that publishes notices and their results. */
import { serveRecords } from './record-keeper.ts'

const address = (number: string) => ({ address: `https://procurement.example/notices/${number}` })

serveRecords({
  mark: 'CG',
  places: {
    notices: { needs: ['title', 'number', 'agency'], answers: (_asked, { number }) => address(number) },
    results: {
      needs: ['title', 'number', 'agency', 'winner'],
      refuses: (asked, kept) => (kept.some((one) => one.place === 'notices' && one.asked['number'] === asked['number']) ? null : '没有发布过这一编号的公告'),
      answers: (_asked, { number }) => address(number),
    },
  },
})
