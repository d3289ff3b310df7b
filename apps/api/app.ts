import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { ApiParts } from './parts.ts'

/** The server as route files see it: schemas are zod, bodies and answers are typed by them. */
export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/**
 * A file of routes. It declares for each route its permission (`config: { permission }`), its schemas from `wire/`
 * (bodies closed, an answer for 200 or 201), and throws `Refused` for everything else.
 */
export type RouteFile = (app: App, parts: ApiParts) => void
