// node write.mjs <writer> <folder> <zip>: the files of the folder in a ZIP, as a program with that library would write it.
import fs from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { configure, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { ZipArchive } from "archiver";
import { Zip, ZipDeflate, ZipPassThrough, zipSync } from "fflate";
import JSZip from "jszip";
import yazl from "yazl";

const [writer, folder, output] = process.argv.slice(2);
const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile())
  .map((file) => path.relative(folder, path.join(file.parentPath, file.name)))
  .sort();
const source = (name) => path.join(folder, name);
const read = (name) => fs.readFileSync(source(name));

const archiver = (options) => async () => {
  const archive = new ZipArchive(options);
  archive.directory(folder, false);
  await Promise.all([archive.finalize(), pipeline(archive, fs.createWriteStream(output))]);
};

const withYazl = (add, options) => async () => {
  const zip = new yazl.ZipFile();
  files.forEach((name) => add(zip, name));
  zip.end(options);
  await pipeline(zip.outputStream, fs.createWriteStream(output));
};

const jszip = (options) => async () => {
  const zip = new JSZip();
  files.forEach((name) => zip.file(name, read(name)));
  await pipeline(zip.generateNodeStream(options), fs.createWriteStream(output));
};

const fflateStream = async () => {
  const chunks = [];
  await new Promise((resolve, reject) => {
    const zip = new Zip((error, chunk, isLast) => {
      if (error) return reject(error);
      chunks.push(chunk);
      if (isLast) resolve();
    });
    for (const name of files) {
      const file = name.endsWith(".mp4") ? new ZipPassThrough(name) : new ZipDeflate(name);
      zip.add(file);
      file.push(read(name), true);
    }
    zip.end();
  });
  fs.writeFileSync(output, Buffer.concat(chunks));
};

const zipjs = (options) => async () => {
  configure({ useWebWorkers: false });
  const bytes = new Uint8ArrayWriter();
  const zip = new ZipWriter(bytes, options);
  for (const name of files) await zip.add(name, new Uint8ArrayReader(read(name)));
  await zip.close();
  fs.writeFileSync(output, await bytes.getData());
};

const writers = {
  "archiver": archiver({}),
  "archiver-stored": archiver({ store: true }),
  "archiver-zip64": archiver({ forceZip64: true }),
  "yazl": withYazl((zip, name) => zip.addFile(source(name), name)),
  "yazl-stored": withYazl((zip, name) => zip.addFile(source(name), name, { compress: false })),
  "yazl-stream": withYazl((zip, name) => zip.addReadStream(fs.createReadStream(source(name)), name)),
  "yazl-zip64": withYazl((zip, name) => zip.addBuffer(read(name), name, { forceZip64Format: true }), { forceZip64Format: true }),
  "jszip": jszip({ compression: "DEFLATE" }),
  "jszip-stored": jszip({ compression: "STORE" }),
  "jszip-stream": jszip({ compression: "DEFLATE", streamFiles: true }),
  "fflate": async () => fs.writeFileSync(output, zipSync(Object.fromEntries(files.map((name) => [name, read(name)])))),
  "fflate-stream": fflateStream,
  "zip.js": zipjs({}),
  "zip.js-stored": zipjs({ level: 0, dataDescriptor: false }),
  "zip.js-zip64": zipjs({ zip64: true }),
};
await writers[writer]();
