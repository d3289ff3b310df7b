import { Tag } from 'antd'
import type { KeepingView } from '#apps/api/wire/retention.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { BasisTag } from '#apps/console/law/basis-tag.tsx'
import { pages } from '#apps/console/paths.ts'

const texts = {
  unruled: '没有开始计算的留存期限，按规定继续保存，不得处置。',
  until: (date: string) => `至少留存至 ${date}（取各项规定中最长者）`,
  due: (date: string) => `自 ${date} 起可以处置，须由人办理并留下记录`,
  states: { unruled: { text: '继续保存', color: 'default' }, keeping: { text: '留存中', color: 'blue' }, due: { text: '到期可处置', color: 'gold' }, disposed: { text: '已处置', color: 'default' } },
  rule: (from: string, length: string, until: string) => `自 ${from} 起 ${length}，至 ${until}`,
  decides: '以此为准',
  kept: '留存事项',
} as const

export function KeepingState({ state }: { state: KeepingView['state'] }) {
  return <Tag color={texts.states[state].color}>{texts.states[state].text}</Tag>
}

/** How long something is kept, rule by rule with its provision; the longest decides. */
export function Keeping({ keeping, own }: { keeping: KeepingView; own: string }) {
  const { until, prunable_from: from, state, rules } = keeping
  if (until === null) return <span className="quiet">{texts.unruled}</span>
  return (
    <div>
      <div><KeepingState state={state} /> {texts.until(until)}{state === 'due' && from !== null ? `；${texts.due(from)}` : ''}</div>
      <ul className="plain">
        {rules.map((rule) => (
          <li key={`${rule.case_id}/${rule.title}`}>
            {rule.title}：<span className="numeric">{texts.rule(rule.from, rule.length, rule.until)}</span> {rule.decides ? <Tag color="blue">{texts.decides}</Tag> : null} <BasisTag basis={rule.basis} /> {rule.case_id === own ? null : <PageLink href={pages.case(rule.case_id)}>{texts.kept}</PageLink>}
          </li>
        ))}
      </ul>
    </div>
  )
}
