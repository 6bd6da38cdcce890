import { Dices } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/TextField";
import { randomText } from "./random";

export type GivenPasswordProps = {
  label: string;
  hint: string;
  error?: string;
  value: string;
  onChange: (value: string) => void;
  autoFocus?: boolean;
};

/** A password that an admin chooses for somebody else. */
export function GivenPassword(props: GivenPasswordProps) {
  const { t } = useTranslation();
  return (
    <div className="flex items-start gap-2">
      <div className="grow">
        <TextField {...props} name="new-password" type="password" autoComplete="new-password" />
      </div>
      <span className="pt-6">
        <Button icon={Dices} onClick={() => props.onChange(randomText(16))}>
          {t("settings.generate")}
        </Button>
      </span>
    </div>
  );
}
