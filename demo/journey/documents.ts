import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { JourneyBroken } from './person.ts'
import type { Story } from './story.ts'

type DocumentRow = { id: string; kind: string; title: string; number: string | null; files: { format: string; sha256: string; sm3: string; size: number }[]; problem: string | null }

/** Documents are drawn right after the act that issues them. */
const PATIENCE_MS = 30_000
const GLANCE_MS = 100

/** The agency takes the documents of its cases along and compares each file with the hash that the platform states. */
export async function documentsOfStory(story: Story): Promise<void> {
  const agency = await story.as('zx-liu')
  const stranger = await story.as('aj-tian')
  const { rows: cases } = await story.door.ask<{ rows: { id: string }[] }>('GET', '/api/cases?limit=100', agency.ticket)
  for (const { id } of cases) {
    const documents = await drawn(story, id, agency.ticket)
    for (const row of documents) {
      for (const file of row.files) {
        const bytes = await story.door.download(`/api/documents/${row.id}/${file.format}`, agency.ticket)
        if (createHash('sha256').update(bytes).digest('hex') !== file.sha256) throw new JourneyBroken(`文书《${row.title}》的 ${file.format} 文件与所列哈希值不符。`)
      }
      story.narrator.note(`${row.kind}《${row.title}》${row.number ?? ''}：${row.files.map((file) => `${file.format} ${file.size} 字节 SM3 ${file.sm3.slice(0, SHOWN_LENGTH)}…`).join('，')}`)
    }
    const [first] = documents.filter((row) => row.kind === '协议')
    if (first !== undefined) await stranger.refused('document-must-exist', null, () => story.door.download(`/api/documents/${first.id}/pdf`, stranger.ticket))
  }
}

/** unit: characters */
const SHOWN_LENGTH = 12

async function drawn(story: Story, caseId: string, ticket: Parameters<Story['door']['download']>[1]): Promise<DocumentRow[]> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const { rows } = await story.door.ask<{ rows: DocumentRow[] }>('GET', `/api/cases/${caseId}/documents`, ticket)
    const waiting = rows.find((row) => row.files.length === 0)
    if (waiting === undefined) return rows
    if (Date.now() > until) throw new JourneyBroken(`文书《${waiting.title}》没有制作完成：${waiting.problem ?? '原因不明'}`)
    await delay(GLANCE_MS)
  }
}
