import type { BasisView } from '#apps/api/wire/refusal.ts'

const texts = { 'platform-default': '平台默认（原文没有规定）', interpretation: '对条文的解读', order: '命令', agreement: '协议', provision: '' } as const

/** On what a rule rests, in one line: the place with its sentence; what is the platform's own default is never shown as the law's. */
export function basisText({ kind, label, says, because }: BasisView): string {
  const place = [label, texts[kind]].filter((part) => part !== null && part !== '').join('，')
  const sentence = says ?? because
  return sentence === null ? place : `${place}：${sentence}`
}

export function BasisPlace({ basis }: { basis: BasisView }) {
  const { kind, label, says, because } = basis
  return (
    <>
      <div>{label ?? texts[kind]}</div>
      {label !== null && texts[kind] !== '' ? <div className="about-basis">{texts[kind]}</div> : null}
      {says === null ? <div className="about-basis">{because}</div> : <q className="about-basis">{says}</q>}
    </>
  )
}
