import { readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { z } from 'zod'

const Drill = z.strictObject({ pack: z.string(), fields: z.array(z.string()), procedure: z.looseObject({ procedure: z.string() }), contents: z.looseObject({}) })

/** The drill as its file tells it: which pack it is put into, which columns its file has, and the procedure itself. */
export const DRILL = Drill.parse(parse(readFileSync(new URL('./supply-drill.yaml', import.meta.url), 'utf8')))

/** Copies the packs of the checkout to `folder` and adds the drill's procedure to one of them. */
export async function writeDrillPacks(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await cp('packs', folder, { recursive: true })
  const { pack, procedure, contents } = DRILL
  await writeFile(join(folder, pack, 'procedures', `${procedure.procedure}.yaml`), stringify(procedure))
  await writeFile(join(folder, pack, 'contents', `${procedure.procedure}.yaml`), stringify(contents))
}
