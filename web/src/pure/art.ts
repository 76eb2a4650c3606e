/** A calm picture drawn from a name, for what has no artwork. The same name gives the same picture. */
export interface Drawn {
  /** Hues of its two colours, degrees. */
  from: number;
  to: number;
  /** Direction, degrees. */
  angle: number;
  /** Up to two letters. */
  initials: string;
}

export function draw(name: string): Drawn {
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  const from = hash % 360;
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = words.filter((word) => !/^(the|a|an|of|and|der|die|das|le|la|les)$/i.test(word));
  const initials = (letters.length > 0 ? letters : words).slice(0, 2).map((word) => [...word][0]!.toLocaleUpperCase());
  return { from, to: (from + 40 + ((hash >>> 9) % 60)) % 360, angle: 120 + ((hash >>> 16) % 60), initials: initials.join("") };
}
