import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'

/** unit: percent of the whole; source: quorum and majority figures of packs are percent */
const PERCENT = 100

/**
 * Why a collective decision (“三重一大”) does not carry, in Chinese, or null when it does. The decision's
 * contents are typed by the pack: members, present, votes_for, votes_against, abstentions, text_hash.
 * - attendance must reach `quorum` percent of the members;
 * - the votes add up to those present;
 * - more than `majority` percent of the members present vote for it;
 * - it was taken on exactly the text that stands in the case now.
 */
export function decisionFault(decision: Json | undefined, textHash: string | undefined, quorum: number, majority: number): string | null {
  if (!isObject(decision)) return '没有集体决策记录'
  const members = numberIn(decision, 'members')
  const present = numberIn(decision, 'present')
  const votesFor = numberIn(decision, 'votes-for')
  const cast = votesFor + numberIn(decision, 'votes-against') + numberIn(decision, 'abstentions')
  if (present > members) return `到会${present}人，多于应到${members}人`
  if (present * PERCENT < members * quorum) return `到会${present}人，未达应到${members}人的${quorum}%`
  if (cast !== present) return `表决票共${cast}票，与到会${present}人不符`
  if (votesFor * PERCENT <= present * majority) return `赞成${votesFor}票，未超过到会${present}人的${majority}%`
  if (textHash === undefined) return '没有可供审议的文本'
  if (decision['text-hash'] !== textHash) return '审议的文本与现文本不一致（文本已变更，原决策失效）'
  return null
}

/** A number of the decision; not a number makes every comparison above false, so it reads as a fault. */
function numberIn(decision: JsonObject, key: string): number {
  const value = decision[key]
  return typeof value === 'number' ? value : Number.NaN
}
