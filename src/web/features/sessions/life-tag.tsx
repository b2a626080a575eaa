import { useTranslation } from "react-i18next";
import type { SessionSummary } from "../../../api/sessions.ts";
import { Tag, type Tone } from "../../ui/tag.tsx";

export type Life = SessionSummary["life"];

const tones: Readonly<Record<Life, Tone>> = {
  draft: "plain",
  prechecked: "accent",
  live: "tier3",
  ended: "plain",
  reviewed: "ok",
};

/** How far a session has come. */
export function LifeTag({ life }: { life: Life }) {
  const { t } = useTranslation();
  return <Tag tone={tones[life]}>{t(`sessions.life.${life}`)}</Tag>;
}
