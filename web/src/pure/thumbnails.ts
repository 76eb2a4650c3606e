/** A small picture of a moment: a part of a sprite. */
export interface Thumbnail {
  startSeconds: number;
  endSeconds: number;
  /** Address of the sprite. */
  address: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const cue = /^(?:(\d+):)?(\d\d):(\d\d\.\d{3}) --> (?:(\d+):)?(\d\d):(\d\d\.\d{3})\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm;

/** Reads WebVTT whose cues name parts of pictures beside it, as the packager writes it; other cues are passed over. */
export function readThumbnails(text: string, fileAddress: string): Thumbnail[] {
  const seconds = (hours: string | undefined, minutes: string, rest: string) => Number(hours ?? 0) * 3_600 + Number(minutes) * 60 + Number(rest);
  return [...text.replaceAll("\r\n", "\n").matchAll(cue)].map(([, h1, m1, s1, h2, m2, s2, name, ...parts]) => {
    const [x, y, width, height] = parts.map(Number) as [number, number, number, number];
    return { startSeconds: seconds(h1, m1!, s1!), endSeconds: seconds(h2, m2!, s2!), address: new URL(name!, fileAddress).href, x, y, width, height };
  });
}

/** The picture of a moment. */
export const thumbnailAt = (thumbnails: readonly Thumbnail[], seconds: number): Thumbnail | undefined =>
  thumbnails.find(({ startSeconds, endSeconds }) => seconds >= startSeconds && seconds < endSeconds) ??
  (thumbnails.length > 0 && seconds >= thumbnails.at(-1)!.endSeconds ? thumbnails.at(-1) : undefined);
