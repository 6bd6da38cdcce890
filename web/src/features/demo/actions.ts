import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  Bomb,
  Clock1,
  ClockAlert,
  ClockFading,
  Compass,
  Smartphone,
  UserRound,
} from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { Action } from "@/actions/action";
import { demoQuery, demoSignIn, failNextMessage, useDemoClock } from "@/api/demo";
import { errorText } from "@/api/error";
import { useMe } from "@/api/me";
import type { Conversation, DemoClock, Role } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { clock, HOUR, SECOND } from "@/ui/clock";
import { toast } from "@/ui/Toasts";
import { closingBlock } from "./closing";
import { barFolded, togglePhone } from "./places";

/** What a demonstration adds, about the conversation that is open, if one is. */
export type DemoActions = {
  hour: Action;
  day: Action;
  closing: Action;
  /** Why `closing` is not visible, in words; null when it is. */
  blocked: string | null;
  start: Action;
  phone: Action;
  fail: Action;
  be: readonly Action[];
};

/** Moves the clock, here too. */
export function useMoveClock() {
  const { t } = useTranslation();
  const format = useFormat();
  const move = useDemoClock();
  return {
    pending: move.isPending,
    move: (by: DemoClock) =>
      move.mutate(by, {
        onSuccess: ({ server_time }) => {
          clock.set(server_time);
          // Else the bar shows it.
          if (barFolded.get())
            toast({ title: t("demo.moved", { time: format.moment(Date.parse(server_time)) }) });
        },
        onError: (error) => toast({ title: errorText(t, error), tone: "bad" }),
      }),
  };
}

/** Becomes another member. Nothing of the one before may stay, so the page starts anew. */
export function useBecome(): (role: Role) => void {
  const { t } = useTranslation();
  const become = useMutation({ mutationFn: demoSignIn });
  return (role) =>
    become.mutate(role, {
      onSuccess: () => window.location.reload(),
      onError: (error) => toast({ title: errorText(t, error), tone: "bad" }),
    });
}

/** Lets the next message to the customer of a conversation fail. */
export function useFailNext() {
  const { t } = useTranslation();
  const { data: demo } = useQuery(demoQuery());
  const fail = useMutation({
    mutationFn: ({ participant }: Conversation) =>
      failNextMessage(demo?.sim_path ?? "", participant.phone ?? participant.user_id ?? ""),
    onSuccess: (_nothing, { participant }) =>
      toast({ title: t("demo.will_fail", { name: participant.name }) }),
    onError: (error) => toast({ title: errorText(t, error), tone: "bad" }),
  });
  return (conversation: Conversation) => fail.mutate(conversation);
}

export function useDemoActions(open: Conversation | undefined): DemoActions {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const { data: demo } = useQuery(demoQuery());
  const { move } = useMoveClock();
  const become = useBecome();
  const failNext = useFailNext();
  // To the second, and drawn again only when the answer changes.
  const block = useSyncExternalStore(
    (call) => clock.onTick(SECOND, call),
    () => closingBlock(open, clock.now()),
  );
  return {
    hour: {
      id: "demo.hour",
      group: "act",
      name: (t) => t("demo.hour"),
      icon: Clock1,
      perform: () => move({ advance_seconds: HOUR / 1000 }),
    },
    day: {
      id: "demo.day",
      group: "act",
      name: (t) => t("demo.day"),
      icon: ClockFading,
      perform: () => move({ advance_seconds: (23 * HOUR) / 1000 }),
    },
    closing: {
      id: "demo.closing",
      group: "act",
      name: (t) => t("demo.closing"),
      icon: ClockAlert,
      visible: () => block === null,
      perform: () => open && move({ conversation_id: open.id }),
    },
    blocked: block && t(`demo.blocked.${block}`),
    start: {
      id: "demo.start",
      group: "go",
      name: (t) => t("demo.start"),
      icon: Compass,
      perform: () => void navigate({ to: "/start" }),
    },
    phone: {
      id: "demo.phone",
      group: "act",
      name: (t) => t("demo.phone_toggle"),
      icon: Smartphone,
      perform: togglePhone,
    },
    fail: {
      id: "demo.fail",
      group: "conversation",
      name: (t) => t("demo.fail"),
      icon: Bomb,
      visible: () => open !== undefined,
      perform: () => open && failNext(open),
    },
    be: (demo?.members ?? []).map(({ id, role, name }) => ({
      id: `demo.be ${role}`,
      group: "act",
      name: (t) => t(`demo.be.${role}`),
      keywords: () => name,
      icon: UserRound,
      visible: () => id !== me.id,
      perform: () => become(role),
    })),
  };
}
