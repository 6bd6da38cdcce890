/** Asks again and again until it is so, at most 30 s. What cannot be asked yet is not so. */
export async function until(
  what: string,
  so: () => Promise<boolean>,
  within = 30_000,
): Promise<void> {
  const deadline = Date.now() + within;
  let trouble: unknown;
  for (;;) {
    try {
      if (await so()) return;
      trouble = undefined;
    } catch (error) {
      trouble = error;
    }
    if (Date.now() > deadline)
      throw new Error(`not within ${within} ms: ${what}`, { cause: trouble });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
