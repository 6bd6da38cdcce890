// What the browser loads before the chats are shown: prints it and fails over the budget.
// Run after `npm run build`; a folder other than dist can be named.
import { readFileSync } from "node:fs";
import { resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const DIST = pathToFileURL(resolve(process.argv[2] ?? "dist") + sep);
const BUDGET = 220 * 1024;
const MOST_FILES = 5;
const LANGUAGE = "src/i18n/en/index.ts";

const read = (file) => readFileSync(new URL(file, DIST), "utf8");
const files = [...read("index.html").matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(
  ([, file]) => file,
);
// And the catalogue, which the entry asks for before it draws anything.
files.push(JSON.parse(read(".vite/manifest.json"))[LANGUAGE].file);

let total = 0;
for (const file of files) {
  const size = gzipSync(read(file)).length;
  if (file.endsWith(".js")) total += size;
  console.log(`${(size / 1024).toFixed(1).padStart(7)} KB  ${file}`);
}
console.log(
  `${(total / 1024).toFixed(1).padStart(7)} KB  JavaScript of the first route, of ${BUDGET / 1024}; ${files.length} files of at most ${MOST_FILES}`,
);
if (total > BUDGET || files.length > MOST_FILES) process.exit(1);
