// Prints as JSON what three players see in each playlist of a directory.
import "./readers/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readWithHls } from "./readers/hls";
import { readWithM3u8Parser } from "./readers/m3u8";
import { readWithShaka } from "./readers/shaka";

const folder = process.argv[2]!;
const base = process.argv[3]!;
const seen: Record<string, unknown> = {};
for (const file of readdirSync(folder)) {
  const text = readFileSync(join(folder, file), "utf8");
  seen[file.replace(/\.m3u8$/, "")] = {
    "hls.js": await readWithHls(text, base),
    "m3u8-parser": readWithM3u8Parser(text, base),
    "shaka-player": await readWithShaka(text, base),
  };
}

process.stdout.write(JSON.stringify(seen));
