import { useEffect, useState } from "react";
import { later, useLater } from "./later";
import { type Tip, watchTips } from "./tips";

export const tipPopup = later(() => import("./TipPopup"));

/** The one tooltip of the page; mounted by the app. */
export function Tips() {
  const [tip, setTip] = useState<Tip | null>(null);
  const part = useLater(tipPopup, tip !== null);
  useEffect(() => watchTips(setTip), []);
  return part && <part.TipPopup tip={tip} />;
}
