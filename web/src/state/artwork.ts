import { signal } from "@preact/signals";
import { AssetKind } from "@moviesnow/client/catalog";
import { api, mediaAddress } from "./services";

/** Addresses of an owner's pictures, as far as it has any. */
export interface Pictures {
  poster?: string;
  backdrop?: string;
  still?: string;
}

type Owner = "titleIds" | "episodeIds";

/** What is known so far, by id of title or episode. */
const known = signal<ReadonlyMap<string, Pictures>>(new Map());
const asked = new Set<string>();
let wanted: Record<Owner, string[]> = { titleIds: [], episodeIds: [] };
const most = 200;

/** The pictures of a title or episode; asks for them the first time. What a page shows at once is asked in one call. */
export function picturesOf(id: string, owner: Owner): Pictures {
  if (!asked.has(id) && mediaAddress("")) {
    asked.add(id);
    if (wanted.titleIds.length + wanted.episodeIds.length === 0) queueMicrotask(() => void ask());
    wanted[owner].push(id);
  }
  return known.value.get(id) ?? {};
}

async function ask(): Promise<void> {
  const all = wanted;
  wanted = { titleIds: [], episodeIds: [] };
  const ids = [...all.titleIds.map((id) => ["titleIds", id] as const), ...all.episodeIds.map((id) => ["episodeIds", id] as const)];
  for (let at = 0; at < ids.length; at += most) {
    const part = ids.slice(at, at + most);
    const pick = (owner: Owner) => part.filter(([whose]) => whose === owner).map(([, id]) => id);
    try {
      const { artwork } = await api.artwork.batchGetArtwork({ titleIds: pick("titleIds"), episodeIds: pick("episodeIds") });
      const next = new Map(known.peek());
      for (const { titleId, episodeId, artwork: picture } of artwork) {
        const owner = episodeId || titleId;
        next.set(owner, { ...next.get(owner), ...named(picture!.kind, mediaAddress(picture!.storageKey)!) });
      }
      known.value = next;
    } catch {
      // Pictures are no condition: the drawn ones stay, and the next page asks again.
      for (const [, id] of part) asked.delete(id);
    }
  }
}

function named(kind: AssetKind, address: string): Pictures {
  if (kind === AssetKind.POSTER) return { poster: address };
  return kind === AssetKind.BACKDROP ? { backdrop: address } : { still: address };
}
