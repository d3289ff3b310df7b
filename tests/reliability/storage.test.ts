import { execFileSync, spawn } from 'node:child_process'
import { appendFile, chmod, chown, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isAlive } from '#adapters/postgres/embedded/process-state.ts'
import { MAINTENANCE_DATABASE, type EmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import { ask, endBy, Scene, serverPid } from './storage-scene.ts'

const isRoot = process.getuid?.() === 0
const hasNamespaces = isRoot && tryNamespace()
/** An ordinary account that every Linux and macOS has; written out because Node cannot look it up. */
const NOBODY = 65_534
const UNKNOWN_USER = 54_321

function tryNamespace(): boolean {
  try {
    execFileSync('unshare', ['--user', '--map-user=1', '--map-group=1', '--', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A test that needs surroundings which may be lacking; then it says loudly that it was not run. */
function testWhere(allowed: boolean, lacking: string, name: string, body: () => Promise<void>): void {
  if (!allowed) console.error(`\n!!! NOT RUN: "${name}" needs ${lacking}\n`)
  test.skipIf(!allowed)(name, body)
}

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(async () => {
  await scene.close()
})

async function rememberSomething(embedded: EmbeddedPostgres): Promise<void> {
  await ask(embedded, `create table kept as select 'here' as word`)
}

async function expectRemembered(embedded: EmbeddedPostgres): Promise<void> {
  expect(await ask(embedded, 'select word from kept')).toEqual([{ word: 'here' }])
}

describe('starting where it stands', () => {
  test('a new directory, and again later: durable, private, no TCP', async () => {
    const first = performance.now()
    const embedded = await scene.start()
    const firstMs = performance.now() - first
    await rememberSomething(embedded)
    expect(await ask(embedded, `select name, setting from pg_settings where name in
      ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses', 'data_checksums', 'server_encoding') order by name`)).toEqual([
      { name: 'data_checksums', setting: 'on' },
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'listen_addresses', setting: '' },
      { name: 'server_encoding', setting: 'UTF8' },
      { name: 'synchronous_commit', setting: 'on' },
    ])
    const modes = await Promise.all([embedded.dataDir, embedded.socketDir, join(embedded.dataDir, 'cluster'), join(embedded.dataDir, 'passwords.json')].map(async (path) => ((await stat(path)).mode & 0o777).toString(8)))
    expect(modes).toEqual(['700', '700', '700', '600'])
    const rules = await ask<{ method: string }>(embedded, 'select distinct auth_method as method from pg_hba_file_rules')
    expect(rules).toEqual([{ method: 'scram-sha-256' }])
    await embedded.stop()

    const later = performance.now()
    const again = await scene.start()
    const laterMs = performance.now() - later
    await expectRemembered(again)
    console.log(`embedded PostgreSQL: first start ${Math.round(firstMs)} ms, later start ${Math.round(laterMs)} ms (${again.account})`)
  })

  test('a wrong password is refused', async () => {
    const embedded = await scene.start()
    const client = new Client({ ...embedded.connection('superuser', MAINTENANCE_DATABASE), password: 'guess' })
    await expect(client.connect()).rejects.toMatchObject({ code: '28P01' })
  })

  test('64 MB lie aside against a full disk', async () => {
    const embedded = await scene.start({ ballast: true })
    expect((await stat(join(embedded.dataDir, 'ballast'))).size).toBe(64 * 1024 * 1024)
  })

  test('packages installed with --ignore-scripts, in a directory that only we may enter', async () => {
    const embedded = await scene.start({ packageDirectory: await scene.bareProgram() })
    expect(await ask(embedded, 'select 1 as n')).toEqual([{ n: 1 }])
  })

  test('a path with blanks, quotes, commas and Chinese characters', async () => {
    const embedded = await scene.start({ dataDir: join(scene.directory, `公枢 "数据", it's`) })
    await rememberSomething(embedded)
    await expectRemembered(embedded)
    expect(embedded.socketDir.startsWith(scene.directory)).toBe(true)
  })

  test('a path too long for a socket, and a symbolic link to it', async () => {
    const long = join(scene.directory, 'd'.repeat(120))
    const embedded = await scene.start({ dataDir: long })
    expect(embedded.socketDir.startsWith(scene.directory)).toBe(false)
    expect((await stat(embedded.socketDir)).mode & 0o777).toBe(0o700)
    await embedded.stop()
    await symlink(long, join(scene.directory, 'link'))
    const again = await scene.start({ dataDir: join(scene.directory, 'link') })
    expect(again.socketDir).toBe(embedded.socketDir)
  })

  test('two checkouts at once do not meet', async () => {
    const [one, other] = await Promise.all([scene.start({ dataDir: join(scene.directory, 'one') }), scene.start({ dataDir: join(scene.directory, 'other') })])
    await rememberSomething(one)
    expect(await ask(other, `select to_regclass('kept') as found`)).toEqual([{ found: null }])
    await one.stop()
    expect(await ask(other, 'select 1 as n')).toEqual([{ n: 1 }])
  })

  test('a cluster of another PostgreSQL version is refused, untouched', async () => {
    const embedded = await scene.start()
    await embedded.stop()
    await writeFile(join(embedded.dataDir, 'cluster', 'PG_VERSION'), '17\n')
    await expect(scene.start()).rejects.toMatchObject({ code: 'data-directory-of-other-version' })
  })
})

describe('under which account', () => {
  testWhere(hasNamespaces, 'root and user namespaces', 'root in a directory that only root may enter, programs included: through a user namespace', async () => {
    const embedded = await scene.start({ packageDirectory: await scene.bareProgram() })
    expect(embedded.account).toBe('namespace')
    expect((await stat(join(embedded.dataDir, 'cluster'))).uid).toBe(0)
    await rememberSomething(embedded)
  })

  testWhere(isRoot, 'root', 'root where namespaces are barred: as an ordinary account, still in a directory that only root may enter', async () => {
    const packageDirectory = await scene.bareProgram()
    const embedded = await scene.start({ packageDirectory, barNamespaces: true })
    expect(embedded.account).toBe('dropped')
    expect((await stat(join(embedded.dataDir, 'cluster'))).uid).not.toBe(0)
    expect((await stat(scene.directory)).mode & 0o777).toBe(0o700)
    await rememberSomething(embedded)
    await embedded.stop()
    await expectRemembered(await scene.start({ packageDirectory, barNamespaces: true }))
  })

  testWhere(hasNamespaces, 'root and user namespaces', 'root, when namespaces become barred and allowed again', async () => {
    const before = await scene.start()
    await rememberSomething(before)
    await before.stop()
    const barred = await scene.start({ barNamespaces: true })
    expect(barred.account).toBe('dropped')
    await expectRemembered(barred)
    await barred.stop()
    await expectRemembered(await scene.start())
  })

  testWhere(isRoot, 'root, to become somebody else', 'an ordinary user; and then root on the directory of that user', async () => {
    const open = await Scene.open(0o755)
    try {
      const packageDirectory = await open.bareProgram()
      const home = await open.makeDirectory('home', 0o700)
      await chown(home, NOBODY, NOBODY)
      const dataDir = join(home, 'data')
      const driver = await open.drive({ dataDir, packageDirectory, become: NOBODY })
      expect(driver.report).toMatchObject({ account: 'direct', uid: NOBODY })
      await endBy(driver.child, 'SIGTERM')
      expect(isAlive(await serverPid(dataDir).catch(() => Number.MAX_SAFE_INTEGER))).toBe(false)
      // The user's package is root's here: not writable, so its links were made in a copy.
      expect((await stat(join(dataDir, 'cluster'))).uid).toBe(NOBODY)
      const asRoot = await open.start({ dataDir, packageDirectory })
      expect(asRoot.account).toBe('dropped')
      expect(await ask(asRoot, 'select 1 as n')).toEqual([{ n: 1 }])
    } finally {
      await open.close()
    }
  })

  testWhere(isRoot, 'root, to become somebody else', 'a user without an entry in /etc/passwd, as some container hosts give: started in a namespace, or refused with the cure', async () => {
    const open = await Scene.open(0o755)
    try {
      const packageDirectory = await open.bareProgram()
      const home = await open.makeDirectory('home', 0o700)
      await chown(home, UNKNOWN_USER, UNKNOWN_USER)
      const driver = await open.drive({ dataDir: join(home, 'data'), packageDirectory, become: UNKNOWN_USER })
      const expected = { account: 'namespace', uid: UNKNOWN_USER }
      if ('code' in driver.report) expect(driver.report).toMatchObject({ code: 'no-account-for-postgres', message: expect.stringContaining(String(UNKNOWN_USER)) })
      else expect(driver.report).toMatchObject(expected)
      console.log(`a user without an entry: ${JSON.stringify(driver.report)}`)
    } finally {
      await open.close()
    }
  })

  testWhere(!isRoot, 'an ordinary user', 'an ordinary user, as we are', async () => {
    expect((await scene.start()).account).toBe('direct')
  })
})

describe('after a kill', () => {
  test('kill -9 of the platform: the orphaned server is stopped in order, every acknowledged row is there', async () => {
    const driver = await scene.drive({ write: true })
    expect(driver.report).toHaveProperty('account')
    await delay(500)
    const orphan = await serverPid(join(scene.directory, 'data'))
    await endBy(driver.child, 'SIGKILL')
    expect(isAlive(orphan)).toBe(true)

    const embedded = await scene.start()
    expect(isAlive(orphan)).toBe(false)
    expect(await serverPid(embedded.dataDir)).not.toBe(orphan)
    const rows = await ask<{ n: string }>(embedded, 'select max(n)::text as n from written')
    expect(driver.acknowledged).toBeGreaterThan(0)
    expect(Number(rows[0]?.n)).toBeGreaterThanOrEqual(driver.acknowledged)
    expect(scene.warnings.join('\n')).toContain(String(orphan))
  })

  test('kill -9 of platform and server: recovery, every acknowledged row is there', async () => {
    const driver = await scene.drive({ write: true })
    await delay(500)
    const server = await serverPid(join(scene.directory, 'data'))
    driver.child.kill('SIGKILL')
    process.kill(server, 'SIGKILL')
    await delay(200)
    const embedded = await scene.start()
    const rows = await ask<{ n: string }>(embedded, 'select max(n)::text as n from written')
    expect(Number(rows[0]?.n)).toBeGreaterThanOrEqual(driver.acknowledged)
  })

  test('kill -9 of the server alone: it comes back by itself', async () => {
    const embedded = await scene.start()
    await rememberSomething(embedded)
    const pid = await serverPid(embedded.dataDir)
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => ask(embedded, 'select word from kept').catch(() => 'not yet'), { timeout: 120_000 }).toEqual([{ word: 'here' }])
    expect(await serverPid(embedded.dataDir)).not.toBe(pid)
    expect(scene.warnings.join('\n')).toContain('意外停止')
  })

  test('a stop while the server is being restarted leaves nothing behind', async () => {
    const embedded = await scene.start()
    process.kill(await serverPid(embedded.dataDir), 'SIGKILL')
    await delay(20)
    await embedded.stop()
    const pid = await serverPid(embedded.dataDir).catch(() => 0)
    expect(pid === 0 || !isAlive(pid)).toBe(true)
  })

  test('a process id in postmaster.pid that now belongs to somebody else: the start goes on, and that process lives', async () => {
    const driver = await scene.drive()
    const pidFiles = [join(scene.directory, 'data', 'cluster', 'postmaster.pid'), join(scene.directory, 'data', 'run', '.s.PGSQL.5432.lock')]
    const server = await serverPid(join(scene.directory, 'data'))
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' })
    try {
      driver.child.kill('SIGKILL')
      process.kill(server, 'SIGKILL')
      await delay(500)
      for (const file of pidFiles) {
        const lines = (await readFile(file, 'utf8')).split('\n')
        await writeFile(file, [String(bystander.pid), ...lines.slice(1)].join('\n'))
      }
      const embedded = await scene.start()
      expect(await ask(embedded, 'select 1 as n')).toEqual([{ n: 1 }])
      expect(bystander.exitCode).toBeNull()
    } finally {
      await endBy(bystander, 'SIGKILL')
    }
  })

  test('a second platform on the same directory is refused and the first is not disturbed', async () => {
    const embedded = await scene.start()
    const pid = await serverPid(embedded.dataDir)
    await expect(scene.start()).rejects.toMatchObject({ code: 'data-directory-in-use' })
    expect(await serverPid(embedded.dataDir)).toBe(pid)
    expect(await ask(embedded, 'select 1 as n')).toEqual([{ n: 1 }])
  })

  test('of two platforms that start at the same moment on a new directory, exactly one has it', async () => {
    const [one, other] = await Promise.all([scene.drive(), scene.drive()])
    const reports = [one.report, other.report]
    expect(reports.filter((report) => 'account' in report)).toHaveLength(1)
    expect(reports.filter((report) => 'code' in report && report.code === 'data-directory-in-use')).toHaveLength(1)
  })
})

describe('what could lose acknowledged data is refused', () => {
  async function stopped(change: (embedded: EmbeddedPostgres) => Promise<unknown>): Promise<void> {
    const embedded = await scene.start()
    await change(embedded)
    await embedded.stop()
  }

  test.each(['fsync', 'full_page_writes', 'synchronous_commit'])('%s off in postgresql.conf', async (setting) => {
    await stopped((embedded) => appendFile(join(embedded.dataDir, 'cluster', 'postgresql.conf'), `\n${setting} = off\n`))
    await expect(scene.start()).rejects.toMatchObject({ code: 'storage-not-durable', message: expect.stringContaining(setting) })
    const pid = await serverPid(join(scene.directory, 'data')).catch(() => 0)
    expect(pid === 0 || !isAlive(pid)).toBe(true)
  })

  test('fsync off by ALTER SYSTEM; and on again', async () => {
    await stopped((embedded) => ask(embedded, 'alter system set fsync = off'))
    await expect(scene.start()).rejects.toMatchObject({ code: 'storage-not-durable' })
    const auto = join(scene.directory, 'data', 'cluster', 'postgresql.auto.conf')
    await writeFile(auto, '')
    await chmod(auto, 0o600)
    expect(await ask(await scene.start(), 'show fsync')).toEqual([{ fsync: 'on' }])
  })

  test('synchronous_commit off for one role only', async () => {
    await stopped((embedded) => ask(embedded, 'create role careless; alter role careless set synchronous_commit = off'))
    await expect(scene.start()).rejects.toMatchObject({ code: 'storage-not-durable', message: expect.stringContaining('careless') })
  })
})
