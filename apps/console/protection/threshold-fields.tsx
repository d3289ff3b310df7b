import { InputNumber, Select } from 'antd'
import type { ThresholdRow, ThresholdsView } from '#apps/api/wire/provider-thresholds.ts'
import { BasisTag } from '#apps/console/law/basis-tag.tsx'
import { VALUE_WORDS, stepOf, stricterThan } from './threshold-values.ts'
import type { ThresholdValue, ThresholdValues } from './threshold-values.ts'

const texts = {
  caption: '施行中的阈值', name: '阈值', pack: '规则包取值及依据', own: '提供单位提出', now: '按此检查', asPack: '同规则包', stays: '按规则包',
  ways: { lower: '越小越严', higher: '越大越严', graver: '处理越重越严' } as const,
}

/** Each threshold with the pack's value and its basis, what the provider asks for, and what holds; fields where it may be set. */
export function ThresholdTable({ view, values, set }: { view: ThresholdsView; values: ThresholdValues; set: ((values: ThresholdValues) => void) | null }) {
  return (
    <div className="value-table">
      <table className="row-lines" aria-label={texts.caption}>
        <thead><tr><th scope="col">{texts.name}</th><th scope="col">{texts.pack}</th><th scope="col">{texts.own}</th><th scope="col">{texts.now}</th></tr></thead>
        <tbody>
          {view.thresholds.map((row) => {
            const own = values[row.id]
            const change = (value: ThresholdValue | null) => set?.(withValue(values, row.id, value))
            return (
              <tr key={row.id}>
                <td>{row.title}<div className="quiet">{texts.ways[row.stricter]}</div></td>
                <td><span className="numeric">{wordOf(row.pack)}</span> <BasisTag basis={row.basis} short /> <span className="quiet">{row.basis.because ?? row.basis.says}</span></td>
                <td>{set === null ? (own === undefined ? <span className="quiet">{texts.stays}</span> : wordOf(own)) : <Field row={row} own={own} set={change} />}</td>
                <td className="numeric"><strong>{wordOf(own ?? row.pack)}</strong></td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

function Field({ row, own, set }: { row: ThresholdRow; own: ThresholdValue | undefined; set: (value: ThresholdValue | null) => void }) {
  const label = `${row.title}：${texts.own}`
  if (typeof row.pack === 'string') {
    const graver = stricterThan(row.pack).map((value) => ({ value, label: VALUE_WORDS[value] }))
    return <Select className="threshold-field" allowClear aria-label={label} placeholder={texts.asPack} value={typeof own === 'string' ? own : null} options={graver} disabled={graver.length === 0} onChange={(value: ThresholdValue | undefined) => set(value ?? null)} />
  }
  return <InputNumber className="threshold-field" aria-label={label} placeholder={texts.asPack} step={stepOf(row.pack)} value={typeof own === 'number' ? own : null} onChange={set} />
}

function withValue(values: ThresholdValues, id: string, value: ThresholdValue | null): ThresholdValues {
  const others = Object.fromEntries(Object.entries(values).filter(([name]) => name !== id))
  return value === null ? others : { ...others, [id]: value }
}

export function wordOf(value: ThresholdValue): string {
  return typeof value === 'number' ? String(value) : VALUE_WORDS[value]
}
