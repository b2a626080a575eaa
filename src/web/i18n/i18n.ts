import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { recall, remember } from "../ui/storage.ts";
import { zh } from "./zh.ts";

export const languages = ["zh-CN", "en"] as const;
export type Language = (typeof languages)[number];

const languageKey = "zaiku.language";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "words";
    resources: { words: typeof zh };
    returnNull: false;
  }
}

function isLanguage(text: string | null): text is Language {
  return languages.some((language) => language === text);
}

/** English comes in its own file, when somebody asks for it. */
async function load(language: Language): Promise<void> {
  if (language === "en" && !i18next.hasResourceBundle("en", "words")) {
    const { en } = await import("./en.ts");
    i18next.addResourceBundle("en", "words", en);
  }
}

/** Prepares the words. Chinese unless this browser was switched before. */
export async function startWords(): Promise<void> {
  const stored = recall(languageKey);
  const language: Language = isLanguage(stored) ? stored : "zh-CN";
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "zh-CN",
    ns: ["words"],
    defaultNS: "words",
    resources: { "zh-CN": { words: zh } },
    partialBundledLanguages: true,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await load(language);
  document.documentElement.lang = language;
}

export async function switchLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  remember(languageKey, language);
}

export function languageOf(text: string): Language {
  return text.startsWith("en") ? "en" : "zh-CN";
}
