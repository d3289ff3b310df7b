import type { RefusalView } from '#apps/api/wire/refusal.ts'

/** A refusal in one sentence after the other: what is missing, what to do, on which article. */
export function refusalSentence(refusal: RefusalView): string {
  const { basis } = refusal
  const law = basis === null ? '' : `依据：${basis.label ?? ''}${basis.says === null ? (basis.because ?? '') : `“${basis.says}”`}`
  return [refusal.message, refusal.cure, law].filter((part) => part !== '').join(' ')
}

export function RefusalText({ refusal }: { refusal: RefusalView }) {
  const { basis } = refusal
  return (
    <div className="refusal">
      <div>{refusal.message}</div>
      {refusal.cure === '' ? null : <div>{refusal.cure}</div>}
      {basis === null ? null : (
        <div>
          {basis.label}
          {basis.says === null ? basis.because : <q>{basis.says}</q>}
        </div>
      )}
    </div>
  )
}
