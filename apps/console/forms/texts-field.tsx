import { Select } from 'antd'
import type { TextsContent } from '#core/pack/content-format.ts'
import { tied } from './leaf.ts'
import type { LeafProps } from './leaf.ts'

/** A list of short texts: type one, press Enter, or paste several divided by 、 or ； . */
export function TextsField(props: LeafProps<TextsContent>) {
  const { value, set } = props
  const list = Array.isArray(value) ? value.map(String) : []
  return <Select {...tied(props)} className="wide" mode="tags" open={false} suffixIcon={null} tokenSeparators={['、', '；', ';', '\n']} placeholder="逐项输入，按回车确认" value={list} onChange={(next: string[]) => set(next.map((one) => one.trim()).filter((one) => one !== ''))} />
}
