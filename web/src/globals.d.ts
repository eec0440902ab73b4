/** SHA-256 in hex of the detector of the pages and of the runtime that runs it; put in by the build. */
declare const __MODEL_SHA256__: string;
declare const __WASM_SHA256__: string;
