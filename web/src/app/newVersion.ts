let missed = false;

/** Whether a file of the app could not be fetched; what needs it stays broken until the page is new. */
export const missedFile = () => missed;

/**
 * The files of a version are gone once the server has a newer one. A page that was open meanwhile
 * and misses one starts anew; drafts are kept. Without a connection nothing is gone.
 */
export function followNewVersion(): void {
  window.addEventListener("vite:preloadError", () => {
    missed = true;
    void isReplaced().then((replaced) => replaced && window.location.reload());
  });
}

/** Whether the server's page leads to another first file than this one. */
async function isReplaced(): Promise<boolean> {
  try {
    const answer = await fetch("/", { cache: "no-store" });
    return answer.ok && !(await answer.text()).includes(new URL(import.meta.url).pathname);
  } catch {
    return false;
  }
}
