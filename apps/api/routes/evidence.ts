import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { exportBundle } from '#adapters/evidence/bundle.ts'
import type { RouteFile } from '../app.ts'
import { bundleParts, lastSequenceFor } from '../evidence-parts.ts'
import { readingAsSystem } from '../parts.ts'
import { problemOf, unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { viewEntry } from '../views/entry.ts'
import { EntryView } from '../wire/rules.ts'

const ById = z.strictObject({ id: z.uuid() })
const Range = z.strictObject({ from: z.coerce.number().int().min(0).optional(), to: z.coerce.number().int().min(0).optional() })

/** The proof behind each step, and the whole log for the offline verifier. */
export const evidenceRoutes: RouteFile = (app, parts) => {
  app.get('/api/evidence/entries/:id', { config: { permission: 'evidence.read' }, schema: { params: ById, response: { 200: EntryView } } }, async (request) => {
    const view = await viewEntry(parts, personOf(request), request.params.id)
    if (view === null) throw unknownThing('entry-must-exist', '存证')
    return view
  })

  app.get('/api/evidence/bundle', { config: { permission: 'evidence.export' }, schema: { querystring: Range } }, async (request, reply) => {
    const person = personOf(request)
    await parts.evidence.append({
      type: 'export', legalDate: await readingAsSystem(parts, (tx) => parts.clock.today(tx)), actor: person.id, onBehalfOf: person.organization.id, office: person.actor.offices[0] ?? 'none',
      action: 'export-bundle', object: { kind: 'evidence', id: 'bundle' }, decision: 'allow', detail: {},
    })
    const { size } = await parts.evidence.checkpoint()
    const last = await lastSequenceFor(parts, person, size)
    const from = request.query.from ?? 0
    const to = Math.min(request.query.to ?? last, last)
    if (from > to) throw problemOf(422, 'range-must-lie-in-log', `导出范围超出存证日志（可导出第0至${last}条）。`, '请核对起止序号。', { last })
    const path = join(parts.temporaryDir, `bundle-${randomUUID()}.jsonl`)
    await exportBundle(parts.evidence.pool, parts.keys, { from, to, size }, bundleParts(parts, { from, to }), path)
    const stream = createReadStream(path)
    stream.once('close', () => void rm(path, { force: true }))
    return reply.header('content-disposition', 'attachment; filename="evidence-bundle.jsonl"').type('application/jsonl').send(stream)
  })
}
