import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import type { FastifyServerOptions } from 'fastify'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { App } from './app.ts'
import { answerError } from './errors.ts'
import { parseJsonBody, refuseUnstorable } from './json-body.ts'
import type { ApiParts } from './parts.ts'
import { PERMISSIONS } from './permissions.ts'
import type { Permission } from './permissions.ts'
import { problemOf } from './problem.ts'
import { ROUTE_FILES } from './routes.ts'
import { guard } from './session-guard.ts'
import { staticPages } from './static.ts'

/** unit: bytes; the longest form with all its tables is far below */
const BODY_BYTES_MAX = 1_048_576
/** unit: bytes; an attachment */
export const FILE_BYTES_MAX = 20_971_520
/** unit: characters; an id with its folder */
const PARAM_LENGTH_MAX = 300

/** Bodies are judged and answers written by zod alone: without this the server loads compilers of JSON Schema that it never uses. */
const ZOD_ONLY = { compilersFactory: { buildValidator: () => validatorCompiler, buildSerializer: () => serializerCompiler } } as unknown as NonNullable<FastifyServerOptions['schemaController']> // typed for schemas of JSON; these take zod's, as below

export type RegisteredRoute = { method: string; url: string; permission: Permission }
export type ApiServer = App & { readonly registered: readonly RegisteredRoute[] }

/**
 * The server with all its routes, not yet listening. Refuses to be built where a route declares no permission of the
 * permission table. Every error is an RFC 9457 problem; bad input is never answered 5xx.
 */
export async function buildServer(parts: ApiParts): Promise<ApiServer> {
  const app = Fastify({ logger: false, bodyLimit: BODY_BYTES_MAX, exposeHeadRoutes: false, routerOptions: { maxParamLength: PARAM_LENGTH_MAX }, forceCloseConnections: true, schemaController: ZOD_ONLY }).withTypeProvider<ZodTypeProvider>()
  const registered: RegisteredRoute[] = []
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply))
  app.setNotFoundHandler(() => {
    throw problemOf(404, 'address-must-exist', '没有这一地址。', '请核对地址。')
  })
  app.addHook('onRoute', (route) => {
    const permission = route.config?.permission
    if (permission === undefined || !Object.hasOwn(PERMISSIONS, permission)) {
      throw new Error(`route ${String(route.method)} ${route.url} declares no permission of apps/api/permissions.ts`)
    }
    for (const method of [route.method].flat()) registered.push({ method, url: route.url, permission })
  })
  readBodies(app)
  await security(app, parts)
  app.decorateRequest('person', null)
  app.addHook('onRequest', (request) => guard(parts, request))
  app.addHook('preValidation', (request, _reply, done) => {
    refuseUnstorable(request.params)
    refuseUnstorable(request.query)
    done()
  })
  await describeContract(app)
  for (const routes of ROUTE_FILES) routes(app, parts)
  staticPages(app, parts)
  await app.ready()
  return Object.assign(app, { registered })
}

/** JSON and multipart only; anything else is answered 415. */
function readBodies(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(String(body)))
    } catch (error) {
      done(error as Error) // parseJsonBody throws Refused only
    }
  })
}

async function security(app: App, parts: ApiParts): Promise<void> {
  await app.register(cookie)
  await app.register(multipart, { limits: { fileSize: FILE_BYTES_MAX, files: 1, fields: 0, parts: 1 } })
  const headers = await securityHeaders(parts.config.mode === 'production')
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers)
    done()
  })
  await app.register(rateLimit, {
    max: parts.config.requestsPerMinute,
    timeWindow: '1 minute',
    errorResponseBuilder: () => problemOf(429, 'requests-must-not-be-too-many', '请求过于频繁。', '请一分钟后再试。'),
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store')
    done()
  })
}

/** The headers that helmet gives, taken once from a server of its own: they are the same for every answer, and to reckon them for each costs more than all else that is not the route's. */
async function securityHeaders(overTls: boolean): Promise<Record<string, string>> {
  const model = Fastify({ schemaController: ZOD_ONLY })
  await model.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // The component library writes its styles at run time.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    strictTransportSecurity: overTls,
    referrerPolicy: { policy: 'no-referrer' },
  })
  model.get('/', (_request, reply) => reply.hijack().raw.end())
  const { headers } = await model.inject('/')
  await model.close()
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' && !OWN_OF_AN_ANSWER.has(name) ? [[name, value]] : [])))
}

/** What an answer has of its own. */
const OWN_OF_AN_ANSWER = new Set(['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'])

async function describeContract(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: '公枢接口', description: '公共数据资源授权运营平台。错误一律为 RFC 9457 problem。', version: '1' }, servers: [] },
    transform: jsonSchemaTransform,
  })
}
