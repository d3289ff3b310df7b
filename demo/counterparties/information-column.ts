/** Reference counterparty of docs/ports/information-column.md: the column of a government's website in which it discloses information. */
import { serveRecords } from './record-keeper.ts'

const address = (number: string) => ({ address: `https://disclosure.example/${number}.html` })

serveRecords({
  mark: 'GK',
  places: {
    publications: { needs: ['title', 'kind', 'text'], answers: (_asked, { number }) => address(number) },
    withdrawals: {
      needs: ['title', 'kind', 'number'],
      refuses: (asked, kept) => (kept.some((one) => one.place === 'publications' && one.number === asked['number']) ? null : '没有公开过这一编号的信息'),
      answers: (asked) => address(String(asked['number'])),
    },
  },
})
