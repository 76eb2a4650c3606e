import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DefaultTheme } from "vitepress";

const docs = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

// Pages in the order in which they are shown; their titles are their first headings.
const groups: Record<string, string[]> = {
  Tutorial: ["tutorial"],
  "How-to": [
    "how-to/storage-and-cdn", "how-to/policy", "how-to/keys", "how-to/backup", "how-to/upgrade", "import", "packaging", "kubernetes", "operations",
  ],
  Reference: [
    "reference/index", "cli", "reference/command-line", "reference/settings", "reference/errors", "reference/metrics", "observability", "redis-keys", "media-rules", "zip-rules", "text",
  ],
  Explanation: [
    "links", "policy", "uploads", "packages", "playlists", "playback-protection", "sessions", "qoe", "cmcd", "privacy", "abuse",
    "storage-backends", "postgres", "garnet", "cluster", "scale",
  ],
  "Writing docs": ["README"],
};

/** The sidebar. A page that no group names is among "More", so that none is lost. */
export function navigation(): DefaultTheme.SidebarItem[] {
  const pages = ["", "how-to/", "reference/"].flatMap(pagesIn);
  const named = new Set(Object.values(groups).flat().concat("index"));
  const more = pages.filter((page) => !named.has(page)).sort();
  const api = pagesIn("reference/api/").sort();
  return Object.entries({ ...groups, More: more })
    .map(([text, names]) => ({ text, collapsed: false, items: names.filter((name) => existsSync(`${docs}/${name}.md`)).map(item) }))
    .map((group) => (group.text === "Reference" ? { ...group, items: [...group.items, { text: "RPC", collapsed: true, items: api.map(item) }] } : group))
    .filter((group) => group.items.length > 0);
}

function pagesIn(folder: string): string[] {
  return readdirSync(`${docs}/${folder}`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => folder + name.slice(0, -".md".length));
}

function item(page: string): DefaultTheme.SidebarItem {
  const heading = /^# (.+)$/m.exec(readFileSync(`${docs}/${page}.md`, "utf8"));
  return { text: heading?.[1] ?? page, link: page === "README" ? "/writing" : `/${page.replace(/index$/, "")}` };
}
