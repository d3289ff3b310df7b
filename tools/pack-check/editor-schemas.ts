import { z } from 'zod'
import { contentSchema } from '#core/pack/content-format.ts'
import { documentSchema } from '#core/pack/document-format.ts'
import { deviationSchema, dutySchema, figureSchema, manifestSchema, officeSchema, policySchema, registerSchema, termSchema, thresholdSchema } from '#core/pack/pack-format.ts'
import { procedureSchema } from '#core/pack/procedure-format.ts'

const byId = <T extends z.ZodType>(schema: T) => z.record(z.string(), schema)

/** What each file of a pack holds, by the name of its editor schema, with the files that it is for. */
const FILES: Readonly<Record<string, { title: string; schema: z.ZodType }>> = {
  pack: { title: 'pack.yaml：规则包', schema: manifestSchema },
  offices: { title: 'offices.yaml：各方', schema: byId(officeSchema) },
  figures: { title: 'figures.yaml：数值', schema: byId(figureSchema) },
  terms: { title: 'terms.yaml：用语', schema: byId(termSchema) },
  contents: { title: 'contents/*.yaml：内容', schema: byId(contentSchema) },
  procedure: { title: 'procedures/*.yaml：程序', schema: procedureSchema },
  register: { title: 'registers/*.yaml：名册', schema: registerSchema },
  policy: { title: 'policies/*.yaml：决策表', schema: policySchema },
  duty: { title: 'duties/*.yaml：定期事项', schema: dutySchema },
  document: { title: 'documents/*.yaml：文书', schema: documentSchema },
  thresholds: { title: 'thresholds.yaml：输出检查的阈值', schema: byId(thresholdSchema) },
  deviations: { title: 'deviations.yaml：与上位内容清单的差异', schema: z.array(deviationSchema) },
}

/**
 * The format of each file of a pack as JSON Schema, for editors that complete and check YAML while it is written; by
 * path. Generated from the format itself: what an editor accepts is what the format accepts, pack-check looks further.
 */
export function editorSchemas(): Map<string, string> {
  return new Map(Object.entries(FILES).map(([name, { title, schema }]) => {
    const generated = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target: 'draft-7', reused: 'ref' })
    return [`docs/schema/${name}.json`, `${JSON.stringify({ title, ...generated }, null, 2)}\n`]
  }))
}
