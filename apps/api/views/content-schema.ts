import type { JsonObject } from '#core/json.ts'
import type { Content } from '#core/pack/content-format.ts'
import type { CompiledPack } from '#core/pack/compiled-pack.ts'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** JSON Schema 2020-12 of every content of a pack, by id: what a caller may send, closed. */
export function contentSchemas(pack: CompiledPack): JsonObject {
  return Object.fromEntries(Object.entries(pack.contents).map(([id, content]) => [id, { $schema: DIALECT, $id: `urn:gongshu:${pack.manifest.pack}:${pack.manifest.version}:${id}`, ...schemaOf(content) }]))
}

function schemaOf(content: Content): JsonObject {
  const title = { title: content.title, ...(content.hint === undefined ? {} : { description: content.hint }) }
  return { ...title, ...shapeOf(content) }
}

function shapeOf(content: Content): JsonObject {
  switch (content.type) {
    case 'text':
      return { type: 'string', minLength: content.min ?? 1, ...bound('maxLength', content.max) }
    case 'number':
      return { type: content.integer === true ? 'integer' : 'number', ...bound('minimum', content.min), ...bound('maximum', content.max) }
    case 'date':
      return { type: 'string', format: 'date' }
    case 'flag':
      return { type: 'boolean' }
    case 'choice':
      return { type: 'string', enum: Object.keys(content.of) }
    case 'file':
      return closed({ sha256: HASH, sm3: HASH, name: { type: 'string', minLength: 1 }, size: { type: 'integer' }, media_type: { type: 'string' } }, ['sha256', 'name', 'size'])
    case 'figure':
      return closed({ value: { type: 'number', description: content.unit }, source: { type: 'string', minLength: 1 }, method: { type: 'string' }, year: {} }, ['value', 'source'])
    case 'reference':
    case 'organization':
    case 'person':
      return { type: 'string', maxLength: ID_LENGTH_MAX }
    case 'references':
    case 'texts':
      return { type: 'array', items: { type: 'string', minLength: 1, maxLength: ID_LENGTH_MAX }, uniqueItems: true, minItems: content.min ?? 1 }
    case 'text-hash':
      return HASH
    case 'group':
      return groupOf(content.items)
    case 'table':
      return { type: 'array', items: groupOf(content.columns), minItems: content.min_rows ?? 1 }
  }
}

const ID_LENGTH_MAX = 200
const HASH: JsonObject = { type: 'string', pattern: '^[0-9a-f]{64}$' }

function groupOf(items: Record<string, Content>): JsonObject {
  const required = Object.entries(items).flatMap(([key, item]) => (item.optional === true ? [] : [key]))
  return closed(Object.fromEntries(Object.entries(items).map(([key, item]) => [key, schemaOf(item)])), required)
}

function closed(properties: JsonObject, required: string[]): JsonObject {
  return { type: 'object', properties, required, additionalProperties: false }
}

function bound(name: string, value: number | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value }
}
