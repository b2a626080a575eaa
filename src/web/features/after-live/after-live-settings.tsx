import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AfterLiveSettingsBody } from "../../../api/oversell-desk.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useChannelNames, useChannels } from "../../ui/channel-names.ts";
import { useFormat } from "../../ui/format.ts";
import { NumberField } from "../../ui/number-field.tsx";
import { ErrorNote } from "../../ui/state.tsx";
import { reviewKeys, reviews } from "./client.ts";
import css from "./after-live.module.css";

const hoursMax = 720;
type Deadline = "answerHours" | "shipHours";
const deadlines = ["answerHours", "shipHours"] as const satisfies readonly Deadline[];

/** How long each platform waits, and what an oversold unit costs: the deadlines of the review stand on it. */
export function AfterLiveSettings() {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: reviewKeys.settings,
    queryFn: ({ signal }) => reviews.settings(signal),
  });
  if (data === undefined) return null;
  return (
    <Card title={t("review.settings.title")} note={t("review.settings.note")}>
      <Fields key={data.version} saved={data} />
    </Card>
  );
}

function Fields({ saved }: { saved: AfterLiveSettingsBody }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const may = useCan("catalog:write");
  const format = useFormat();
  const [body, setBody] = useState(saved);
  const save = useMutation({
    mutationFn: () => reviews.saveSettings(body),
    onSuccess: (next) => {
      client.setQueryData(reviewKeys.settings, next);
      for (const queryKey of [reviewKeys.all, ["analysis"]]) void client.invalidateQueries({ queryKey });
      void message.success(t("review.settings.saved"));
    },
  });
  return (
    <div className={css.settings}>
      <DeadlineTable body={body} may={may} onChange={setBody} />
      <label className={css.cost}>
        <span>{t("review.settings.oversellCost")}</span>
        <NumberField
          value={body.oversellCost === 0 ? null : body.oversellCost}
          decimals={Math.round(Math.log10(format.moneyScale))}
          label={t("review.settings.oversellCost")}
          placeholder="0"
          disabled={!may}
          onChange={(cost) => setBody({ ...body, oversellCost: cost ?? 0 })}
        />
        <small className="muted">{t("review.settings.oversellCostNote")}</small>
      </label>
      <ErrorNote error={save.error} />
      {may && (
        <div>
          <Button
            type="primary"
            loading={save.isPending}
            disabled={JSON.stringify(body) === JSON.stringify(saved)}
            onClick={() => save.mutate()}
          >
            {t("common.save")}
          </Button>
        </div>
      )}
    </div>
  );
}

interface DeadlineTableProps {
  readonly body: AfterLiveSettingsBody;
  readonly may: boolean;
  readonly onChange: (body: AfterLiveSettingsBody) => void;
}

/** The hours of the shop, and under them those of each channel: an empty field is as the shop. */
function DeadlineTable({ body, may, onChange }: DeadlineTableProps) {
  const { t } = useTranslation();
  const channels = useChannels();
  const nameOf = useChannelNames();
  return (
    <table className={css.deadlines}>
      <thead>
        <tr>
          <th scope="col">{t("review.settings.channel")}</th>
          {deadlines.map((field) => (
            <th key={field} scope="col">
              {t(`review.settings.${field}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{t("review.settings.all")}</th>
          {deadlines.map((field) => (
            <td key={field}>
              <Hours
                name={t(`review.settings.${field}`)}
                value={body[field]}
                may={may}
                onChange={(hours) => onChange({ ...body, [field]: hours ?? body[field] })}
              />
            </td>
          ))}
        </tr>
        {channels.map(({ channel }) => {
          const own = body.channels.find((one) => one.channel === channel);
          return (
            <tr key={channel}>
              <th scope="row">{nameOf(channel)}</th>
              {deadlines.map((field) => (
                <td key={field}>
                  <Hours
                    name={t("review.settings.of", {
                      name: nameOf(channel),
                      field: t(`review.settings.${field}`),
                    })}
                    value={own === undefined || own[field] === body[field] ? null : own[field]}
                    ofShop={body[field]}
                    may={may}
                    onChange={(hours) =>
                      onChange({ ...body, channels: withHours(body, channel, field, hours) })
                    }
                  />
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface HoursProps {
  readonly name: string;
  readonly value: number | null;
  /** What holds while it is empty; absent: it may not be. */
  readonly ofShop?: number;
  readonly may: boolean;
  readonly onChange: (hours: number | null) => void;
}

function Hours({ name, value, ofShop, may, onChange }: HoursProps) {
  const { t } = useTranslation();
  return (
    <NumberField
      least={1}
      most={hoursMax}
      value={value}
      required={ofShop === undefined}
      placeholder={ofShop === undefined ? "" : String(ofShop)}
      label={name}
      suffix={t("review.settings.hours")}
      disabled={!may}
      onChange={onChange}
    />
  );
}

/** A channel whose hours are the shop's again has none of its own. */
function withHours(
  { channels, answerHours, shipHours }: AfterLiveSettingsBody,
  channel: string,
  field: Deadline,
  hours: number | null,
): AfterLiveSettingsBody["channels"] {
  const shop = { answerHours, shipHours };
  const own = channels.find((one) => one.channel === channel) ?? { channel, ...shop };
  const next = { ...own, [field]: hours ?? shop[field] };
  const others = channels.filter((one) => one.channel !== channel);
  const isOwn = next.answerHours !== answerHours || next.shipHours !== shipHours;
  return isOwn ? [...others, next].toSorted((a, b) => (a.channel < b.channel ? -1 : 1)) : others;
}
