/** One object of an S3-compatible store, whatever its format; its content is recognised when it is taken in. */
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { AwsClient } from 'aws4fetch'
import { counted, heard, unreachable } from '#adapters/vault/sources/pull-error.ts'

export interface StoredObject {
  /** Scheme, host and port of the store; addressed by path, as private stores are. */
  endpoint: string
  region: string
  bucket: string
  key: string
  accessKeyId: string
  secretAccessKey: string
}

/**
 * Opens the object. Throws `source-unreachable` with the store's status where it cannot be read; the stream ends in
 * `source-interrupted` where it breaks off, also when fewer bytes come than the store announced.
 */
export async function openStoredObject(object: StoredObject): Promise<Readable> {
  const what = `对象存储中的“${object.bucket}/${object.key}”`
  const { accessKeyId, secretAccessKey, region } = object
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 })
  const path = [object.bucket, ...object.key.split('/')].map(encodeURIComponent).join('/')
  let response: Response
  try {
    // A redirect would carry the request to a host that nobody named.
    response = await client.fetch(`${object.endpoint}/${path}`, { redirect: 'error' })
  } catch (error) {
    throw unreachable(what, '无法连接', error)
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel()
    throw unreachable(what, `无法读取（存储返回 ${response.status}）`, new Error(`status ${response.status}`))
  }
  // The two declarations of the web's streams differ in name only.
  const body = heard(Readable.fromWeb(response.body as ReadableStream<Uint8Array>))
  return Readable.from(counted(what, body), { objectMode: false })
}
