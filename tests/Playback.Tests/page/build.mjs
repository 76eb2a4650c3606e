import { build } from "esbuild";

const common = { bundle: true, logLevel: "error" };
await build({ ...common, entryPoints: ["src/read.ts"], platform: "node", format: "esm", target: "node20", outfile: "dist/read.mjs" });
await build({ ...common, entryPoints: ["src/player.ts"], format: "iife", target: "es2022", outfile: "dist/player.js" });
await build({ ...common, entryPoints: ["src/cmcd.ts"], format: "iife", target: "es2022", outfile: "dist/cmcd.js" });
