// Writes MoviesNow.ServiceDefaults/Requests/Text/unicode.txt: what .NET leaves out under invariant globalization.
//   node tools/text-tables/unicode.mjs
// The facts come from Node's own copy of Unicode. After a change, the search keys in the catalogue must be made anew (docs/text.md).
import { writeFileSync } from 'node:fs';

const minimum = 17;
if (!(parseFloat(process.versions.unicode) >= minimum)) throw new Error(`needs a Node with Unicode ${minimum}, not ${process.versions.unicode}`);

const codePoints = function* () {
  for (let c = 0; c <= 0x10ffff; c++) if (c < 0xd800 || c > 0xdfff) yield c;
};
const isHangul = (c) => c >= 0xac00 && c <= 0xd7a3;
const text = (c) => String.fromCodePoint(c);
const points = (s) => [...s].map((c) => c.codePointAt(0));
const hex = (c) => c.toString(16).toUpperCase();
const hexes = (s) => points(s).map(hex).join('.');

// Marks that change places when they are put in canonical order. Only the order of their classes matters, so rank stands for class.
const comesBefore = (a, b) => (text(b) + text(a)).normalize('NFD') === text(a) + text(b);
const [lowestMark, highestMark] = [0x334, 0x345];
const plain = (c) => text(c).normalize('NFD') === text(c);
const marks = [...codePoints()].filter((c) => /\p{M}/u.test(text(c)) && plain(c) && (comesBefore(lowestMark, c) || comesBefore(c, highestMark)));
marks.sort((a, b) => (comesBefore(a, b) ? -1 : comesBefore(b, a) ? 1 : 0));
const ranks = new Map();
for (let i = 0, rank = 1; i < marks.length; i++) {
  if (i > 0 && comesBefore(marks[i - 1], marks[i])) rank++;
  ranks.set(marks[i], rank);
}

// Canonical decompositions: of two characters that compose again (=), and all others in full (>).
const decompositions = [];
for (const c of codePoints()) {
  const full = text(c).normalize('NFD');
  if (full === text(c) || isHangul(c)) continue;
  if (text(c).normalize('NFC') !== text(c)) {
    decompositions.push(`${hex(c)}>${hexes(full)}`);
    continue;
  }
  const parts = [...full];
  const last = parts.pop();
  const first = parts.join('').normalize('NFC');
  if ([...first].length !== 1 || (first + last).normalize('NFC') !== text(c)) throw new Error(`${hex(c)} is not a pair`);
  decompositions.push(`${hex(c)}=${hexes(first + last)}`);
}

// Search folding. Letters that Unicode does not take apart, and punctuation that people cannot tell apart.
const alike = new Map();
const like = (to, from) => [...from].forEach((c) => alike.set(c, to));
like("'", '\u2018\u2019\u201A\u201B\u2032\u2035\u2039\u203A\u02B9\u02BB\u02BC\u02BD\u02BE\u02BF\u02C8\u0060\u00B4\u05F3\uA78C');
like('"', '\u201C\u201D\u201E\u201F\u2033\u2036\u00AB\u00BB\u301D\u301E\u301F\u05F4\u02BA');
like('-', '\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\u02D7\u05BE\u2E3A\u2E3B\u2796');
like('/', '\u2044\u2215');
like('~', '\u223C\u301C\u2053');
like('i', 'ɨıɪ'), like('ae', 'æ'), like('oe', 'œ'), like('o', 'øɵɔ'), like('l', 'łƚɫɬɭⱡ'), like('d', 'đðɖɗȡ'), like('th', 'þ'), like('h', 'ħɦⱨ');
like('t', 'ŧƭʈⱦ'), like('n', 'ŋɲƞɳ'), like('e', 'əɛǝɇ'), like('b', 'ƀɓƃ'), like('c', 'ƈȼɕ'), like('g', 'ɠǥɡ'), like('k', 'ƙĸⱪ'), like('p', 'ƥᵽ');
like('q', 'ɋʠ'), like('r', 'ɍɽ'), like('s', 'ʂȿ'), like('u', 'ʉʊ'), like('v', 'ʋ'), like('w', 'ⱳ'), like('y', 'ƴɏ'), like('z', 'ƶʐʑȥⱬ'), like('a', 'ɑⱥ');
like('f', 'ƒ'), like('j', 'ɉʝ'), like('m', 'ɱ'), like('ou', 'ȣ'), like('hv', 'ƕ'), like('oi', 'ƣ');

const isVoicing = (c) => /[\u3099\u309A]/u.test(c);
const isDropped = (c) =>
  /\p{Default_Ignorable_Code_Point}|\u0640/u.test(c) ||
  (/[\p{Mn}\p{Me}]/u.test(c) && /\p{Script=Inherited}|\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic}|\p{Script=Hebrew}|\p{Script=Arabic}|\p{Script=Syriac}/u.test(c) && !isVoicing(c));
const step = (s) => {
  const known = [...s].map((c) => alike.get(c) ?? c).join('').normalize('NFKD');
  return [...known].filter((c) => !isDropped(c)).map((c) => (/\p{White_Space}/u.test(c) ? ' ' : c.toUpperCase().toLowerCase())).join('');
};
const fold = (s) => {
  for (let next = step(s); ; next = step(s)) {
    if (next === s) return s.normalize('NFC');
    s = next;
  }
};

const folds = [];
const dropped = [];
for (const c of codePoints()) {
  if (isHangul(c) || text(c).normalize('NFC') !== text(c)) continue;
  const folded = fold(text(c));
  if (folded === '') dropped.push(c);
  else if (folded !== text(c)) folds.push(`${hex(c)}=${hexes(folded)}`);
}

const ranges = (cs, value = () => '') => {
  const found = [];
  for (const c of [...cs].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last?.to === c - 1 && last.value === value(c)) last.to = c;
    else found.push({ from: c, to: c, value: value(c) });
  }
  return found.map(({ from, to, value }) => (from === to ? hex(from) : `${hex(from)}-${hex(to)}`) + value);
};

const wrap = (words) => {
  const lines = [''];
  for (const word of words) {
    if (lines.at(-1).length + word.length > 140) lines.push('');
    lines[lines.length - 1] += (lines.at(-1) === '' ? '' : ' ') + word;
  }
  return lines.join('\n');
};
const ignorable = [...codePoints()].filter((c) => /\p{Default_Ignorable_Code_Point}/u.test(text(c)));
const file = [
  `# Unicode ${process.versions.unicode}. Written by tools/text-tables/unicode.mjs; do not edit. Numbers are hexadecimal.`,
  '# Order of marks: characters, rank.', '[marks]', wrap(ranges(ranks.keys(), (c) => `:${ranks.get(c)}`)),
  '# Canonical decompositions: a=b.c composes again, a>b.c does not.', '[decompositions]', wrap(decompositions),
  '# Default_Ignorable_Code_Point: drawn as nothing.', '[invisible]', wrap(ranges(ignorable)),
  '# Search folding: what is dropped, and what each character becomes.', '[dropped]', wrap(ranges(dropped)), '[folds]', wrap(folds), '',
];
writeFileSync(new URL('../../MoviesNow.ServiceDefaults/Requests/Text/unicode.txt', import.meta.url), file.join('\n'));
console.log(`Unicode ${process.versions.unicode}: ${ranks.size} marks, ${decompositions.length} decompositions, ${dropped.length} dropped, ${folds.length} folds`);
