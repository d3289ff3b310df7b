import type { RouteFile } from '../app.ts'
import { searchEvidence } from '../lists/evidence.ts'
import { EvidencePage, EvidenceQuery } from '../wire/administration.ts'

/** The evidence for the audit administrator: by object, person, kind and outcome. */
export const auditRoutes: RouteFile = (app, parts) => {
  app.get('/api/administration/evidence', { config: { permission: 'evidence.search' }, schema: { querystring: EvidenceQuery, response: { 200: EvidencePage } } }, (request) => searchEvidence(parts, request.query))
}
