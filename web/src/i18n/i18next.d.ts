import "i18next";
import type en from "./en";

declare module "i18next" {
  interface CustomTypeOptions {
    enableSelector: false;
    returnNull: false;
    nsSeparator: false;
    resources: { translation: typeof en };
  }
}
