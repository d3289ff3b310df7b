import { Button } from 'antd'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { Json } from '#core/json.ts'
import { isObject } from '#core/json.ts'

/** A part that may be left out stays folded until somebody wants it: its stars would look like duties. */
export function OptionalPart({ title, value, children }: { title: string; value: Json | undefined; children: ReactNode }) {
  const [wanted, setWanted] = useState(false)
  const isGiven = Array.isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0
  return wanted || isGiven ? children : <Button size="small" type="dashed" onClick={() => setWanted(true)} aria-label={`填写${title}`}>需要时填写</Button>
}
