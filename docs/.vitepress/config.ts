import { defineConfig } from "vitepress";
import { diagrams } from "./diagrams";
import { navigation } from "./navigation";
import { sourceLinks } from "./source-links";

export default defineConfig({
  lang: "en",
  title: "MoviesNow",
  description: "The media delivery back end of a film and series service.",
  cleanUrls: true,
  // Whoever reads README.md of this folder writes pages: it is one.
  rewrites: { "README.md": "writing.md" },
  markdown: {
    config: (md) => {
      sourceLinks(md);
      diagrams(md);
    },
  },
  // The index of the search is one chunk, which is fetched when somebody searches.
  vite: { build: { chunkSizeWarningLimit: 4_000 } },
  themeConfig: {
    nav: [
      { text: "Tutorial", link: "/tutorial" },
      { text: "How-to", link: "/how-to/storage-and-cdn" },
      { text: "Reference", link: "/reference/" },
      { text: "Explanation", link: "/links" },
    ],
    sidebar: navigation(),
    outline: [2, 3],
    search: { provider: "local" },
  },
});
