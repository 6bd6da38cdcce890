import "./styles.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { startI18n } from "./i18n";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
startI18n().then(() => createRoot(root).render(<App />));
