// Writes MoviesNow.ServiceDefaults/Requests/Languages/subtags.txt from the IANA Language Subtag Registry, as the npm package
// language-subtag-registry (CC0) has it:
//   node tools/text-tables/languages.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const version = '0.4.2';
const folder = mkdtempSync(join(tmpdir(), 'subtags-'));
const [archive] = JSON.parse(execFileSync('npm', ['pack', '--json', `language-subtag-registry@${version}`], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }));
execFileSync('tar', ['-xzf', archive.filename], { cwd: folder });
const read = (name) => JSON.parse(readFileSync(join(folder, 'package/data/json', name), 'utf8'));
const registry = read('registry.json');
const date = read('meta.json')['File-Date'];
rmSync(folder, { recursive: true });

const of = (type) => registry.filter((record) => record.Type === type);
const subtags = (type) => of(type).map((record) => record.Subtag + (record['Preferred-Value'] ? `>${record['Preferred-Value']}` : ''));

// The canonical form of an extended language is the language of the same code (RFC 5646, section 4.5).
for (const record of of('extlang')) if (record['Preferred-Value'] !== record.Subtag && !record.Deprecated) throw new Error(`extlang ${record.Subtag}`);
const extlangs = of('extlang').map((record) => `${record.Subtag}:${record.Prefix}${record['Preferred-Value'] ? `>${record['Preferred-Value']}` : ''}`);

const whole = [
  ...of('grandfathered').map((record) => `${record.Tag}>${record['Preferred-Value'] ?? record.Tag}`),
  ...of('redundant').filter((record) => record['Preferred-Value']).map((record) => `${record.Tag}>${record['Preferred-Value']}`),
];

// People write ISO 639-2 and 639-3 codes of languages whose only tag has two letters: not valid, but what is meant can be said.
const known = new Set(of('language').map((record) => record.Subtag));
const hints = [];
const letters = 'abcdefghijklmnopqrstuvwxyz';
for (const a of letters) for (const b of letters) for (const c of letters) {
  const code = a + b + c;
  const [canonical] = Intl.getCanonicalLocales(code);
  if (!known.has(code) && !(code >= 'qaa' && code <= 'qtz') && canonical !== code && known.has(canonical)) hints.push(`${code}>${canonical}`);
}

const wrap = (words) => {
  const lines = [''];
  for (const word of words) {
    if (lines.at(-1).length + word.length > 140) lines.push('');
    lines[lines.length - 1] += (lines.at(-1) === '' ? '' : ' ') + word;
  }
  return lines.join('\n');
};
const file = [
  `# IANA Language Subtag Registry of ${date}. Written by tools/text-tables/languages.mjs; do not edit. a>b: b is preferred.`,
  '[languages]', wrap(subtags('language')),
  '# Extended languages, with the language that they extend.', '[extlangs]', wrap(extlangs),
  '[scripts]', wrap(subtags('script')), '[regions]', wrap(subtags('region')), '[variants]', wrap(subtags('variant')),
  '# Tags that are registered as a whole.', '[tags]', wrap(whole),
  '# Codes that are no subtags, and the subtags that are meant by them.', '[hints]', wrap(hints), '',
];
writeFileSync(new URL('../../MoviesNow.ServiceDefaults/Requests/Languages/subtags.txt', import.meta.url), file.join('\n'));
console.log(`Registry of ${date}: ${known.size} languages, ${extlangs.length} extlangs, ${whole.length} whole tags, ${hints.length} hints`);
