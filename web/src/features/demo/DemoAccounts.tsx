import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { demoQuery, demoSignIn } from "@/api/demo";
import { errorText } from "@/api/error";
import { Avatar } from "@/ui/Avatar";
import { Notice } from "@/ui/Notice";

/** Whom a visitor of the demonstration can be, without a password. */
export function DemoAccounts({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(demoQuery());
  const signIn = useMutation({ mutationFn: demoSignIn, onSuccess: onSignedIn });
  if (!data) return null;
  return (
    <section aria-labelledby="demo-accounts" className="flex flex-col gap-1 pt-6">
      <h2 id="demo-accounts" className="pb-1 text-13 text-muted">
        {t("demo.accounts")}
      </h2>
      {signIn.error && <Notice tone="bad">{errorText(t, signIn.error)}</Notice>}
      {data.members.map(({ id, name, role }) => (
        <button
          key={id}
          type="button"
          disabled={signIn.isPending}
          onClick={() => signIn.mutate(role)}
          className="-mx-2 flex min-h-11 items-center gap-3 rounded-6 px-2 py-1 text-start hover:bg-hover disabled:opacity-50"
        >
          <Avatar name={name} id={id} />
          <span className="min-w-0 grow">
            <span className="block truncate text-14 font-medium">{name}</span>
            <span className="block text-12 text-muted">{t(`demo.role.${role}`)}</span>
          </span>
        </button>
      ))}
    </section>
  );
}
