import { Button, Flex } from 'antd'
import type { TextHashContent } from '#core/pack/content-format.ts'
import { useFormShared } from './form-state.tsx'
import type { LeafProps } from './leaf.ts'

const texts = {
  take: '以现文本为准',
  same: '已对应现文本',
  other: '与现文本不一致：文本已经改动，请核对后重新确认',
  none: '事项中还没有这一文本',
  now: '现文本哈希值',
}

/** Names the very text that is decided on or signed: its hash is taken over with one click, never typed. */
export function TextHashField({ id, label, describedBy, value, set }: LeafProps<TextHashContent>) {
  const { textHash } = useFormShared()
  if (textHash === null) return <span className="quiet" id={id}>{texts.none}</span>
  const isSame = value === textHash
  return (
    <Flex vertical gap={4}>
      <div className="mono">{texts.now} {textHash}</div>
      <Flex gap={8} align="center">
        <Button id={id} size="small" aria-label={`${label} ${texts.take}`} aria-describedby={describedBy} onClick={() => set(textHash)}>{texts.take}</Button>
        {isSame ? <span className="good">✓ {texts.same}</span> : null}
        {!isSame && typeof value === 'string' ? <span className="bad">{texts.other}</span> : null}
      </Flex>
    </Flex>
  )
}
