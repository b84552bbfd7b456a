import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `chrome109` is the last Chromium of Windows 7, which offices still use. */
export default defineConfig({
  root: 'web',
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'chrome109', chunkSizeWarningLimit: 900 },
  // The host stays the page's own: the API refuses what comes from another origin.
  server: {
    proxy: { '/api': { target: process.env['API_URL'] ?? 'http://127.0.0.1:8080', changeOrigin: false } },
  },
});
