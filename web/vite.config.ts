import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The character maps that PDF files in Chinese, Japanese and Korean name without carrying them. */
function characterMaps(): Plugin {
  return {
    name: 'character-maps',
    apply: 'build',
    generateBundle() {
      const folder = at('./node_modules/pdfjs-dist/cmaps/');
      for (const name of readdirSync(folder).filter((file) => file.endsWith('.bcmap')))
        this.emitFile({ type: 'asset', fileName: `pdf/cmaps/${name}`, source: readFileSync(folder + name) });
    },
  };
}

/** Tells theme.js, which knows the language, where the catalogues lie: they are fetched beside the code that asks for them. */
function catalogues(): Plugin {
  return {
    name: 'catalogues',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const places = Object.values(bundle).flatMap((file) =>
          file.type === 'chunk' && (file.name === 'en' || file.name === 'zh-Hant') ? [`data-${file.name.toLowerCase()}="/${file.fileName}"`] : [],
        );
        return html.replace('src="/theme.js"', (whole) => [whole, ...places].join(' '));
      },
    },
  };
}

// What every page needs is one file: many small ones cost more than they save.
const everywhere =
  /web\/src\/(main|api\/|app\/|uploads\/|i18n\/(?!en|zh)|components\/(?!viewer\/PdfPages)|pages\/(ask|start)\/(?!Setup))|node_modules\/(react|react-dom|scheduler|react-router|@tanstack|@radix-ui|@floating-ui)\//;

export default defineConfig({
  plugins: [react(), tailwindcss(), characterMaps(), catalogues()],
  resolve: { alias: { '@': at('./src') } },
  build: {
    outDir: process.env['CAIRN_WEB_OUT'] ?? 'dist',
    emptyOutDir: true,
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // The content policy allows no data: fonts and no inline code; files with a hash in their name are kept for ever.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700, // Kilobytes, before compression; scripts/build-web bounds what a first visit loads.
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: 'main', test: everywhere }] },
        hashCharacters: 'hex',
        entryFileNames: 'assets/[name]-[hash:12].js',
        chunkFileNames: 'assets/[name]-[hash:12].js',
        assetFileNames: 'assets/[name]-[hash:12][extname]',
      },
    },
  },
  server: { proxy: { '/v1': process.env['CAIRN_SERVER'] ?? 'http://127.0.0.1:8080' } },
  test: { environment: 'node', include: ['tests/**/*.test.{ts,tsx}'], testTimeout: 60_000 },
});
