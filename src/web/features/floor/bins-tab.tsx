import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ZoneItem } from "../../../api/floor.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Failure, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { Bins } from "./bins-card.tsx";
import { floorApi, floorKeys } from "./client.ts";
import css from "./floor.module.css";
import { ZoneForm } from "./zone-form.tsx";

/** Zones with their rules, and the bins in them. */
export function BinsTab({ warehouse }: { warehouse: string }) {
  const { t } = useTranslation();
  const mayEdit = useCan("catalog:write");
  const [zone, setZone] = useState<string | null>(null);
  const [form, setForm] = useState<ZoneItem | "new" | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: floorKeys.zones(warehouse),
    queryFn: ({ signal }) => floorApi.zones(warehouse, signal),
  });
  if (data === undefined)
    return error === null ? <Skeleton lines={6} /> : <Failure error={error} onRetry={() => void refetch()} />;
  const add = mayEdit && (
    <Button icon={<Icon name="plus" size={16} />} onClick={() => setForm("new")}>
      {t("floor.addZone")}
    </Button>
  );
  const shown = data.items.some((one) => one.zone === zone) || zone === "" ? zone : null;
  return (
    <>
      {data.items.length === 0 ? (
        <Card title={t("floor.noZones")} note={t("floor.noZonesText")} actions={add}>
          {null}
        </Card>
      ) : (
        <section className={css.zones} aria-label={t("floor.zones")}>
          {data.items.map((item) => (
            <ZoneCard
              key={item.zone}
              item={item}
              chosen={item.zone === shown}
              onChoose={() => setZone(item.zone === shown ? null : item.zone)}
              onEdit={mayEdit ? () => setForm(item) : null}
            />
          ))}
          {mayEdit && (
            <button type="button" className={css.addZone} onClick={() => setForm("new")}>
              <Icon name="plus" size={18} />
              {t("floor.addZone")}
            </button>
          )}
        </section>
      )}
      <Bins warehouse={warehouse} zone={shown} zones={data.items} />
      {mayEdit && <Overrides />}
      {form !== null && (
        <ZoneForm
          warehouse={warehouse}
          item={form === "new" ? null : form}
          next={(data.items.at(-1)?.route ?? 0) + 1}
          onClose={() => setForm(null)}
        />
      )}
    </>
  );
}

interface ZoneCardProps {
  readonly item: ZoneItem;
  readonly chosen: boolean;
  readonly onChoose: () => void;
  readonly onEdit: (() => void) | null;
}

function ZoneCard({ item, chosen, onChoose, onEdit }: ZoneCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const rules = [
    item.categories.length === 0 ? t("floor.categoriesAny") : item.categories.join(t("common.comma")),
    ...(item.exclusive ? [t("floor.exclusive")] : []),
    ...(item.sharing === "any" ? [] : [t(`floor.sharings.${item.sharing}`)]),
  ];
  return (
    <article className={css.zone} data-chosen={chosen}>
      <header>
        <button type="button" className={css.zoneName} aria-pressed={chosen} onClick={onChoose}>
          <b>{item.zone}</b>
          {item.name !== "" && item.name !== item.zone && <span>{item.name}</span>}
        </button>
        <Tag tone={item.purpose === "quarantine" ? "tier2" : item.purpose === "storage" ? "accent" : "plain"}>
          {t(`floor.purposes.${item.purpose}`)}
        </Tag>
        {onEdit !== null && (
          <Button
            className={css.above}
            type="text"
            size="small"
            icon={<Icon name="edit" size={16} />}
            aria-label={t("floor.editZone", { name: item.zone })}
            onClick={onEdit}
          />
        )}
      </header>
      <p className={css.figure}>
        <b>{format.number(item.units)}</b>
        <span>
          {t("floor.binsUsed", { used: format.number(item.binsInUse), all: format.number(item.bins) })}
        </span>
      </p>
      <small>{rules.join(" · ")}</small>
    </article>
  );
}

const overridesShown = 5;

/** Where a zone's rule was passed over: whoever lays out the floor should know why. */
function Overrides() {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const { data } = useQuery({
    queryKey: floorKeys.overrides,
    queryFn: ({ signal }) => floorApi.overrides(signal),
  });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Card title={t("floor.overrides")}>
      <ul className={css.plainList}>
        {data.items.slice(0, overridesShown).map((one) => (
          <li key={`${one.at} ${one.bin} ${one.sku}`}>
            <span>
              {t("floor.overrideRow", {
                bin: one.bin,
                sku: one.sku,
                n: format.number(one.units),
                reason: one.reason,
              })}
            </span>
            <small className="muted">
              {words.actor(one.by)} · {format.moment(one.at)}
            </small>
          </li>
        ))}
      </ul>
    </Card>
  );
}
