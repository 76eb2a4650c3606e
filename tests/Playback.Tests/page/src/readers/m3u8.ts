import { Parser } from "m3u8-parser";
import { codecsOf, type Rendition, type Seen } from "./seen";

export function readWithM3u8Parser(text: string, base: string): Seen {
  const parser = new Parser({ uri: base });
  const errors: string[] = [];
  parser.on("warn", (warning: { message: string }) => void errors.push(warning.message));
  parser.push(text);
  parser.end();
  const { playlists = [], mediaGroups } = parser.manifest;
  // Its groups are objects by group and name, so a name that is there twice would be lost.
  const renditions = (type: "AUDIO" | "SUBTITLES"): Rendition[] =>
    Object.entries<Record<string, { language?: string; default: boolean }>>(mediaGroups[type]).flatMap(([group, members]) =>
      Object.entries(members).map(([name, one]) => ({ group, name, language: one.language ?? "", isDefault: one.default })),
    );
  return {
    errors,
    streams: playlists.map(({ uri, attributes }: { uri: string; attributes: Record<string, any> }) => ({
      uri: new URL(uri, base).href,
      bandwidth: attributes.BANDWIDTH,
      width: attributes.RESOLUTION?.width ?? 0,
      height: attributes.RESOLUTION?.height ?? 0,
      codecs: codecsOf(attributes.CODECS),
      audioGroup: attributes.AUDIO ?? "",
    })),
    audio: renditions("AUDIO"),
    subtitles: renditions("SUBTITLES"),
    keys: [],
  };
}
