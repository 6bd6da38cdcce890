// Fails on keys that a catalogue lacks or has too many of, on keys that nothing uses, on plurals or
// placeholders that differ, and on words written straight into JSX.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const SRC = new URL("../src/", import.meta.url).pathname;
const I18N = join(SRC, "i18n");
const BASE = "en";
const SAID = new Set([
  "aria-label",
  "aria-description",
  "title",
  "placeholder",
  "alt",
  "label",
  "text",
  "hint",
  "description",
]);
const problems = [];

function flatten(value, prefix, into) {
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === "string") into.set(prefix + key, inner);
    else flatten(inner, `${prefix}${key}.`, into);
  }
  return into;
}

function catalogue(language) {
  const keys = new Map();
  for (const file of readdirSync(join(I18N, language)).filter((name) => name.endsWith(".json"))) {
    flatten(
      JSON.parse(readFileSync(join(I18N, language, file), "utf8")),
      `${file.slice(0, -5)}.`,
      keys,
    );
  }
  return keys;
}

const PLURAL = /_(zero|one|two|few|many|other)$/;
const placeholders = (text) =>
  [...text.matchAll(/{{\s*(\w+)/g)]
    .map((match) => match[1])
    .sort()
    .join(" ");

const languages = readdirSync(I18N, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const base = catalogue(BASE);
const baseNames = new Set([...base.keys()].map((key) => key.replace(PLURAL, "")));
const pluralNames = new Set(
  [...base.keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, "")),
);

for (const language of languages) {
  const keys = catalogue(language);
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const wanted = new Set(
    [...baseNames].flatMap((name) =>
      pluralNames.has(name) ? forms.map((form) => `${name}_${form}`) : [name],
    ),
  );
  for (const key of wanted) if (!keys.has(key)) problems.push(`${language}: ${key} is missing`);
  for (const [key, text] of keys) {
    if (!wanted.has(key))
      problems.push(`${language}: ${key} is not in ${BASE}, or not a plural form of this language`);
    const model = base.get(key) ?? base.get(`${key.replace(PLURAL, "")}_other`) ?? "";
    if (placeholders(text) !== placeholders(model))
      problems.push(`${language}: ${key} has other placeholders than ${BASE}`);
    if (text.trim() === "") problems.push(`${language}: ${key} is empty`);
  }
}

const used = new Set();
const usedStarts = [];

function visit(node, file) {
  if (ts.isStringLiteralLike(node)) used.add(node.text);
  if (ts.isTemplateExpression(node) && node.head.text.includes("."))
    usedStarts.push(node.head.text);
  if (ts.isJsxText(node) && /\p{L}/u.test(node.text)) bare(node, file, node.text.trim());
  if (ts.isJsxAttribute(node) && SAID.has(node.name.getText())) {
    const value =
      node.initializer && ts.isJsxExpression(node.initializer)
        ? node.initializer.expression
        : node.initializer;
    if (value && ts.isStringLiteralLike(value) && /\p{L}/u.test(value.text))
      bare(node, file, value.text);
  }
  ts.forEachChild(node, (child) => visit(child, file));
}

function bare(node, file, text) {
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  problems.push(`${file.fileName.replace(SRC, "src/")}:${line + 1}: “${text}” is not translated`);
}

for (const name of readdirSync(SRC, { recursive: true })) {
  if (!/\.tsx?$/.test(name) || /\.test\.|\.d\.ts$/.test(name)) continue;
  const text = readFileSync(join(SRC, name), "utf8");
  const kind = name.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(join(SRC, name), text, ts.ScriptTarget.Latest, true, kind);
  visit(file, file);
}

for (const name of baseNames) {
  if (!used.has(name) && !usedStarts.some((start) => name.startsWith(start)))
    problems.push(`${BASE}: ${name} is not used`);
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`${baseNames.size} strings in ${languages.length} languages`);
