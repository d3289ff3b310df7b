import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { screenConfig } from '#tools/screens/screen-config.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig(screenConfig('/portal/', here('.'), here('../../dist/portal')))
