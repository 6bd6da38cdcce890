import { fileURLToPath } from "node:url";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The entry, and the screen that most people see first. */
const ROOTS = [path("./src/main.tsx"), path("./src/features/chats/ChatsPage.tsx")];

type Graph = { getModuleInfo: (id: string) => { importedIds: readonly string[] } | null };

/**
 * Rolldown's group by which all that the first route needs becomes one file; the rest is left to it.
 * Without it each module that two screens share becomes a file of its own, and each file a request.
 */
export function firstRouteGroup() {
  const first = new Set<string>();
  return {
    debugName: "app",
    name(id: string, graph: Graph) {
      if (first.size === 0) {
        const queue = [...ROOTS];
        for (const next of queue) {
          if (first.has(next)) continue;
          first.add(next);
          queue.push(...(graph.getModuleInfo(next)?.importedIds ?? []));
        }
      }
      return first.has(id) ? "app" : null;
    },
  };
}
