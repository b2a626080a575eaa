import { createRoot } from "react-dom/client";
import "../ui/tokens.css";
import "../ui/base.css";
import { startWords } from "../i18n/i18n.ts";
import { startTheme } from "../ui/theme.ts";
import { Root } from "./root.tsx";

startTheme();
await startWords();
const element = document.getElementById("root");
if (element !== null) createRoot(element).render(<Root />);
