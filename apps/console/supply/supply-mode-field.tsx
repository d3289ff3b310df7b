import { Flex, Radio, Select } from 'antd'
import { deltaModes, supplyModeTitles, supplyModes } from '#core/boundary/supply-mode.ts'
import type { SupplyMode } from '#core/boundary/supply-mode.ts'
import type { OpeningView, UploadBody } from '#apps/api/wire/deliveries.ts'

/** How the file changes the version before; null where it stands for itself. */
export type Delta = NonNullable<UploadBody['delta']> | null

const texts = {
  legend: '提供方式',
  first: '首次提供须为完整的文件；入库后可以增量提供。',
  base: (number: number, rows: number) => `上一版本为第 ${number} 版，${rows} 行。增量提供形成新的版本，上一版本仍按原样保存，直至依规销毁。`,
  hints: {
    full: '文件包含本表的全部记录，替代上一版本。',
    append: '文件只含新增的记录，接在上一版本之后。',
    upsert: '文件含新增和变动的记录：主键已有的，整行替换；没有的，新增。',
    delete: '文件只含主键列：主键相同的记录不再进入新版本。',
  } satisfies Record<SupplyMode, string>,
  key: '主键列',
  keyHint: '合起来唯一确定一条记录的列。',
  choose: '请选定主键列',
}

/** Whether what was chosen can be begun with: rows are told apart by a key. */
export function isDeltaWhole(delta: Delta): boolean {
  return delta === null || delta.mode === 'append' || delta.key.length > 0
}

/** Full file or increment, and by which columns a row is known; says why there is no choice where there is none. */
export function SupplyModeField({ opening, delta, change }: { opening: OpeningView; delta: Delta; change: (delta: Delta) => void }) {
  const { base, task } = opening
  if (base === null) return <p className="quiet">{texts.first}</p>
  if (base.hindrance !== null) return <p className="quiet">{base.hindrance}</p>
  const mode = delta?.mode ?? 'full'
  const choose = (next: SupplyMode): void => {
    const chosen = deltaModes.find((one) => one === next)
    change(chosen === undefined ? null : { mode: chosen, key: chosen === 'append' ? [] : (delta?.key.length ?? 0) > 0 ? (delta?.key ?? []) : base.key })
  }
  return (
    <fieldset className="supply-mode">
      <legend>{texts.legend}</legend>
      <p className="quiet">{texts.base(base.number, base.rows)}</p>
      <Radio.Group value={mode} onChange={(event) => choose(event.target.value as SupplyMode) /* one of the radios below */}>
        {supplyModes.map((one) => <Radio key={one} value={one}><strong>{supplyModeTitles[one]}</strong>　<span className="quiet">{texts.hints[one]}</span></Radio>)}
      </Radio.Group>
      {delta === null || delta.mode === 'append' ? null : (
        <Flex gap={10} align="center" wrap className="gap-above">
          <label htmlFor={`key-${task}`}>{texts.key}</label>
          <Select id={`key-${task}`} mode="multiple" className="key-columns" placeholder={texts.choose} value={delta.key} options={base.columns.map(({ name, title }) => ({ value: name, label: name === title ? title : `${title}（${name}）` }))} onChange={(key: string[]) => change({ ...delta, key })} />
          <span className="quiet">{texts.keyHint}</span>
        </Flex>
      )}
    </fieldset>
  )
}
