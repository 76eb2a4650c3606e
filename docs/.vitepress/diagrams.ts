import { renderMermaidSVG } from "beautiful-mermaid";
import type { MarkdownRenderer } from "vitepress";

/** Blocks of Mermaid as pictures, drawn when the site is built. An image keeps the styles of a drawing to itself, and fetches nothing. */
export function diagrams(md: MarkdownRenderer): void {
  const fence = md.renderer.rules.fence!;
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index];
    if (info.trim() !== "mermaid") return fence(tokens, index, ...rest);
    const drawing = renderMermaidSVG(content, { font: "system-ui" });
    return `<img src="data:image/svg+xml,${encodeURIComponent(drawing)}" alt="${md.utils.escapeHtml(content)}">`;
  };
}
