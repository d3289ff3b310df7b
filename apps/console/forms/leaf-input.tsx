import type { Content, GroupContent, TableContent } from '#core/pack/content-format.ts'
import { ChoiceField } from './choice-field.tsx'
import { DateField } from './date-field.tsx'
import { FigureField } from './figure-field.tsx'
import { FileField } from './file-field.tsx'
import { FlagField } from './flag-field.tsx'
import type { LeafProps } from './leaf.ts'
import { JobField } from './job-field.tsx'
import { NumberField } from './number-field.tsx'
import { OrganizationField } from './organization-field.tsx'
import { PersonField } from './person-field.tsx'
import { ReferenceField } from './reference-field.tsx'
import { TextField } from './text-field.tsx'
import { TextHashField } from './text-hash-field.tsx'
import { TextsField } from './texts-field.tsx'

export type LeafContent = Exclude<Content, GroupContent | TableContent>

/** The item in which every pack writes the number of a job, as the links from a job's page bring it. */
const JOB = 'job'

/** The input of a simple content: one file for each type. `name` is the content's or item's own. */
export function LeafInput({ compact, content, name, ...rest }: LeafProps<LeafContent> & { compact: boolean; name: string }) {
  switch (content.type) {
    case 'text':
      return name === JOB ? <JobField content={content} {...rest} /> : <TextField content={content} {...rest} />
    case 'number':
      return <NumberField content={content} {...rest} />
    case 'date':
      return <DateField content={content} {...rest} />
    case 'flag':
      return <FlagField content={content} {...rest} />
    case 'choice':
      return <ChoiceField content={content} compact={compact} {...rest} />
    case 'file':
      return <FileField content={content} {...rest} />
    case 'figure':
      return <FigureField content={content} {...rest} />
    case 'reference':
    case 'references':
      return <ReferenceField content={content} {...rest} />
    case 'texts':
      return <TextsField content={content} {...rest} />
    case 'organization':
      return <OrganizationField content={content} {...rest} />
    case 'person':
      return <PersonField content={content} {...rest} />
    case 'text-hash':
      return <TextHashField content={content} {...rest} />
  }
}
