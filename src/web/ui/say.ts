import { useTranslation } from "react-i18next";

/** Picks the page's language from a sentence that the server gives in both. */
export function useSay(): (words: { readonly zh: string; readonly en: string }) => string {
  const { i18n } = useTranslation();
  return ({ zh, en }) => (i18n.language === "en" ? en : zh);
}
