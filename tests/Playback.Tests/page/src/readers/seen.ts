// What a player saw of a playlist, in one shape for all players.
export interface Stream {
  uri: string;
  bandwidth: number;
  width: number;
  height: number;
  codecs: string[];
  audioGroup: string;
}

export interface Rendition {
  group: string;
  name: string;
  language: string;
  isDefault: boolean;
}

export interface Seen {
  errors: string[];
  streams: Stream[];
  audio: Rendition[];
  subtitles: Rendition[];
  keys: string[];
}

export const codecsOf = (list: string | undefined) => (list ? list.split(",") : []).sort();
