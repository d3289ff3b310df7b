import { Tag, Timeline } from 'antd'
import type { TimelineItem } from '#apps/api/wire/case.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { BasisTag } from '#apps/console/law/basis-tag.tsx'
import { pages } from '#apps/console/paths.ts'

const texts = { platform: '平台', recorded: (date: string) => `${date} 补录`, late: (days: number) => `逾期 ${days} 个工作日`, entry: '存证', acting: (name: string) => `（代${name}办理）` }

/** What happened, in its order: by whom, for which office, on which day, on what basis, with its evidence. */
export function CaseTimeline({ items }: { items: TimelineItem[] }) {
  return <Timeline items={items.map((item) => ({ key: item.seq, color: item.overdue_days > 0 ? 'red' : 'blue', content: <Item item={item} /> }))} />
}

function Item({ item }: { item: TimelineItem }) {
  const recorded = item.recorded?.slice(0, item.date.length)
  return (
    <div className="timeline-item">
      <div>
        <span className="numeric">{item.date}</span> <strong>{item.title}</strong>{' '}
        {item.overdue_days > 0 ? <Tag color="red">{texts.late(item.overdue_days)}</Tag> : null}
        {recorded !== undefined && recorded > item.date ? <Tag>{texts.recorded(recorded)}</Tag> : null}
      </div>
      <div className="quiet">{item.by === null || item.by.office === texts.platform ? texts.platform : `${item.by.organization}　${item.by.office}　${item.by.person}${item.by.acting_for === null ? '' : texts.acting(item.by.acting_for)}`}</div>
      {item.text === '' ? null : <div>{item.text}</div>}
      <div className="timeline-foot">
        {item.basis === null ? null : <BasisTag basis={item.basis} />}
        <PageLink href={pages.entry(item.entry)} title={item.entry} aria-label={`${texts.entry} ${item.entry}`}>{texts.entry}</PageLink>
      </div>
    </div>
  )
}
