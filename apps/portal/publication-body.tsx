import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'

/** The body of a publication, item by item: whatever the rules say is to be published is shown, nothing is left out. */
export function PublicationBody({ body }: { body: JsonObject }) {
  return (
    <dl className="body">
      {Object.entries(body).map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd><BodyValue value={value} /></dd>
        </div>
      ))}
    </dl>
  )
}

/** The same in a line, for search and for the table that people take away. */
export function bodyText(value: Json): string {
  if (isObject(value)) return Object.entries(value).map(([key, one]) => `${key}：${bodyText(one)}`).join('；')
  return Array.isArray(value) ? value.map(bodyText).join('、') : String(value ?? '')
}

function BodyValue({ value }: { value: Json }) {
  if (isObject(value)) return <PublicationBody body={value} />
  // oxlint-disable-next-line react/no-array-index-key -- a fixed text: items never move
  if (Array.isArray(value)) return <ul>{value.map((one, index) => <li key={index}><BodyValue value={one} /></li>)}</ul>
  return String(value ?? '')
}
