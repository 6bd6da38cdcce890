import "./styles.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { followNewVersion } from "./app/newVersion";
import { startI18n } from "./i18n";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
followNewVersion();
startI18n().then(() => createRoot(root).render(<App />));
