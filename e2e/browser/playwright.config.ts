import { defineConfig } from "@playwright/test";

const reports = process.env.PARLEY_TEST_REPORTS;

export default defineConfig({
  workers: 1,
  timeout: 300_000,
  expect: { timeout: 15_000 },
  forbidOnly: !!process.env.CI,
  outputDir: "../../.cache/browser",
  reporter: reports ? [["list"], ["junit", { outputFile: `${reports}/browser.xml` }]] : [["list"]],
  use: {
    launchOptions: {
      executablePath: process.env.PARLEY_TEST_CHROMIUM || "/usr/bin/chromium",
      chromiumSandbox: false,
      args: [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "stories", testDir: "stories" },
    { name: "screenshots", testDir: "pictures" },
    { name: "measure", testDir: "measure", timeout: 20 * 60_000 },
  ],
});
