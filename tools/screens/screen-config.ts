import react from '@vitejs/plugin-react'
import type { Plugin, UserConfig } from 'vite'

/** Where `npm start` listens; a developer's `vite` passes the API on to it. unit: TCP port */
const SERVER_PORT = 8026

/** Every browser that matters reads woff2: leaving out woff halves the fonts that are copied on the first start. */
export function woff2Only(): Plugin {
  return {
    name: 'woff2-only',
    enforce: 'pre',
    transform: {
      filter: { id: /@fontsource\/.*\.css$/ },
      handler: (code) => ({ code: code.replaceAll(/,\s*url\([^)]*\.woff\) format\('woff'\)/g, ''), map: null }),
    },
  }
}

/**
 * How both screens are built: self-contained files below `base`, nothing inlined that a strict content policy
 * would refuse, the component library in a chunk of its own that stays cached when our code changes.
 */
export function screenConfig(base: string, root: string, outDir: string): UserConfig {
  return {
    base,
    root,
    plugins: [react(), woff2Only()],
    build: {
      outDir,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      // The component library's own chunk is above the default warning; it is loaded once and cached.
      chunkSizeWarningLimit: 2000,
      rolldownOptions: {
        output: {
          codeSplitting: {
            groups: [
              { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/, priority: 2 },
              { name: 'antd', test: /node_modules[\\/](antd|@ant-design|@rc-component|@emotion|stylis|dayjs)[\\/]/, priority: 1 },
            ],
          },
        },
      },
    },
    server: { proxy: { '/api': `http://127.0.0.1:${SERVER_PORT}`, '/gateway': `http://127.0.0.1:${SERVER_PORT}` } },
  }
}
