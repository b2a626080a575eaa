import { useTranslation } from "react-i18next";
import type { JournalItem } from "../../api/journal.ts";
import { useChannelNames } from "./channel-names.ts";
import { useFormat } from "./format.ts";
import { useNow } from "./hooks.ts";
import { shortId, useWords } from "./words.ts";
import css from "./journal-list.module.css";

/** Movements in people's words: when, what happened, from where to where and how many. */
export function JournalList({
  items,
  withSku = false,
}: {
  items: readonly JournalItem[];
  withSku?: boolean;
}) {
  const now = useNow(30_000);
  return (
    <ul className={css.list}>
      {items.map((item) => (
        <Movement key={item.seq} item={item} now={now} withSku={withSku} />
      ))}
    </ul>
  );
}

/** From where to where. A backlog has no other side that anybody knows: it only rises and falls. */
function Path({ item: { from, to, quantity, fromBin, toBin } }: { item: JournalItem }) {
  const { t } = useTranslation();
  const words = useWords();
  const units = useFormat().number(quantity);
  if (quantity === 0) return t("journal.noMove");
  if (from === "demand") return `${words.placeShort(to)} +${units}`;
  if (to === "demand") return `${words.placeShort(from)} −${units}`;
  if (from !== to) return `${words.placeShort(from)} → ${words.placeShort(to)} ${units}`;
  const bins = [fromBin, toBin].map((bin) => (bin === null || bin === "" ? t("sku.noBin") : bin));
  return `${bins.join(" → ")} ${units}`;
}

function Movement({ item, now, withSku }: { item: JournalItem; now: number; withSku: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const nameOf = useChannelNames();
  const reason = words.reason(item.reason);
  const what =
    item.channel !== null && item.orderId !== null
      ? t("journal.order", { channel: nameOf(item.channel), order: shortId(item.orderId), reason })
      : `${reason} · ${words.actor(item.actor)}`;
  const detail = `${t("journal.seq", { seq: format.number(item.seq) })} · ${format.moment(item.at)} · ${words.actor(item.actor)}`;
  return (
    <li className={css.row} title={detail}>
      <time className={css.when} dateTime={item.at}>
        {format.brief(item.at, now)}
      </time>
      <span className={css.what}>
        {what}
        {withSku && <span className={css.sku}>{item.sku}</span>}
      </span>
      <b className={css.move}>
        <Path item={item} />
      </b>
    </li>
  );
}
