// Adds to a package-lock.json the packages for other systems that npm left out.
//
//   node scripts/complete-lock.mjs web
//
// npm drops an optional package from the lock when it is not installed here or the registry in use does not have it;
// `npm ci` then refuses the lock ("Missing: … from lock file"), on every system. What is added has a version and the
// system it is for, taken from its name, and no checksum: npm fills that in where such a package is installed.
import { readFileSync, writeFileSync } from "node:fs";

const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

const file = `${process.argv[2] ?? "."}/package-lock.json`;
const lock = JSON.parse(readFileSync(file, "utf8"));
const { packages } = lock;

// found says whether a package sees another, in its own folder or in one above it.
function found(path, name) {
  for (;;) {
    if (packages[`${path}/node_modules/${name}`]) return true;
    const end = path.lastIndexOf("/node_modules/");
    if (end < 0) return packages[`node_modules/${name}`] !== undefined;
    path = path.slice(0, end);
  }
}

for (const [path, parent] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (found(path, name)) continue;
    const words = name.split(/[/-]/);
    const only = (known) => known.filter((word) => words.includes(word));
    const libc = words.includes("musl") ? ["musl"] : [];
    const entry = { version, cpu: only(processors), dev: parent.dev, libc, optional: true, os: only(systems) };
    if (entry.cpu.length === 0) throw new Error(`${name}: its name does not say what system it is for`);
    packages[`node_modules/${name}`] = Object.fromEntries(
      Object.entries(entry).filter(([, value]) => value !== undefined && value.length !== 0),
    );
    console.log(`added ${name} ${version}`);
  }
}

const byPath = ([a], [b]) => a.localeCompare(b, "en");
lock.packages = Object.fromEntries(Object.entries(packages).sort(byPath));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
