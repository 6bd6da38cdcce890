import { Api } from "./api";

/** A message as the customer's phone has it. */
export type PhoneMessage = {
  id: string;
  direction: "in" | "out";
  /** Of the business. */
  number: string;
  type: string;
  text: string;
  status: string;
};

/** The control API of the simulator: what customers do, and what goes wrong at the provider. */
export class Simulator {
  private readonly api: Api;

  constructor(base: string) {
    this.api = new Api(`${base}/sim/api`);
  }

  addNumber(number: Record<string, string>): Promise<unknown> {
    return this.api.post("/numbers", number);
  }

  async numbers(): Promise<{ phone_number: string }[]> {
    return (await this.api.get<{ items: { phone_number: string }[] }>("/numbers")).items;
  }

  /** A customer writes a text to a business number. */
  writes(customer: string, to: string, text: string, name?: string): Promise<PhoneMessage> {
    return this.sends(customer, { to, type: "text", text, ...(name ? { name } : {}) });
  }

  sends(customer: string, message: Record<string, unknown>): Promise<PhoneMessage> {
    return this.api.post(`/customers/${encodeURIComponent(customer)}/messages`, message);
  }

  async messages(customer: string): Promise<PhoneMessage[]> {
    const path = `/customers/${encodeURIComponent(customer)}/messages?limit=100`;
    return (await this.api.get<{ items: PhoneMessage[] }>(path)).items;
  }

  /** The customer opens the chat with a business number: blue ticks for all in it. */
  reads(customer: string, to: string): Promise<unknown> {
    return this.api.post(`/customers/${encodeURIComponent(customer)}/read`, { to });
  }

  /** The customer moves to another phone number, as WhatsApp tells it. */
  changesNumber(customer: string, phone: string): Promise<unknown> {
    return this.api.post(`/customers/${encodeURIComponent(customer)}/change_number`, { phone });
  }

  fault(fault: Record<string, unknown>): Promise<unknown> {
    return this.api.post("/faults", fault);
  }

  /** How often each distinct message was accepted from the business. */
  async accepted(): Promise<{ text: string; count: number }[]> {
    return (await this.api.get<{ items: { text: string; count: number }[] }>("/accepted")).items;
  }
}
