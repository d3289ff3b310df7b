import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { zipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { childCommand } from '#adapters/sandbox/child-command.ts'
import type { IsolationMode } from '#adapters/sandbox/child-command.ts'
import { sandboxPosture } from '#adapters/sandbox/posture.ts'
import { readBehindWalls } from '#adapters/vault/child/behind-walls.ts'
import type { Walls } from '#adapters/vault/child/behind-walls.ts'
import { withWalls } from '#adapters/vault/child/walls.ts'
import { defaultIngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { ingestTable } from '#adapters/vault/ingest/ingest-table.ts'
import type { IngestResult, ParseInRoom } from '#adapters/vault/ingest/ingest-table.ts'
import { parseTable } from '#adapters/vault/ingest/parse-table.ts'

const hostile = fileURLToPath(new URL('./hostile-reader.program.mjs', import.meta.url))
const schema = tableSchema.parse({
  name: 'small',
  title: '小表',
  entity: { kind: 'none' },
  columns: [
    { name: 'a', title: '甲', type: 'integer', nullable: false },
    { name: 'b', title: '乙', type: 'text', nullable: true },
  ],
})
const mebibyte = 1024 * 1024
const workBytes = 2 * mebibyte

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-walls-'))
})
afterEach(() => rm(folder, { recursive: true }))

function behind(walls: Walls): ParseInRoom {
  return async (request, source, room) => {
    const said = await readBehindWalls(walls, { read: 'table', request }, source, room)
    if (said.answer !== 'parsed') throw new Error('another question')
    return said.result
  }
}

function ingest(source: Readable, parse: ParseInRoom = parseTable, name = 'table'): Promise<IngestResult> {
  const request = { schema, encoding: 'detect' as const, limits: defaultIngestLimits, suppliedOn: '2026-11-22', expected: {}, suite: 'aes-256-gcm' as const, versionId: 'test', dataKey: randomBytes(32) }
  return ingestTable({ ...request, tablePath: join(folder, name), profilePath: join(folder, `${name}.profile`), stagePath: join(folder, 'stage'), directory: folder }, source, parse)
}

async function parquet(): Promise<Buffer> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`COPY (SELECT i AS a, 'x' || i AS b FROM range(200000) t(i)) TO '${join(folder, 'p')}' (FORMAT parquet, ROW_GROUP_SIZE 20000)`)
  connection.closeSync()
  instance.closeSync()
  const bytes = await readFile(join(folder, 'p'))
  await rm(join(folder, 'p'))
  return bytes
}

function workbook(): Buffer {
  const text = (value: string): Uint8Array => Buffer.from(`<?xml version="1.0"?>${value}`)
  const cell = (value: string): string => `<c t="inlineStr"><is><t>${value}</t></is></c>`
  return Buffer.from(
    zipSync({
      'xl/workbook.xml': text('<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>'),
      'xl/_rels/workbook.xml.rels': text('<Relationships><Relationship Id="r1" Target="worksheets/s.xml"/></Relationships>'),
      'xl/worksheets/s.xml': text(`<worksheet><sheetData><row>${cell('a')}${cell('b')}</row><row>${cell('1')}${cell('甲')}</row></sheetData></worksheet>`),
    }),
  )
}

test('a file read behind the walls gives the bytes that it gives without, in every format that is read in its own way', async () => {
  const files: [string, Buffer][] = [['csv', Buffer.from('a,b\n1,x\n2,"y\n"\n')], ['parquet', await parquet()], ['xlsx', workbook()]]
  for (const [name, bytes] of files) {
    const open = await ingest(Readable.from([bytes]), undefined, `${name}-open`)
    const walled = await withWalls(defaultIngestLimits, (walls) => ingest(Readable.from([bytes]), behind(walls), name))
    expect([name, walled.table.plainSm3, walled.summary.rows, walled.source]).toEqual([name, open.table.plainSm3, open.summary.rows, open.source])
  }
})

