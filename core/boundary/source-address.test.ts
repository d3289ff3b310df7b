import { describe, expect, test } from 'vitest'
import { addressRefusal, isHost } from '#core/boundary/source-address.ts'

const allowed = [{ host: 'db.city.example', port: 5432 }, { host: '10.1.2.3', port: 3306 }]
const refusal = (host: string, port: number, resolved: string[], demonstration = false) => addressRefusal({ host, port }, resolved, allowed, demonstration)?.code ?? null

describe('an address that data may be fetched from', () => {
  test.each<[string, string, number, string[], string | null]>([
    ['listed, in the government network', 'DB.city.example', 5432, ['10.9.8.7'], null],
    ['listed by its address', '10.1.2.3', 3306, ['10.1.2.3'], null],
    ['not listed', 'db.other.example', 5432, ['10.9.8.7'], 'source-host-must-be-allowed'],
    ['listed with another port', 'db.city.example', 22, ['10.9.8.7'], 'source-host-must-be-allowed'],
    ['unknown', 'db.city.example', 5432, [], 'source-host-must-be-known'],
    ['the platform itself', 'db.city.example', 5432, ['10.9.8.7', '127.0.0.1'], 'source-host-must-not-be-the-platform'],
    ['the platform itself, within IPv6', 'db.city.example', 5432, ['::ffff:127.0.0.1'], 'source-host-must-not-be-the-platform'],
    ['where a cloud keeps its secrets', 'db.city.example', 5432, ['169.254.169.254'], 'source-host-must-not-be-the-platform'],
    ['this host', 'db.city.example', 5432, ['0.0.0.0'], 'source-host-must-not-be-the-platform'],
    ['link-local in IPv6', 'db.city.example', 5432, ['fe80::1'], 'source-host-must-not-be-the-platform'],
    ['a URL and no host', 'http://db.city.example', 5432, [], 'source-host-must-be-plain'],
  ])('%s', (_story, host, port, resolved, code) => {
    expect(refusal(host, port, resolved)).toBe(code)
  })

  test('may be loopback in the demonstration only, and even there not what no network has', () => {
    expect(refusal('db.city.example', 5432, ['127.0.0.1', '::1'], true)).toBeNull()
    expect(refusal('db.city.example', 5432, ['169.254.1.1'], true)).toBe('source-host-must-not-be-the-platform')
  })

  test('is written without account, port or path', () => {
    for (const host of ['a', 'a-b.c', '127.0.0.1', '::1', 'xn--fiq.example']) expect(isHost(host), host).toBe(true)
    for (const host of ['', 'a b', 'a/b', 'a@b', 'a:80', '-a', 'a..b']) expect(isHost(host), host).toBe(false)
  })
})
