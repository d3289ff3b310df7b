import { Input, InputNumber, Space } from 'antd'
import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { FigureContent } from '#core/pack/content-format.ts'
import { tied } from './leaf.ts'
import type { LeafProps } from './leaf.ts'

const texts = { value: '数值', source: '数据来源（必填）', method: '测算方法', year: '年份' }

/** A number with its unit, and from where it comes: without a source it is no figure. */
export function FigureField(props: LeafProps<FigureContent>) {
  const { content, value, set, label, id } = props
  const figure: JsonObject = isObject(value) ? value : {}
  const part = (key: string, next: Json | undefined) => {
    const { [key]: _left, ...others } = figure
    set(next === undefined || next === '' ? others : { ...others, [key]: next })
  }
  const textAt = (key: string) => (typeof figure[key] === 'string' ? figure[key] : '')
  const name = (part_: string) => `${label} ${part_}`
  return (
    <div className="figure">
      <Space.Compact>
        <InputNumber<number> {...tied(props)} className="wide" placeholder={texts.value} value={typeof figure['value'] === 'number' ? figure['value'] : null} onChange={(next) => part('value', next ?? undefined)} />
        <Space.Addon>{content.unit}</Space.Addon>
      </Space.Compact>
      <Input id={`${id}_source`} aria-label={name('数据来源')} placeholder={texts.source} value={textAt('source')} onChange={(event) => part('source', event.target.value)} />
      <Input id={`${id}_method`} aria-label={name(texts.method)} placeholder={texts.method} value={textAt('method')} onChange={(event) => part('method', event.target.value)} />
      <InputNumber<number> id={`${id}_year`} aria-label={name(texts.year)} placeholder={texts.year} precision={0} value={typeof figure['year'] === 'number' ? figure['year'] : null} onChange={(next) => part('year', next ?? undefined)} />
    </div>
  )
}
