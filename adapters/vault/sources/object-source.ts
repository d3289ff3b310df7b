/** One object of an S3-compatible store, whatever its format; its content is recognised when it is taken in. */
import { request as requestPlain } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as requestEncrypted } from 'node:https'
import { Readable } from 'node:stream'
import { AwsClient } from 'aws4fetch'
import { lookupOf } from '#adapters/vault/sources/one-address.ts'
import { counted, heard, unreachable } from '#adapters/vault/sources/pull-error.ts'

export interface StoredObject {
  /** Scheme, host and port of the store; addressed by path, as private stores are. */
  endpoint: string
  /** The network address that the store's name was judged by; no other is connected to. */
  address: string
  region: string
  bucket: string
  key: string
  accessKeyId: string
  secretAccessKey: string
}

/** Status of an answer that gives what was asked for. A redirect is not followed: it would lead to a host that nobody named. */
export const storeFound = 200
/** Platform default: a store that does not answer for so long is taken for broken. */
const answerMs = 15_000

/**
 * Opens the object. Throws `source-unreachable` with the store's status where it cannot be read; the stream ends in
 * `source-interrupted` where it breaks off, also when fewer bytes come than the store announced.
 */
export async function openStoredObject(object: StoredObject): Promise<Readable> {
  const what = `对象存储中的“${object.bucket}/${object.key}”`
  let answer: IncomingMessage
  try {
    answer = await askStore(object, [object.bucket, ...object.key.split('/')].map(encodeURIComponent).join('/'))
  } catch (error) {
    throw unreachable(what, '无法连接', error)
  }
  if (answer.statusCode !== storeFound) {
    answer.destroy()
    throw unreachable(what, `无法读取（存储返回 ${answer.statusCode}）`, new Error(`status ${answer.statusCode}`))
  }
  return Readable.from(counted(what, answer), { objectMode: false })
}

/** Asks the store by a signed request; the answer's content is still to be read. Throws what the network says. */
export async function askStore(store: Omit<StoredObject, 'key'>, path: string): Promise<IncomingMessage> {
  const { accessKeyId, secretAccessKey, region, address } = store
  const signed = await new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 }).sign(`${store.endpoint}/${path}`)
  const url = new URL(signed.url)
  const request = url.protocol === 'https:' ? requestEncrypted : requestPlain
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: Object.fromEntries(signed.headers), lookup: lookupOf(address), agent: false, timeout: answerMs })
    asked.once('response', (answer) => {
      // From here on silence is judged by who reads.
      asked.setTimeout(0)
      // A response that nobody reads yet may break; the break is told to whoever reads it.
      resolve(heard(answer))
    })
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${answerMs} ms`)))
    asked.on('error', reject)
    asked.end()
  })
}
