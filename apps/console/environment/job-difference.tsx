import type { PreviousRelease } from '#apps/api/wire/environment.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { pages } from '#apps/console/paths.ts'

const texts = {
  first: '同一协议、同一场景下还没有出域的结果，没有可以比较的。',
  against: ({ title, released_on }: PreviousRelease) => `与上一次出域的“${title}”（${released_on}）相比`,
  why: '两次结果很接近而只差几行时，相减就能推知差的是谁，请特别留意。',
  columns: '字段',
  sameColumns: '字段相同',
  added: (names: readonly string[]) => `新增 ${names.join('、')}`,
  removed: (names: readonly string[]) => `减少 ${names.join('、')}`,
  rows: '行',
  counted: ({ same, added, removed }: NonNullable<PreviousRelease['rows']>) => `相同 ${same} 行，新增 ${added} 行，减少 ${removed} 行`,
  uncounted: (before: number, now: number | null) => `上一次 ${before} 行${now === null ? '' : `，本次 ${now} 行`}；字段不同或者本次结果未予保存，不逐行比较`,
  cells: '数值',
  noCells: '没有可以对照的分组，不比较数值',
  cell: ({ column, compared, changed, by_few: few }: NonNullable<PreviousRelease['cells']>[number], least: number) =>
    `${column}：两次都有的 ${compared} 组中，${changed === 0 ? '数值均未变化' : `${changed} 组的数值有变化${few === 0 ? '' : `，其中 ${few} 组的变化不足 ${least}`}`}`,
  statement: '语句',
  sameStatement: '语句相同',
  job: '上一次的作业',
  release: '出域审核事项',
}

/** How a result differs from what left last: columns, rows (counted, never shown), and the statement line by line. */
export function JobDifference({ previous, rowCount }: { previous: PreviousRelease | null; rowCount: number | null }) {
  if (previous === null) return <p className="quiet">{texts.first}</p>
  const { columns_added: added, columns_removed: removed, rows, cells, few, sql } = previous
  const changed = [added.length === 0 ? null : texts.added(added), removed.length === 0 ? null : texts.removed(removed)].filter((one) => one !== null)
  return (
    <>
      <p>{texts.against(previous)}（<PageLink href={pages.job(previous.job)}>{texts.job}</PageLink>，<PageLink href={pages.case(previous.case_id)}>{texts.release}</PageLink>）。{texts.why}</p>
      <dl className="finding-parts">
        <div><dt>{texts.columns}</dt><dd>{changed.length === 0 ? texts.sameColumns : changed.join('；')}</dd></div>
        <div><dt>{texts.rows}</dt><dd>{rows === null ? texts.uncounted(previous.row_count, rowCount) : texts.counted(rows)}</dd></div>
        <div><dt>{texts.cells}</dt><dd>{cells === null ? texts.noCells : <ul className="plain">{cells.map((one) => <li key={one.column} className={one.by_few > 0 ? 'line-removed' : ''}>{texts.cell(one, few)}</li>)}</ul>}</dd></div>
        <div>
          <dt>{texts.statement}</dt>
          <dd>
            {sql.every(({ sign }) => sign === ' ') ? texts.sameStatement : (
              // oxlint-disable-next-line react/no-array-index-key -- a fixed text: lines never move
              <pre className="code" aria-label={texts.statement}>{sql.map(({ sign, text }, at) => <div key={at} className={sign === '+' ? 'line-added' : sign === '-' ? 'line-removed' : ''}>{sign} {text}</div>)}</pre>
            )}
          </dd>
        </div>
      </dl>
    </>
  )
}
