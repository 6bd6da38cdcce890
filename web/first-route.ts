import { fileURLToPath } from "node:url";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The entry, and the screen that most people see first. */
const ROOTS = [path("./src/main.tsx"), path("./src/features/chats/ChatsPage.tsx")];

type Graph = { getModuleInfo: (id: string) => { importedIds: readonly string[] } | null };

/**
 * Rolldown's groups by which what the first route needs becomes two files, `libs` and `app`; the rest
 * is left to it. Without them each module that two screens share becomes a file of its own.
 */
export function firstRouteGroups() {
  const first = new Set<string>();
  const needs = (id: string, graph: Graph) => {
    if (first.size === 0) {
      const queue = [...ROOTS];
      for (const next of queue) {
        if (first.has(next)) continue;
        first.add(next);
        queue.push(...(graph.getModuleInfo(next)?.importedIds ?? []));
      }
    }
    return first.has(id);
  };
  return [
    {
      debugName: "libs",
      priority: 2,
      test: /\/node_modules\//,
      name: (id: string, graph: Graph) => (needs(id, graph) ? "libs" : null),
    },
    {
      debugName: "app",
      priority: 1,
      test: /\/src\//,
      name: (id: string, graph: Graph) => (needs(id, graph) ? "app" : null),
    },
  ];
}
