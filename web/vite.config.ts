// Builds the scripts and styles of the pages into the Python package, with the digest of each file in its name.
//
// Rules:
// * Nothing is fetched by a page from anywhere but our own server, so everything stands in the build.
// * The service worker keeps its name, since its address says what it may serve.
// * Files are compressed once, here; the server never compresses a page that holds somebody's data.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { receiptCheck } from "./receipt-check/build.ts";

const out = resolve(import.meta.dirname, "../src/overt/service/static");
const model = resolve(import.meta.dirname, "model/yunet.onnx");
const wasm = resolve(import.meta.dirname, "node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm");
const smallest = 1024;
const heavy = 1_000_000;

/** SHA-256 in hex of a file that a page checks before it runs it. */
function digest(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** Writes NAME.br and NAME.gz beside every text and WASM file. */
function compressed(): Plugin {
  return {
    name: "overt-compressed",
    writeBundle() {
      for (const name of readdirSync(out, { recursive: true, encoding: "utf-8" })) {
        if (!/\.(js|css|svg|wasm|onnx|json|webmanifest)$/.test(name)) continue;
        const file = resolve(out, name);
        const data = readFileSync(file);
        if (data.length < smallest) continue;
        const quality = data.length > heavy ? 6 : 11;
        writeFileSync(`${file}.br`, brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }));
        writeFileSync(`${file}.gz`, gzipSync(data, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  base: "/static/",
  define: {
    __MODEL_SHA256__: JSON.stringify(digest(model)),
    __WASM_SHA256__: JSON.stringify(digest(wasm)),
  },
  build: {
    outDir: out,
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        page: resolve(import.meta.dirname, "src/page.ts"),
        styles: resolve(import.meta.dirname, "styles/overt.scss"),
        receipt: resolve(import.meta.dirname, "src/receipt/page.ts"),
        "service-worker": resolve(import.meta.dirname, "src/service-worker.ts"),
      },
      output: {
        entryFileNames: (chunk) => (chunk.name === "service-worker" ? "sw.js" : "[name]-[hash].js"),
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
  worker: {
    format: "es",
    rollupOptions: { output: { entryFileNames: "detector-worker-[hash].js", assetFileNames: "[name]-[hash][extname]" } },
  },
  css: { preprocessorOptions: { scss: { quietDeps: true, loadPaths: [resolve(import.meta.dirname, "node_modules")] } } },
  plugins: [compressed(), receiptCheck(out)],
});
