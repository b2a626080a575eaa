import { useTranslation } from "react-i18next";
import type { SessionItem } from "../../../api/sessions.ts";
import { useChannelNames } from "../../ui/channel-names.ts";
import { useFormat } from "../../ui/format.ts";
import { LifeTag } from "./life-tag.tsx";
import { spanOf } from "./times.ts";

/** When and where a session is, and how far it has come. */
export function SubtitleOf({ session }: { session: SessionItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useChannelNames();
  return (
    <>
      <LifeTag life={session.life} /> {spanOf(format, session.startsAt, session.endsAt)} ·{" "}
      {session.channels.map(nameOf).join(t("common.comma"))}
    </>
  );
}