describe('a reader taken over by a file', () => {
  async function attempts(mode: IsolationMode): Promise<Record<string, boolean>> {
    const server = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const keyPath = join(folder, 'master-key')
    await writeFile(keyPath, 'secret', { mode: 0o600 })
    const workplace = { directory: folder, bytes: workBytes }
    const command = childCommand(mode, { script: hostile, inputDirectory: null, workplace }, { memoryMb: 512, seconds: 30, threads: 1, fileBytes: 64 * mebibyte })
    const question = { keyPath, port: (server.address() as AddressInfo).port, elsewhere: join(folder, 'elsewhere'), lie: '', bytes: 2 * workBytes } // listens on an address
    try {
      const task = { read: 'question', question: question as never } as const // the hostile program's own question
      const error: unknown = await readBehindWalls({ command, secondsMax: 30 }, task, Readable.from([]), noRoom).catch((cause: unknown) => cause)
      const [, said = '{}'] = /failed: (\{.*\})/.exec(error instanceof Error ? error.message : '') ?? []
      return JSON.parse(said) as Record<string, boolean> // what the hostile program says of itself
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  }

  test('gets at nothing: no key, no network, no process, no place but its own, and no more of that than it was given', async () => {
    const unwalled = await attempts('plain')
    expect(unwalled).toMatchObject({ key: true, network: true, elsewhere: true, program: true, workplace: true, beyondWorkplace: true })
    const { mode } = await sandboxPosture()
    if (mode !== 'bubblewrap-filtered') return console.error(`SKIPPED, loudly: this machine isolates by ${mode} only`)
    expect(await attempts(mode)).toEqual({ key: false, network: false, elsewhere: false, program: false, processes: false, workplace: true, beyondWorkplace: false })
    expect(await readdir(folder)).toEqual(['master-key'])
  })

  test.each(['overlong', 'unknown', 'wish', 'answer', 'nothing'])('is not believed: %s', async (lie) => {
    const command = childCommand('plain', { script: hostile, inputDirectory: null, workplace: { directory: folder, bytes: workBytes } }, { memoryMb: 512, seconds: 30, threads: 1 })
    const task = { read: 'question', question: { lie } as never } as const // the hostile program's own question
    await expect(readBehindWalls({ command, secondsMax: 30 }, task, Readable.from([]), noRoom)).rejects.toMatchObject({ code: 'ingest-worker-died' })
  })
})

const noRoom = { stage: { write: () => Promise.reject(new Error('no stage')), finish: () => Promise.reject(new Error('no stage')) }, part: () => Promise.reject(new Error('no part')) }

describe('a reader that does not come to an end', () => {
  /** Rows that never end; `meanwhile` is called with each. */
  async function* endless(meanwhile: () => Promise<void>): AsyncGenerator<Buffer> {
    yield Buffer.from('a,b\n')
    for (;;) {
      yield Buffer.from('1,x\n'.repeat(10_000))
      await meanwhile()
      await delay(5)
    }
  }

  test('is killed at its time, and nothing is left', async () => {
    const outcome = withWalls({ ...defaultIngestLimits, secondsMax: 1 }, (walls) => ingest(Readable.from(endless(async () => undefined), { objectMode: false }), behind(walls)))
    await expect(outcome).rejects.toMatchObject({ code: 'ingest-too-slow', message: '解析文件超过 1 秒的上限，已强制结束，没有保留任何内容。' })
    expect(await readdir(folder)).toEqual([])
  })

  test('killed by a signal is named as that, and nothing is left', async () => {
    const killReaders = async (): Promise<void> => {
      const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
      for (const pid of children.trim().split(' ').filter((text) => text !== '')) {
        const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
        if (command.includes('/child/reader-')) process.kill(Number(pid), 'SIGKILL')
      }
    }
    const outcome = withWalls(defaultIngestLimits, (walls) => ingest(Readable.from(endless(killReaders), { objectMode: false }), behind(walls)))
    await expect(outcome).rejects.toMatchObject({ code: 'ingest-worker-died', message: '数据处理进程意外结束（SIGKILL），没有保留任何内容。' })
    expect(await readdir(folder)).toEqual([])
  })
})
