import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const web = fileURLToPath(new URL('.', import.meta.url));

/** Builds the staff app into dist/web. Each page is a dynamic import and so a chunk of its own. */
export default defineConfig({
  root: web,
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // The CSP has no data: source, so fonts and images must stay files.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      input: {
        main: fileURLToPath(new URL('index.html', import.meta.url)),
        // On other people's sites and devices: addresses that never change, one file each.
        'widget/v1': fileURLToPath(new URL('widget/v1.ts', import.meta.url)),
        'kiosk/app': fileURLToPath(new URL('kiosk/app.ts', import.meta.url)),
        'kiosk/sw': fileURLToPath(new URL('kiosk/sw.ts', import.meta.url)),
      },
      output: {
        entryFileNames: (chunk) => (chunk.name.includes('/') ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: {
    port: 5173,
    proxy: {
      '/api': {
        target: process.env['HEARBACK_API'] ?? 'http://localhost:3000',
        // The server compares Origin with its own address, so the proxy speaks as if the page came from there.
        changeOrigin: true,
        headers: { origin: process.env['HEARBACK_API'] ?? 'http://localhost:3000' },
      },
    },
  },
});
