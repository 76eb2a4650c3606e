import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { MarkdownRenderer } from "vitepress";

const repository = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const docs = join(repository, "docs");

/**
 * Links from pages to files of the repository that are no pages. DOCS_SOURCE_URL says where readers may browse them; without it their text
 * stays, with the path as its title. A file that is missing fails the build.
 */
export function sourceLinks(md: MarkdownRenderer): void {
  const base = process.env.DOCS_SOURCE_URL?.replace(/\/$/, "");
  md.core.ruler.push("source-links", (state) => {
    for (const block of state.tokens) {
      let isText = false;
      for (const token of block.children ?? []) {
        if (token.type === "link_open") {
          const file = sourceOf(String(token.attrGet("href")), state.env.path);
          if (!file) continue;
          if (base) {
            token.attrSet("href", `${base}/${file}`);
          } else {
            isText = true;
            [token.type, token.tag, token.attrs] = ["source_open", "span", [["title", file]]];
          }
        } else if (token.type === "link_close" && isText) {
          isText = false;
          [token.type, token.tag] = ["source_close", "span"];
        }
      }
    }
  });
}

/** The path from the root of the checkout when a link leads to such a file. */
function sourceOf(href: string, page: string): string | undefined {
  if (/^([a-z]+:|#|\/)/i.test(href)) return undefined;
  const [path, fragment] = decodeURI(href).split("#");
  const target = join(dirname(page), path);
  if (target.startsWith(docs + "/") && /(\.md|\/)$/.test(path)) return undefined;
  if (!existsSync(target)) throw new Error(`${relative(repository, page)} links to ${href}, which there is not.`);
  return relative(repository, target) + (fragment ? `#${fragment}` : "");
}
