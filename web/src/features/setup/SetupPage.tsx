import { useRouter } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/error";
import { generalProblem } from "@/api/problem";
import { useSetup } from "@/api/session";
import { Gate } from "@/app/Gate";
import { useShowProblem } from "@/app/useShowProblem";
import { Button } from "@/ui/Button";
import { formText } from "@/ui/formText";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { setupRoute } from "./route";

const FIELDS = ["code", "workspace_name", "name", "email", "password"] as const;

/** First run: makes the workspace and its owner. The code proves that one may read the server's output. */
export function SetupPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { code } = setupRoute.useSearch();
  const setup = useSetup();
  const problem = setup.error instanceof ApiError ? setup.error : undefined;
  const general = generalProblem(t, setup.error, FIELDS);
  const form = useRef<HTMLFormElement>(null);
  useShowProblem(form, problem);
  return (
    <Gate title={t("sign_in.setup_title")} text={t("sign_in.setup_text")}>
      <form
        ref={form}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const text = formText(event.currentTarget);
          setup.mutate(
            {
              code: text("code").trim(),
              workspace_name: text("workspace_name").trim(),
              name: text("name").trim(),
              email: text("email").trim(),
              password: text("password"),
            },
            { onSuccess: () => void router.navigate({ to: "/", replace: true }) },
          );
        }}
      >
        {general && <Notice tone="bad">{general}</Notice>}
        <TextField
          label={t("sign_in.code")}
          hint={problem?.field("code") ? undefined : t("sign_in.code_hint")}
          error={problem?.field("code")}
          name="code"
          defaultValue={code}
          autoComplete="one-time-code"
          autoFocus={!code}
          required
        />
        <TextField
          label={t("sign_in.workspace_name")}
          error={problem?.field("workspace_name")}
          name="workspace_name"
          autoComplete="organization"
          autoFocus={!!code}
          required
        />
        <TextField
          label={t("sign_in.name")}
          error={problem?.field("name")}
          name="name"
          autoComplete="name"
          required
        />
        <TextField
          label={t("sign_in.email")}
          error={problem?.field("email")}
          name="email"
          type="email"
          autoComplete="username"
          required
        />
        <TextField
          label={t("sign_in.password")}
          error={problem?.field("password")}
          name="password"
          type="password"
          autoComplete="new-password"
          required
        />
        <Button type="submit" tone="primary" wide pending={setup.isPending}>
          {t("sign_in.setup_submit")}
        </Button>
      </form>
    </Gate>
  );
}
