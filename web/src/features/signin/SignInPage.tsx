import { useRouter } from "@tanstack/react-router";
import { Suspense, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { sessionEnded } from "@/api/client";
import { ApiError, errorText } from "@/api/error";
import { useSignIn } from "@/api/session";
import { Gate } from "@/app/Gate";
import { signedOutByHand } from "@/app/signedOut";
import { DemoAccounts } from "@/features/demo";
import { Button } from "@/ui/Button";
import { formText } from "@/ui/formText";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { signInRoute } from "./route";

export function SignInPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { next } = signInRoute.useSearch();
  const { demo } = signInRoute.useRouteContext();
  const signIn = useSignIn();
  const ended = useSyncExternalStore(sessionEnded.subscribe, sessionEnded.get);
  const refused = signIn.error instanceof ApiError && signIn.error.status === 401;
  const enter = () => {
    signedOutByHand.set(false);
    void router.navigate({ href: next ?? "/", replace: true });
  };
  return (
    <Gate title={t("sign_in.title")}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const text = formText(event.currentTarget);
          signIn.mutate({ email: text("email"), password: text("password") }, { onSuccess: enter });
        }}
      >
        {ended && !signIn.error && <Notice tone="warn">{t("sign_in.ended")}</Notice>}
        {signIn.error && (
          <Notice tone="bad">{refused ? t("sign_in.refused") : errorText(t, signIn.error)}</Notice>
        )}
        <TextField
          label={t("sign_in.email")}
          name="email"
          type="email"
          autoComplete="username"
          autoFocus
          required
        />
        <TextField
          label={t("sign_in.password")}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <Button type="submit" tone="primary" wide pending={signIn.isPending}>
          {t("sign_in.submit")}
        </Button>
      </form>
      {demo && (
        <Suspense>
          <DemoAccounts onSignedIn={enter} />
        </Suspense>
      )}
    </Gate>
  );
}
