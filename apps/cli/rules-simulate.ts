import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readWorkingCalendar } from '#adapters/calendar/holiday-notices.ts'
import { HOLIDAY_NOTICES } from '#adapters/packs/check-packs.ts'
import { hashOfJson } from '#adapters/packs/pack-library.ts'
import type { CompiledPack } from '#core/pack/compiled-pack.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import { simulate } from '#core/procedure/simulate.ts'
import type { History, SimulationFinding } from '#core/procedure/simulate.ts'

const KINDS: Record<SimulationFinding['kind'], string> = {
  late: '逾期', missing: '缺少', unknown: '不收', refused: '不予通过', office: '主体不同', 'no-rule': '没有此程序或者环节', 'not-open': '环节未开启', left: '仍未办结',
}

/** A file that holds no histories of cases: names the line and what was expected there. */
class NoHistory extends Error {
  override readonly name = 'NoHistory'
}

/** `rules simulate <bundle> <pack>`: what the pack would have said of the bundle's cases; exit code 0, also with findings. */
export async function simulateCommand(file: string, pack: CompiledPack, print: (line: string) => void, root: string): Promise<number> {
  if (!existsSync(file)) {
    print(`没有文件 ${file}。请给出平台导出的存证包，或者每行一个办理事件的导出文件。`)
    return 1
  }
  const histories = historiesOf(readFileSync(file, 'utf8'), file)
  const calendar = await readWorkingCalendar(join(root, HOLIDAY_NOTICES))
  const ref = { id: pack.manifest.pack, version: pack.manifest.version, digest: hashOfJson(pack as never) } // a compiled pack is plain JSON
  const findings = simulate(histories, { pack, ref, calendar, hashOf: hashOfJson })
  print(`按《${pack.manifest.title}》（${pack.manifest.pack}）重办${histories.length}个事项，所列${findings.length}处：`)
  for (const { caseId } of histories) {
    const own = findings.filter((one) => one.caseId === caseId)
    print(`\n${caseId}：${own.length === 0 ? '没有不同' : `${own.length}处`}`)
    for (const one of own) print(`  ${one.date} 【${KINDS[one.kind]}】${one.step}：${one.text}${one.code === null ? '' : `（${one.code}）`}${one.provision === null ? '' : `［${one.provision}］`}`)
  }
  return 0
}

/** The cases of a bundle, or of a file with one event on each line, in the order in which they begin. */
export function historiesOf(text: string, file: string): History[] {
  const cases = new Map<string, CaseEvent[]>()
  let current = ''
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const read = parsed(line, file, index + 1)
    if (read['kind'] === 'case-event') {
      const event = JSON.parse(Buffer.from(String(read['bytes']), 'base64').toString('utf8')) as CaseEvent // what the platform wrote; the verifier checks it against the evidence
      keep(cases, String(read['case']), event)
    } else if (typeof read['type'] === 'string' && read['kind'] === undefined) {
      const event = read as unknown as CaseEvent // one event on each line
      if (event.type === 'case-opened') current = event.case
      keep(cases, current, event)
    }
  }
  if (cases.size === 0) throw new NoHistory(`${file} 中没有办理事件。请给出含有事项的存证包，或者每行一个办理事件的导出文件。`)
  return [...cases].map(([caseId, events]) => ({ caseId, events }))
}

function parsed(line: string, file: string, number: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown> // an object, just seen
  } catch (error) {
    throw new NoHistory(`${file} 第${number}行不是 JSON：${error instanceof Error ? error.message : String(error)}。请给出平台导出的文件，不要改动。`)
  }
  throw new NoHistory(`${file} 第${number}行不是一个 JSON 对象。请给出平台导出的文件，不要改动。`)
}

function keep(cases: Map<string, CaseEvent[]>, id: string, event: CaseEvent): void {
  const own = cases.get(id)
  if (own === undefined) cases.set(id, [event])
  else own.push(event)
}
