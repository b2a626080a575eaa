import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal, Popconfirm, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ViewAlert } from "../../../api/session-view.ts";
import { ErrorNote, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { live, liveKeys, type ScreenItem } from "./client.ts";
import { useDesk } from "./desk.ts";
import { CopyLink } from "./emergency-first.tsx";
import css from "./dialogs.module.css";

const muteMinutes = [15, 30, 60, 120] as const;

/** Silence with an end: for this subject, or for the rule as a whole. */
export function MuteDialog({ alert, onClose }: { alert: ViewAlert; onClose: () => void }) {
  const { t } = useTranslation();
  const { view, run } = useDesk();
  const [minutes, setMinutes] = useState<number>(30);
  const [whole, setWhole] = useState(false);
  const [reason, setReason] = useState("");
  const save = async () => {
    const subject = whole ? null : alert.subject;
    const body = { rule: alert.rule, subject, minutes, reason: reason.trim() };
    if (await run(() => live.mute(view.session, body), t("live.mutes.done", { n: minutes }))) onClose();
  };
  return (
    <Modal
      open
      title={t("live.mutes.dialog", { rule: t(`live.rule.${alert.rule}`) })}
      okText={t("live.mute")}
      cancelText={t("common.cancel")}
      onOk={() => void save()}
      onCancel={onClose}
      width={420}
    >
      <div className={css.form}>
        <Segmented
          block
          value={minutes}
          options={muteMinutes.map((n) => ({ value: n, label: t("live.minutes", { n }) }))}
          onChange={(value) => setMinutes(value)}
        />
        <Segmented
          block
          value={whole ? "all" : "one"}
          options={[
            { value: "one", label: alert.name ?? t("live.mutes.one") },
            { value: "all", label: t("live.mutes.all") },
          ]}
          onChange={(value) => setWhole(value === "all")}
        />
        <Input
          value={reason}
          maxLength={200}
          placeholder={t("live.mutes.reason")}
          aria-label={t("live.mutes.reason")}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </Modal>
  );
}

/** The links of the session's other screens: the host's and the overlay. */
export function ScreensDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { view, run, canAct } = useDesk();
  const client = useQueryClient();
  const [links, setLinks] = useState<ReadonlyMap<string, string>>(new Map());
  const queryKey = liveKeys.screens(view.session);
  const { data, error } = useQuery({ queryKey, queryFn: ({ signal }) => live.screens(view.session, signal) });
  const again = () => client.invalidateQueries({ queryKey });
  const add = ({ kind, name }: Pick<ScreenItem, "kind" | "name">) =>
    void run(async () => {
      const made = await live.addScreen(view.session, { kind, name });
      setLinks((before) => new Map(before).set(made.screen, new URL(made.path, location.href).href));
      await again();
    });
  const end = (screen: string) =>
    void run(async () => {
      await live.endScreen(view.session, screen);
      await again();
    });
  return (
    <Modal open title={t("live.screens.title")} footer={null} onCancel={onClose} width={620}>
      <ErrorNote error={error} />
      {data === undefined && error === null && <Skeleton lines={3} />}
      <ul className={css.screens}>
        {data?.items.map((one) => (
          <li key={one.screen}>
            <div className={css.screenHead}>
              <b>{one.name}</b>
              <Tag tone={one.online ? "ok" : "plain"}>
                {one.online ? t("live.screens.online") : t("live.screens.offline")}
              </Tag>
              {canAct && (
                <>
                  <Button size="small" onClick={() => add(one)}>
                    {t("live.screens.link")}
                  </Button>
                  <Popconfirm
                    title={t("live.screens.endSure")}
                    okText={t("live.screens.end")}
                    cancelText={t("common.cancel")}
                    onConfirm={() => end(one.screen)}
                  >
                    <Button size="small" type="text" danger>
                      {t("live.screens.end")}
                    </Button>
                  </Popconfirm>
                </>
              )}
            </div>
            <ScreenLink url={links.get(one.screen)} />
          </li>
        ))}
      </ul>
      {canAct && (
        <div className={css.buttons}>
          <Button type="primary" onClick={() => add({ kind: "host", name: t("live.screens.host") })}>
            {t("live.screens.addHost")}
          </Button>
          <Button onClick={() => add({ kind: "overlay", name: t("live.screens.overlay") })}>
            {t("live.screens.addOverlay")}
          </Button>
        </div>
      )}
      <p className={css.hint}>{t("live.screens.overlayHelp")}</p>
    </Modal>
  );
}

function ScreenLink({ url }: { url: string | undefined }) {
  const { t } = useTranslation();
  if (url === undefined) return null;
  return (
    <>
      <CopyLink url={url} />
      <a href={url} target="_blank" rel="noreferrer">
        {t("live.screens.open")}
      </a>
    </>
  );
}
