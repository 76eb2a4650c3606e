import type { Connect, PreviewServer, ViteDevServer } from "vite";
import { defineConfig } from "vite";
import { configFrom, securityPolicy } from "./server/settings.ts";

/** Serves what a web server serves in production: the addresses of the services, and headers. */
function answer(server: ViteDevServer | PreviewServer, withPolicy: boolean): void {
  const config = configFrom(process.env);
  const policy = securityPolicy(config);
  const handle: Connect.NextHandleFunction = (request, response, next) => {
    response.setHeader("referrer-policy", "no-referrer");
    response.setHeader("x-content-type-options", "nosniff");
    if (withPolicy) response.setHeader("content-security-policy", policy);
    if (request.url?.split("?")[0] !== "/config.json") return next();
    response.setHeader("content-type", "application/json");
    response.setHeader("cache-control", "no-store");
    response.end(JSON.stringify(config));
  };
  server.middlewares.use(handle);
}

export default defineConfig({
  build: { target: "es2022", modulePreload: { polyfill: false }, chunkSizeWarningLimit: 700 },
  plugins: [
    {
      name: "moviesnow-config",
      // The development server's own scripts are inline, which the policy forbids.
      configureServer: (server) => answer(server, false),
      configurePreviewServer: (server) => answer(server, true),
    },
  ],
});
