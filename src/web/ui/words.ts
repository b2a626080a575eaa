import { useTranslation } from "react-i18next";
import { zh } from "../i18n/zh.ts";

type Keys<T> = keyof T & string;

function isKey<T extends object>(words: T, key: string): key is Keys<T> {
  return Object.hasOwn(words, key);
}

/** Names for the server's closed words. One that this page does not know is shown as it is. */
export function useWords() {
  const { t } = useTranslation();
  return {
    place: (key: string) => (isKey(zh.place, key) ? t(`place.${key}`) : key),
    placeShort: (key: string) => (isKey(zh.placeShort, key) ? t(`placeShort.${key}`) : key),
    reason: (key: string) => (isKey(zh.reason, key) ? t(`reason.${key}`) : key),
    platform: (key: string) => (isKey(zh.platform, key) ? t(`platform.${key}`) : key),
    /** Who did something: the journal has people as `id/name`, programs as `key:name`, the product as `system:…`. */
    actor: (actor: string) => {
      if (actor.startsWith("key:")) return actor.slice("key:".length);
      const name = actor.slice(actor.indexOf("/") + 1);
      const own = name.startsWith("system:") ? "system" : name;
      return isKey(zh.actor, own) ? t(`actor.${own}`) : name;
    },
    role: (key: string) => (isKey(zh.role, key) ? t(`role.${key}`) : key),
  };
}

/** The end of a long number, which is what people read out: `6941…2207`. */
export function shortId(id: string): string {
  return id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-4)}` : id;
}
