// Checks Kubernetes resources against the schemas of their kinds: node check.mjs resources.json, an array. Prints what is wrong, a line each,
// and ends with 1 then. Required fields, types, values and patterns are judged by the schemas themselves; that there are no other fields, which
// the schemas do not say, by TypeScript, which refuses in a literal what its type lacks.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const packages = {
  "gateway.networking.k8s.io": "@kubernetes-models/gateway-api",
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
};
const here = dirname(fileURLToPath(import.meta.url));
const resources = JSON.parse(readFileSync(process.argv[2], "utf8"));
const problems = [];

const moduleOf = ({ apiVersion, kind }) => {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return `${packages[group] ?? "kubernetes-models"}/${apiVersion}/${kind}`;
};
const nameOf = ({ kind, metadata }) => `${kind} ${metadata?.name}`;

for (const resource of resources) {
  try {
    const { [resource.kind]: Model } = await import(moduleOf(resource));
    new Model(resource).validate();
  } catch (error) {
    problems.push(`${nameOf(resource)}: ${error.message}`);
  }
}

const folder = mkdtempSync(join(here, "node_modules", ".check-"));
try {
  const file = join(folder, "resources.ts");
  const literals = resources.map((resource, i) =>
    `import type { I${resource.kind} as I${i} } from "${moduleOf(resource)}";\nexport const resource${i}: I${i} = ${JSON.stringify(resource)};\n`);
  writeFileSync(file, literals.join(""));
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022, strict: true, noEmit: true, skipLibCheck: true, types: [],
  });
  for (const { file: source, start, messageText } of ts.getPreEmitDiagnostics(program)) {
    // Two lines a resource.
    const line = source === undefined ? 0 : source.getLineAndCharacterOfPosition(start).line;
    problems.push(`${nameOf(resources[Math.floor(line / 2)])}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

if (problems.length > 0) {
  console.log(problems.join("\n"));
  process.exitCode = 1;
}
