import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RobotItem } from "../../../api/robots.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { Empty, Failure, Skeleton, useProblemText } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { BrowserPush } from "./browser-push.tsx";
import { liveKeys, liveSettings, type RobotKind } from "./client.ts";
import { Deliveries } from "./deliveries.tsx";
import css from "./live-settings.module.css";
import { RobotForm } from "./robot-form.tsx";

/** A browser is added by the browser itself. */
const kinds = ["dingtalk", "feishu", "wecom", "webhook", "email"] as const satisfies readonly RobotKind[];

/** Who is told when nobody looks at the screen, and what became of it. */
export function Robots() {
  const { t } = useTranslation();
  const mayChange = useCan("catalog:write");
  const [form, setForm] = useState<RobotItem | RobotKind | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: liveKeys.robots,
    queryFn: ({ signal }) => liveSettings.robots(signal),
    refetchInterval: 15_000,
  });
  return (
    <>
      <Card
        title={t("robots.title")}
        note={t("robots.note")}
        actions={
          mayChange && (
            <Dropdown
              trigger={["click"]}
              menu={{
                items: kinds.map((key) => ({ key, label: t(`robots.kind.${key}`) })),
                onClick: ({ key }) => setForm(kinds.find((kind) => kind === key) ?? null),
              }}
            >
              <Button type="primary">{t("robots.add")}</Button>
            </Dropdown>
          )
        }
      >
        {data === undefined && error === null && <Skeleton lines={3} />}
        {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
        {data?.length === 0 && (
          <Empty icon="bell" title={t("robots.empty.title")}>
            {t("robots.empty.text")}
          </Empty>
        )}
        <ul>
          {data?.map((robot) => (
            <Robot key={robot.id} robot={robot} mayChange={mayChange} onEdit={() => setForm(robot)} />
          ))}
        </ul>
      </Card>
      <BrowserPush robots={data ?? []} />
      <Deliveries />
      {form !== null && (
        <RobotForm
          robot={typeof form === "string" ? null : form}
          kind={typeof form === "string" ? form : form.kind}
          onClose={() => setForm(null)}
        />
      )}
    </>
  );
}

interface RobotProps {
  readonly robot: RobotItem;
  readonly mayChange: boolean;
  readonly onEdit: () => void;
}

function Robot({ robot, mayChange, onEdit }: RobotProps) {
  const { t } = useTranslation();
  const changes = useChanges(robot);
  const where = Object.values(robot.description ?? {}).filter((text) => text !== "");
  return (
    <li className={css.item} data-robot={robot.name}>
      <div className={css.names}>
        <b>{robot.name}</b> <Tag>{t(`robots.kind.${robot.kind}`)}</Tag>{" "}
        {robot.severityMin > 1 && (
          <Tag tone={robot.severityMin === 3 ? "tier3" : "tier2"}>
            {t(`robots.severity.${robot.severityMin === 3 ? "urgent" : "ready"}`)}
          </Tag>
        )}
        <small>
          {robot.description === null ? (
            <span className="tier3">{t("robots.reenter")}</span>
          ) : (
            where.join(" · ")
          )}
        </small>
        <Last robot={robot} />
      </div>
      {mayChange && (
        <div className={css.itemActions}>
          <Switch
            size="small"
            checked={robot.active}
            loading={changes.save.isPending}
            aria-label={t("robots.activeOf", { name: robot.name })}
            onChange={(active) => changes.save.mutate(active)}
          />
          <Button
            size="small"
            loading={changes.test.isPending}
            aria-label={t("robots.testOf", { name: robot.name })}
            onClick={() => changes.test.mutate()}
          >
            {t("robots.test")}
          </Button>
          <Dropdown
            trigger={["click"]}
            menu={{
              items: [
                { key: "edit", label: t("common.edit") },
                { key: "remove", label: t("common.remove"), danger: true },
              ],
              onClick: ({ key }) => (key === "edit" ? onEdit() : changes.askRemove()),
            }}
          >
            <Button
              size="small"
              type="text"
              icon={<Icon name="more" size={16} />}
              aria-label={t("robots.moreOf", { name: robot.name })}
            />
          </Dropdown>
        </div>
      )}
    </li>
  );
}

function Last({ robot: { last } }: { robot: RobotItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(30_000);
  if (last === null) return null;
  const state = last.state === "delivered" || last.state === "failed" ? last.state : "waiting";
  return (
    <small className={state === "failed" ? "tier3" : "muted"}>
      {t(`robots.last.${state}`, { time: format.brief(last.at, now) })}
      {last.error !== null && ` · ${last.error}`}
    </small>
  );
}

function useChanges(robot: RobotItem) {
  const { t, i18n } = useTranslation();
  const { message, modal } = App.useApp();
  const textOf = useProblemText();
  const client = useQueryClient();
  const done = () => client.invalidateQueries({ queryKey: liveKeys.robots });
  const onError = (error: unknown) => void message.error(textOf(error));
  const { name, severityMin, language, version } = robot;
  const topics = robot.topics as NonNullable<Parameters<typeof liveSettings.saveRobot>[1]["topics"]>;
  const save = useMutation({
    mutationFn: (active: boolean) =>
      liveSettings.saveRobot(robot.id, { version, name, severityMin, topics, language, active }),
    onSuccess: done,
    onError,
  });
  const test = useMutation({
    mutationFn: () => liveSettings.testRobot(robot.id),
    onSuccess: (result) => {
      const text = i18n.language === "en" ? result.en : result.zh;
      if (result.ok) message.success(text);
      else modal.error({ title: t("robots.testFailed", { name }), content: text, okText: t("common.close") });
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: () => liveSettings.removeRobot(robot.id),
    onSuccess: done,
    onError,
  });
  const askRemove = () =>
    void modal.confirm({
      title: t("robots.removeAsk", { name }),
      okText: t("common.remove"),
      okButtonProps: { danger: true },
      cancelText: t("common.cancel"),
      onOk: () => remove.mutateAsync().catch(() => undefined),
    });
  return { save, test, askRemove };
}
