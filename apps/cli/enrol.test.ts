import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { passwordMatches } from '#adapters/identity/passwords.ts'
import { enrolCommand } from './enrol.ts'

let folder: string
let database: FreshDatabase

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-enrol-'))
  database = await freshDatabase()
  await writeFile(join(folder, 'organizations.yaml'), `city: 试验市
region: '510100'
organizations:
  - { id: bureau, name: 数据局, kind: government, legal_person: true, region: '510100', holds: { offices: [data-authority], for_region: '510100', decision_number: 试府发〔2026〕1号, decided_on: 2026-05-20, from: 2026-06-01 } }
`)
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

async function enrol(...args: string[]): Promise<{ code: number; said: string }> {
  const lines: string[] = []
  const env = { GONGSHU_MODE: 'production', GONGSHU_CITY: '试验市', GONGSHU_REGION: '510100', GONGSHU_EVIDENCE_ORIGIN: 'evidence.example/log', GONGSHU_DATA: join(folder, 'data'), DATABASE_URL: database.url }
  const code = await enrolCommand([folder, ...args], env, (line) => lines.push(line))
  return { code, said: lines.join('\n') }
}

test('a new city’s first administrators: refused as a whole where one line is wrong, then enrolled once, with passwords only their owner’s file tells', async () => {
  await writeFile(join(folder, 'persons.yaml'), 'persons:\n  - { login: jing-ban, name: 经办, organization: bureau, offices: [data-authority] }\n')
  const refused = await enrol()
  expect(refused.code).toBe(1)
  expect(refused.said).toContain('［administrator-must-be-named］')
  expect(await registered()).toEqual({ organizations: 0, persons: 0 })

  await writeFile(join(folder, 'persons.yaml'), 'persons:\n  - { login: an-quan, name: 安全员, organization: bureau, offices: [security-administrator] }\n')
  const done = await enrol()
  expect(done.said).toContain('已登记，各项岗位和权限均已存证。')
  expect(done.code).toBe(0)
  const [file = ''] = (await readdir(join(folder, 'data'))).filter((name) => name.startsWith('first-passwords-'))
  expect((await stat(join(folder, 'data', file))).mode % 0o1000).toBe(0o600)
  const password = (await readFile(join(folder, 'data', file), 'utf8')).trim().split('\t').at(-1) ?? ''
  const credential = await database.owner.db.selectFrom('credential').select(['password_hash', 'must_change']).executeTakeFirstOrThrow()
  expect(await passwordMatches(credential.password_hash, password)).toBe(true)
  expect(credential.must_change).toBe(true)

  const again = await enrol()
  expect(again).toMatchObject({ code: 0 })
  expect(again.said).toContain('已登记的 2 项不作改动')
  expect(await registered()).toEqual({ organizations: 1, persons: 1 })
})

function registered() {
  return inTransaction(database.owner.db, { as: 'system' }, async (tx) => ({
    organizations: (await tx.selectFrom('organization').select('id').execute()).length,
    persons: (await tx.selectFrom('person').select('id').execute()).length,
  }))
}
