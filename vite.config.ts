import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { WAYS } from './contract/ways.ts';

/** `chrome109` is the last Chromium of Windows 7, which offices still use. */
export default defineConfig({
  root: 'web',
  plugins: [react(), waysOnly()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'chrome109', chunkSizeWarningLimit: 900 },
  // The host stays the page's own: the API refuses what comes from another origin.
  server: {
    proxy: { '/api': { target: process.env['API_URL'] ?? 'http://127.0.0.1:8080', changeOrigin: false } },
  },
});

/** Of the route table the page gets methods and paths: its schemas are the API's, and were a third of the first script. */
function waysOnly(): Plugin {
  return {
    name: 'ways-only',
    load: (id) => (id.endsWith('/contract/ways.ts') ? `export const WAYS = ${JSON.stringify(WAYS)};` : null),
  };
}
