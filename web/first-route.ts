import { fileURLToPath } from "node:url";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The entry, and the screen that most people see first. */
const ROOTS = [path("./src/main.tsx"), path("./src/features/chats/ChatsPage.tsx")];

/** What all other screens are built of, and would each load piece by piece. */
const KIT = /\/src\/ui\/|\/lucide-react\/dist\/esm\/icons\//;

/** The one module that leads to every icon there is, used or not. */
const ICONS = "lucide-react/dist/esm/lucide-react.mjs";

type Module = { importedIds: readonly string[]; code?: string | null };
type Graph = { getModuleInfo: (id: string) => Module | null };

/**
 * Rolldown's groups: all that the first route needs becomes one file, what is left of the kit and the
 * icons another. The rest is left to it. Without them each module that two screens share becomes a
 * file of its own, and each file a request.
 */
export function firstRouteGroup() {
  const first = new Set<string>();
  return {
    debugName: "app",
    name(id: string, graph: Graph) {
      if (first.size === 0) collect(first, graph);
      if (first.has(id)) return "app";
      return KIT.test(id) ? "kit" : null;
    },
  };
}

function collect(first: Set<string>, graph: Graph): void {
  const icons = new Set<string>();
  const queue = [...ROOTS];
  for (const next of queue) {
    if (first.has(next)) continue;
    first.add(next);
    const module = graph.getModuleInfo(next);
    for (const name of iconsIn(module?.code ?? "")) icons.add(name);
    if (!next.endsWith(ICONS)) queue.push(...(module?.importedIds ?? []));
  }
  // Of the icons only those that are named in what was collected.
  const barrel = [...first].find((id) => id.endsWith(ICONS));
  if (barrel === undefined) return;
  const files = iconFiles(graph.getModuleInfo(barrel)?.code ?? "");
  for (const name of icons) {
    const file = files.get(name);
    if (file) first.add(path(`./node_modules/lucide-react/dist/esm/${file}`));
  }
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
