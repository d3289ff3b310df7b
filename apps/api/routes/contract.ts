import type { RouteFile } from '../app.ts'

/** The contract of this server, generated from the schemas of its routes. */
export const contractRoutes: RouteFile = (app) => {
  app.get('/api/openapi.json', { config: { permission: 'contract.read' }, schema: { hide: true } }, (_request, reply) => {
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger()))
  })
}
