import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Fails with what axe finds on the page as it is now. */
export async function expectAccessible(page: Page, screen: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    // Guards around popups are focusable and hidden on purpose: they send the focus on.
    .exclude("[data-base-ui-focus-guard]")
    .withTags(TAGS)
    .analyze();
  const told = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes
      .slice(0, 4)
      .map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`),
  }));
  expect.soft(told, `axe on ${screen}`).toEqual([]);
}
