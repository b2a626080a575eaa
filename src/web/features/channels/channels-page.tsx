import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { ChannelItem } from "../../../api/catalog.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useCan } from "../../session.ts";
import { channelsQuery } from "../../ui/channel-names.ts";
import { cx } from "../../ui/cx.ts";
import { Icon } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, Skeleton, useProblemText } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { ChannelForm } from "./channel-form.tsx";
import css from "./channels.module.css";
import { Listings } from "./listings.tsx";

/** Where the shop sells: its store accounts, and which of their listings are which goods. */
export function ChannelsPage() {
  const { t } = useTranslation();
  const { channel: chosen } = useParams();
  const { data, error, refetch } = useQuery(channelsQuery);
  const mayChange = useCan("catalog:write");
  const [form, setForm] = useState<ChannelItem | "new" | null>(null);
  const current = data?.find((one) => one.channel === chosen) ?? data?.[0];
  return (
    <Page
      title={t("channels.title")}
      subtitle={t("channels.subtitle")}
      actions={
        mayChange && (
          <Button type="primary" onClick={() => setForm("new")}>
            {t("channels.add")}
          </Button>
        )
      }
    >
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && current === undefined && (
        <Empty icon="channels" title={t("channels.empty.title")}>
          {t("channels.empty.text")}
        </Empty>
      )}
      {data !== undefined && current !== undefined && (
        <>
          <ul className={css.cards}>
            {data.map((one) => (
              <ChannelCard
                key={one.channel}
                channel={one}
                on={one === current}
                mayChange={mayChange}
                onEdit={() => setForm(one)}
              />
            ))}
          </ul>
          <Listings key={current.channel} channel={current} />
        </>
      )}
      {form !== null && (
        <ChannelForm
          channel={form === "new" ? null : form}
          taken={data?.map((one) => one.channel) ?? []}
          onClose={() => setForm(null)}
        />
      )}
    </Page>
  );
}

interface ChannelCardProps {
  readonly channel: ChannelItem;
  readonly on: boolean;
  readonly mayChange: boolean;
  readonly onEdit: () => void;
}

function ChannelCard({ channel, on, mayChange, onEdit }: ChannelCardProps) {
  const { t } = useTranslation();
  const words = useWords();
  const platform = words.platform(channel.platform);
  return (
    <li className={cx(css.card, on && css.on)}>
      <Link
        to={`/channels/${encodeURIComponent(channel.channel)}`}
        className={css.name}
        aria-current={on ? "true" : undefined}
      >
        {channel.name === channel.channel ? words.platform(channel.channel) : channel.name}
      </Link>
      <p className="muted">
        {[platform, channel.channel].filter((text, at, all) => all.indexOf(text) === at).join(" · ")}
      </p>
      <p className="muted">{t("channels.hold", { count: channel.holdMinutes })}</p>
      <div className={css.cardFoot}>
        {mayChange ? (
          <Active channel={channel} />
        ) : (
          <Tag tone={channel.active ? "ok" : "plain"}>
            {t(channel.active ? "channels.active" : "channels.inactive")}
          </Tag>
        )}
        {mayChange && (
          <Button size="small" type="text" icon={<Icon name="edit" size={16} />} onClick={onEdit}>
            {t("common.edit")}
          </Button>
        )}
      </div>
    </li>
  );
}

function Active({ channel }: { channel: ChannelItem }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const textOf = useProblemText();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (active: boolean) => api.saveChannel(channel.channel, { active }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.channels }),
    onError: (error) => message.error(textOf(error)),
  });
  return (
    <Switch
      checked={channel.active}
      loading={save.isPending}
      onChange={(active) => save.mutate(active)}
      checkedChildren={t("channels.active")}
      unCheckedChildren={t("channels.inactive")}
      aria-label={t("channels.activeOf", { name: channel.name })}
    />
  );
}
