import { useState } from "react";
import { Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import type { ViewSku } from "../../../api/session-view.ts";
import { cx } from "../../ui/cx.ts";
import { useWords } from "../../ui/words.ts";
import { useDesk } from "./desk.ts";
import { currentRow } from "./figures.ts";
import { useLiveWords } from "./live-words.ts";
import { Panel } from "./parts.tsx";
import css from "./messages.module.css";

export const hostCharsMax = 200;

/** What the host was told, and whether the host has seen it. */
export function MessagesPanel({ className }: { className?: string | undefined }) {
  const { t } = useTranslation();
  const { view, now, canAct } = useDesk();
  const words = useLiveWords();
  const { actor } = useWords();
  const waiting = view.messages.filter((one) => one.acknowledgedAt === null).length;
  const sorted = view.messages.toSorted((a, b) => b.at.localeCompare(a.at));
  const hosts = view.screens.filter((screen) => screen.kind === "host");
  const online = hosts.some((screen) => screen.online);
  const note =
    hosts.length === 0 ? t("live.hostNone") : online ? t("live.hostOnline") : t("live.hostOffline");
  return (
    <Panel
      title={waiting > 0 ? t("live.messages.waiting", { n: waiting }) : t("live.messages.title")}
      note={<span className={online ? "say-ok" : "say-tier2"}>{note}</span>}
      className={className}
      label={t("live.messages.title")}
    >
      {canAct && <Composer />}
      <ul className={css.list}>
        {sorted.map((one) => (
          <li key={one.id} className={cx(css.message, one.acknowledgedAt !== null && css.read)}>
            <p>{one.text}</p>
            <small>
              {actor(one.by)} · {words.ago(now - Date.parse(one.at))} ·{" "}
              {one.acknowledgedAt === null ? (
                <span className="say-tier2">{t("live.messages.unread")}</span>
              ) : (
                t("live.messages.readAt", { time: words.format.clock(one.acknowledgedAt) })
              )}
            </small>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Words for the host about a product, with the number of this moment; the last ones are called the last, none is called none. */
export function useReadyWords(sku: ViewSku | null): string {
  const { t } = useTranslation();
  const { format } = useLiveWords();
  if (sku === null) return "";
  const values = { product: sku.name, n: format.number(sku.sellable) };
  if (sku.sellable <= 0) return t("live.messages.readyGone", values);
  return sku.status === "fine" || sku.status === "watch"
    ? t("live.messages.readyLeft", values)
    : t("live.messages.readyLast", values);
}

function Composer() {
  const { t } = useTranslation();
  const { act, view } = useDesk();
  const [text, setText] = useState("");
  const [sending, setSending] = useState(false);
  const sku = currentRow(view)?.sku;
  const left = useReadyWords(sku ?? null);
  const ready = sku === undefined ? [] : [left, t("live.messages.readyNext"), t("live.messages.readyHold")];
  const send = async () => {
    const words = text.trim();
    if (words === "" || sending) return;
    setSending(true);
    const done = await act({ action: "tell_host", text: words });
    setSending(false);
    if (done !== null) setText("");
  };
  return (
    <form
      className={css.composer}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Input
        value={text}
        maxLength={hostCharsMax}
        onChange={(event) => setText(event.target.value)}
        placeholder={t("live.messages.hint")}
        aria-label={t("live.messages.hint")}
      />
      <Button type="primary" htmlType="submit" loading={sending} disabled={text.trim() === ""}>
        {t("live.messages.send")}
      </Button>
      <div className={css.ready}>
        {ready.map((words) => (
          <button key={words} type="button" onClick={() => setText(words)}>
            {words}
          </button>
        ))}
      </div>
    </form>
  );
}
