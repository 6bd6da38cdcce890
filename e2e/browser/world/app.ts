import { expect, type Locator, type Page } from "@playwright/test";

/** The parts of the members' app, as a person names them. */
export class App {
  readonly list: Locator;
  readonly conversation: Locator;
  readonly messages: Locator;
  readonly field: Locator;

  constructor(readonly page: Page) {
    this.list = page.getByRole("region", { name: "Conversations", exact: true });
    this.conversation = page.getByRole("region", { name: "Open conversation" });
    this.messages = this.conversation.getByRole("log", { name: "Messages" });
    this.field = this.conversation.getByRole("textbox", { name: "Write a reply" });
  }

  /** A line of the list, by what it shows. */
  row(text: string): Locator {
    return this.list.getByRole("link").filter({ hasText: text });
  }

  /** What a line of the list shows by an icon, in the words of its name. */
  mark(row: string, name: string | RegExp): Locator {
    return this.row(row).getByRole("img", { name });
  }

  view(name: string): Locator {
    return this.page.getByRole("navigation", { name: "Views" }).getByRole("link", { name });
  }

  /** The message of the open conversation that says this. */
  message(text: string): Locator {
    return this.messages.getByRole("article").filter({ hasText: text });
  }

  async open(name: string): Promise<void> {
    await this.row(name).click();
    await this.shows(name);
  }

  /** Waits until the conversation with somebody is open. */
  async shows(name: string): Promise<void> {
    await expect(this.conversation.getByRole("button", { name: `Contact: ${name}` })).toBeVisible();
    await expect(this.messages).toBeVisible();
  }

  async reply(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press("Enter");
    await expect(this.message(text)).toBeVisible();
  }

  /** Waits until a message of ours has come so far. */
  async reaches(text: string, ...states: string[]): Promise<void> {
    const tick = this.message(text).getByRole("img", {
      name: new RegExp(`^(${states.join("|")})`),
    });
    await expect(tick).toBeVisible();
  }
}

/** The words of the ticks from "sent" on. */
export const SENT = ["Sent", "Delivered", "Read"];
export const DELIVERED = ["Delivered", "Read"];

/** The phone that a demonstration docks beside the inbox. */
export function dockedPhone(page: Page): Phone {
  return new Phone(page.frameLocator('iframe[title="Customer’s phone (simulated)"]'));
}

/** The customer's phone: a page of its own, or docked beside the inbox. */
export class Phone {
  readonly field: Locator;

  constructor(private readonly root: Pick<Page, "getByRole">) {
    this.field = root.getByRole("textbox", { name: "Message", exact: true });
  }

  message(text: string): Locator {
    return this.root.getByRole("log", { name: "Messages" }).getByText(text);
  }
}
