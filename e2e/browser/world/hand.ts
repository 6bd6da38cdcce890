import type { Locator, Page } from "@playwright/test";

/** Does what a person does, and counts it: a load, a click, a text typed, a key pressed. */
export class Hand {
  actions = 0;

  async load(page: Page, address: string): Promise<void> {
    this.actions++;
    await page.goto(address);
  }

  async clicks(target: Locator): Promise<void> {
    this.actions++;
    await target.click();
  }

  async types(target: Locator, text: string): Promise<void> {
    this.actions++;
    await target.fill(text);
  }

  async presses(target: Locator, key: string): Promise<void> {
    this.actions++;
    await target.press(key);
  }
}
