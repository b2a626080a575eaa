import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Where `npm start` serves the API while the page is developed with Vite's own server. */
const apiUrl = "http://127.0.0.1:4000";

/** What is smaller than this gains nothing from being compressed. */
const compressBytesMin = 1_024;
/** The best level takes ten times as long for two per cent less. */
const brotliQuality = 9;

/** Writes each text file compressed beside itself, once at build time instead of at every request. */
function precompress(): Plugin {
  return {
    name: "zaiku-precompress",
    apply: "build",
    writeBundle({ dir = "" }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!/\.(?:js|css)$/.test(name)) continue;
        const file = path.join(dir, name);
        const source = readFileSync(file);
        if (source.length < compressBytesMin) continue;
        const params = { [constants.BROTLI_PARAM_QUALITY]: brotliQuality };
        writeFileSync(`${file}.br`, brotliCompressSync(source, { params }));
        writeFileSync(`${file}.gz`, gzipSync(source, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  root: "src/web",
  plugins: [react(), precompress()],
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    target: "es2022",
    // The libraries for tables and charts are large, and there is nothing to be done about it here.
    chunkSizeWarningLimit: 1_500,
  },
  server: {
    proxy: { "/api": apiUrl },
  },
});
