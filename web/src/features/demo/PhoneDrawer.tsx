import { useTranslation } from "react-i18next";
import { Drawer } from "@/ui/Drawer";
import { Phone } from "./Phone";
import { phoneDrawn } from "./places";

export function PhoneDrawer() {
  const { t } = useTranslation();
  return (
    <Drawer open onOpenChange={phoneDrawn.set} title={t("app.demo_phone")}>
      <Phone onClose={() => phoneDrawn.set(false)} />
    </Drawer>
  );
}
