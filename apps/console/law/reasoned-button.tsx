import { Button, Tooltip } from 'antd'
import type { ButtonProps } from 'antd'
import { useId } from 'react'
import type { RefusalView } from '#apps/api/wire/refusal.ts'
import { RefusalText, refusalSentence } from './refusal-text.tsx'

/**
 * A button that is never merely grey: where the server says no, it can still be reached by keyboard, and tells
 * in a tooltip and to screen readers why, on which article, and what to do.
 */
export function ReasonedButton({ reason, children, onClick, ...rest }: ButtonProps & { reason: RefusalView | null }) {
  const id = useId()
  if (reason === null) return <Button {...rest} {...(onClick === undefined ? {} : { onClick })}>{children}</Button>
  return (
    <Tooltip title={<RefusalText refusal={reason} />} trigger={['hover', 'focus']}>
      <Button {...rest} type="default" className="reasoned-off" aria-disabled="true" aria-describedby={id}>
        {children}
        <span id={id} className="visually-hidden">{refusalSentence(reason)}</span>
      </Button>
    </Tooltip>
  )
}
