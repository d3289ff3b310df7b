import fastifyStatic from '@fastify/static'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyReply } from 'fastify'
import type { App } from './app.ts'
import type { ApiParts } from './parts.ts'

const FILE = /^[A-Za-z0-9._/-]+\.[A-Za-z0-9]+$/
const PERMISSION = { permission: 'pages.read' } as const

/** The built pages: `/portal` is the public's, everything else the console's. An address without a file is the page's own. */
export function staticPages(app: App, { config }: ApiParts): void {
  void app.register(fastifyStatic, { root: [config.consoleDir, config.portalDir], serve: false })
  const page = (folder: string) => (reply: FastifyReply, path: string) => {
    if (!existsSync(join(folder, 'index.html'))) return notBuilt(reply)
    const isFile = FILE.test(path) && !path.includes('..') && existsSync(join(folder, path))
    if (!isFile && path.startsWith('assets/')) return reply.callNotFound()
    return isFile && path !== 'index.html'
      ? reply.sendFile(path, folder, { immutable: path.startsWith('assets/'), maxAge: path.startsWith('assets/') ? '365d' : 0 })
      : reply.header('cache-control', 'no-cache').sendFile('index.html', folder, { cacheControl: false })
  }
  const [consolePage, portalPage] = [page(config.consoleDir), page(config.portalDir)]
  app.get('/portal', { config: PERMISSION, schema: { hide: true } }, (_request, reply) => portalPage(reply, 'index.html'))
  app.get<{ Params: { '*': string } }>('/portal/*', { config: PERMISSION, schema: { hide: true } }, (request, reply) => portalPage(reply, request.params['*']))
  app.get<{ Params: { '*': string } }>('/*', { config: PERMISSION, schema: { hide: true } }, (request, reply) => {
    return request.params['*'].startsWith('api/') ? reply.callNotFound() : consolePage(reply, request.params['*'])
  })
}

function notBuilt(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8').send('<!doctype html><html lang="zh-CN"><title>公枢</title><p>网页尚未生成。接口已可使用，见 <a href="/api/openapi.json">接口说明</a>。</p></html>')
}
