import type { SiteConfig } from "../../server/settings";

/** Where everything is; asked of the site's own server before the first page is drawn. */
export async function loadConfig(): Promise<SiteConfig> {
  const response = await fetch("/config.json");
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  return (await response.json()) as SiteConfig;
}
