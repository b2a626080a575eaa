import { Drawer } from "antd";
import { useEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ViewSku, ViewSlot } from "../../../api/session-view.ts";
import { cx } from "../../ui/cx.ts";
import { usePhone } from "../../ui/hooks.ts";
import { useDesk } from "./desk.ts";
import type { Focus, Section } from "./steps.ts";
import { rangeOf } from "./figures.ts";
import { AlternatesPart, HostPart, SupplierPart } from "./emergency-first.tsx";
import { DripPart, LimitsPart, ReviewPart, SlotPart, StopPart } from "./emergency-then.tsx";
import { useLiveWords } from "./live-words.ts";
import { StatusPill } from "./parts.tsx";
import css from "./emergency.module.css";

export interface PartProps {
  readonly sku: ViewSku;
  /** Its slot that matters: the one that is on, else the next, else the last. */
  readonly slot: ViewSlot | null;
  readonly alert: string | undefined;
}

interface EmergencyProps {
  readonly focus: Focus | null;
  readonly onClose: () => void;
}

const panelPx = 620;

/** Everything that can be done about one product, in the order in which it is thought of. */
export function Emergency({ focus, onClose }: EmergencyProps) {
  const { t } = useTranslation();
  const phone = usePhone();
  const { view } = useDesk();
  const sku = view.skus.find((one) => one.sku === focus?.sku);
  const slots = view.slots.filter((one) => one.sku === focus?.sku);
  const slot =
    slots.find((one) => one.status === "current") ??
    slots.find((one) => one.status === "coming") ??
    slots.at(-1) ??
    null;
  const props = sku === undefined ? null : { sku, slot, alert: focus?.alert ?? undefined };
  return (
    <Drawer
      open={props !== null}
      onClose={onClose}
      size={phone ? "100%" : panelPx}
      title={sku?.name}
      extra={sku === undefined ? null : <StatusPill status={sku.status} />}
      styles={{ body: { padding: 0 } }}
      aria-label={t("live.emergency.title")}
      destroyOnHidden
    >
      {props !== null && focus !== null && (
        <div className={css.body} key={`${focus.sku}/${focus.alert}`}>
          <Numbers {...props} />
          <Part name="host" focus={focus}>
            <HostPart {...props} />
          </Part>
          <Part name="alternates" focus={focus}>
            <AlternatesPart {...props} onDone={onClose} />
          </Part>
          <Part name="supplier" focus={focus}>
            <SupplierPart {...props} />
          </Part>
          <Part name="limits" focus={focus}>
            <LimitsPart {...props} />
          </Part>
          <Part name="slot" focus={focus}>
            <SlotPart {...props} />
          </Part>
          {(slot?.tranches.length ?? 0) > 0 && (
            <Part name="drip" focus={focus}>
              <DripPart {...props} />
            </Part>
          )}
          <Part name="review" focus={focus}>
            <ReviewPart {...props} />
          </Part>
          <Part name="stop" focus={focus}>
            <StopPart {...props} />
          </Part>
        </div>
      )}
    </Drawer>
  );
}

function Part({ name, focus, children }: { name: Section; focus: Focus; children: ReactNode }) {
  const { t } = useTranslation();
  const part = useRef<HTMLElement>(null);
  const asked = focus.section === name;
  useEffect(() => {
    if (!asked) return;
    // The panel slides in: what is asked for is brought up once it stands.
    const timer = setTimeout(() => {
      part.current?.scrollIntoView({ block: "start" });
      part.current?.querySelector<HTMLElement>("textarea, input, button")?.focus({ preventScroll: true });
    }, 220);
    return () => clearTimeout(timer);
  }, [asked]);
  return (
    <section ref={part} className={cx(css.part, asked && css.asked)} aria-label={t(`live.emergency.${name}`)}>
      <h3>{t(`live.emergency.${name}`)}</h3>
      {children}
    </section>
  );
}

function Numbers({ sku, slot }: PartProps) {
  const { t } = useTranslation();
  const words = useLiveWords();
  const { format } = words;
  const range = sku.sellable > 0 ? rangeOf(sku.forecast) : null;
  const facts: readonly (readonly [string, string, string])[] = [
    [t("live.column.sellable"), format.number(sku.sellable), sku.status === "fine" ? "" : "tier3"],
    [t("live.eta"), words.eta(sku.etaMinutes), ""],
    [t("live.etaRange"), range === null ? "—" : t("live.minutesText", { n: range }), ""],
    [t("live.recentRate"), t("live.perMinute", { n: words.rate(sku.recentPerMinute) }), ""],
    [t("live.column.held"), format.number(sku.heldUnpaid), ""],
    [t("live.column.sold"), format.number(sku.sold), ""],
    [
      t("live.slotPlan"),
      slot?.target == null ? "—" : `${format.number(slot.sold)} / ${format.number(slot.target)}`,
      slot?.target != null && slot.sold > slot.target ? "tier2" : "",
    ],
    [t("live.shortage"), format.number(sku.shortage), sku.shortage > 0 ? "tier3" : ""],
    [t("live.incoming"), format.number(sku.incoming), ""],
  ];
  return (
    <dl className={css.numbers}>
      {facts.map(([name, value, tone]) => (
        <div key={name}>
          <dd className={tone}>{value}</dd>
          <dt>{name}</dt>
        </div>
      ))}
    </dl>
  );
}
