import type { Connection } from "@/api/types";

/** The numbers from which nothing can be sent, whatever their account's state, and why. */
export function StoppedNumbers({ channels }: Pick<Connection, "channels">) {
  return channels
    .filter(({ state }) => state !== "ok")
    .map(({ id, phone_number, state_text }) => (
      <span key={id} className="block text-12 text-bad">
        <bdi className="font-medium">{phone_number}</bdi> {state_text}
      </span>
    ));
}
