import type { JsonObject } from '#core/json.ts'
import type { CaseHandle } from './case-view.ts'
import { Refused } from './door.ts'
import type { Person } from './person.ts'

type Answer = { evidence: string; quota_left: number; rows?: unknown[][]; answer?: string }

/** A consumer's machine: its key, its product, and the scenario for which it was granted. */
export type Machine = { owner: Person; product: CaseHandle; key: string; scenario: string }

/** A query of the product's released rows; the line shows the evidence of the call. */
export async function query(machine: Machine, fields: string[], where: JsonObject[] = [], scenario = machine.scenario): Promise<Answer> {
  return called(machine, 'query', { scenario, fields, where, limit: 3 }, `查询产品接口（${fields.join('、')}）`)
}

/** A verification: yes or no, nothing else. */
export async function verify(machine: Machine, where: JsonObject[]): Promise<Answer> {
  return called(machine, 'verify', { scenario: machine.scenario, where }, '调用核验接口')
}

async function called(machine: Machine, mode: 'query' | 'verify', body: JsonObject, what: string): Promise<Answer> {
  const { owner, product, key } = machine
  try {
    const answer = await owner.story.door.call<Answer>(`/gateway/v1/products/${product.id}/${mode}`, key, body)
    const said = answer.answer === undefined ? `${answer.rows?.length ?? 0}行` : `答复“${answer.answer === 'yes' ? '是' : '否'}”`
    owner.story.narrator.act({ date: owner.story.today, who: owner.who, act: `${what}：${said}，余${answer.quota_left}次`, provision: '《成都市公共数据资源授权运营实施细则》第七条第六款', due: '—', entry: answer.evidence })
    return answer
  } catch (error) {
    throw error instanceof Refused ? new Refused(error.problem, what) : error
  }
}
