import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import babel from "vite-plugin-babel";
import { defineConfig } from "vitest/config";
import { mockServer } from "./dev/mock.ts";
import { emojis } from "./emojis.ts";
import { firstRouteGroup } from "./first-route.ts";

const target = process.env.PARLEY_DEV_SERVER;

export default defineConfig({
  plugins: [
    babel({
      include: /\/src\/.*\.tsx?$/,
      exclude: /\.test\.tsx?$/,
      babelConfig: {
        babelrc: false,
        configFile: false,
        plugins: ["babel-plugin-react-compiler"],
        parserOpts: { plugins: ["typescript", "jsx"] },
      },
    }),
    react(),
    tailwindcss(),
    emojis(),
    // Without a server to talk to, `npm run dev` answers from fixtures.
    ...(target || process.env.VITEST ? [] : [mockServer()]),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    host: "127.0.0.1",
    port: 5173,
    strictPort: false,
    proxy: target ? { "/api": target, "/ws": { target, ws: true } } : {},
  },
  build: {
    outDir: "dist",
    manifest: true,
    // Small files as data: URIs would need an exception in the CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 800,
    rolldownOptions: { output: { codeSplitting: { groups: [firstRouteGroup()] } } },
  },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"], setupFiles: [] },
});
