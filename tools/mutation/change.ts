/** Takes a change back. */
export type Undo = () => void

/** Changes of one object in place; `undefined` takes the key away. Each gives what takes it back. */
export function changes(holder: object): { set: (key: string, value: unknown) => () => Undo } {
  const fields = holder as Record<string, unknown> // a rule as read from its file: plain JSON
  const put = (key: string, value: unknown) => {
    if (value === undefined) delete fields[key]
    else fields[key] = value
  }
  return {
    set: (key, value) => () => {
      const before = fields[key]
      put(key, value)
      return () => put(key, before)
    },
  }
}
