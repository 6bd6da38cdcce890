import { fileURLToPath } from "node:url";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** In order: what one file has, the next does not repeat. */
const FILES: readonly [name: string, roots: readonly string[]][] = [
  // The entry, and the screen that most people see first.
  ["app", ["./src/main.tsx", "./src/features/chats/ChatsPage.tsx"]],
  // What a demonstration adds to it.
  ["demo", ["./src/features/demo/parts.ts"]],
  // The screens before that one, for those who are not signed in.
  ["gate", ["./src/features/signin/SignInPage.tsx", "./src/features/setup/SetupPage.tsx"]],
];

/** What all other screens are built of, and would each load piece by piece. */
const KIT = /\/src\/ui\/|\/lucide-react\/dist\/esm\/icons\//;

/** The one module that leads to every icon there is, used or not. */
const ICONS = "lucide-react/dist/esm/lucide-react.mjs";

type Module = { importedIds: readonly string[]; code?: string | null };
type Graph = { getModuleInfo: (id: string) => Module | null };

/**
 * Rolldown's groups: all that the first route needs becomes one file, what the screens before it need
 * besides another, what is left of the kit and the icons a third. The rest is left to it. Without them
 * each module that two screens share becomes a file of its own, and each file a request.
 */
export function firstRouteGroup() {
  const files = new Map<string, string>();
  return {
    debugName: "app",
    name(id: string, graph: Graph) {
      if (files.size === 0) {
        for (const [name, roots] of FILES) collect(name, roots.map(path), files, graph);
      }
      return files.get(id) ?? (KIT.test(id) ? "kit" : null);
    },
  };
}

function collect(name: string, roots: string[], files: Map<string, string>, graph: Graph): void {
  const mine = new Set<string>();
  const icons = new Set<string>();
  const queue = [...roots];
  for (const next of queue) {
    if (files.has(next) || mine.has(next)) continue;
    mine.add(next);
    const module = graph.getModuleInfo(next);
    for (const icon of iconsIn(module?.code ?? "")) icons.add(icon);
    if (!next.endsWith(ICONS)) queue.push(...(module?.importedIds ?? []));
  }
  // Of the icons only those that are named in what was collected.
  const barrel = [...files.keys(), ...mine].find((id) => id.endsWith(ICONS));
  if (barrel !== undefined) {
    const byName = iconFiles(graph.getModuleInfo(barrel)?.code ?? "");
    for (const icon of icons) {
      const file = byName.get(icon);
      if (file) mine.add(path(`./node_modules/lucide-react/dist/esm/${file}`));
    }
  }
  for (const id of mine) if (!files.has(id)) files.set(id, name);
}

function iconsIn(code: string): string[] {
  return [...code.matchAll(/import\s*{([^}]*)}\s*from\s*["']lucide-react["']/g)].flatMap(
    ([, names = ""]) => names.split(",").map((name) => name.trim().split(/\s+as\s+/)[0] ?? ""),
  );
}

/** By name, the file of each icon, as the barrel exports it. */
function iconFiles(barrel: string): Map<string, string> {
  const exports = barrel.matchAll(/export\s*{([^}]*)}\s*from\s*["']\.\/(icons\/[^"']+)["']/g);
  return new Map(
    [...exports].flatMap(([, names = "", file = ""]) =>
      [...names.matchAll(/default as (\w+)/g)].map(([, name = ""]) => [name, file] as const),
    ),
  );
}
