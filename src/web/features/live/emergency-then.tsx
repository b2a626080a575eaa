import { Button, Input, InputNumber, Popconfirm, Select, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { useWords } from "../../ui/words.ts";
import { useDesk } from "./desk.ts";
import type { PartProps } from "./emergency.tsx";
import { useLiveWords } from "./live-words.ts";
import css from "./emergency.module.css";

interface NumberLineProps {
  readonly label: string;
  readonly value: number | null;
  readonly min: number;
  readonly decimals?: number;
  readonly save: (value: number) => Promise<unknown>;
  readonly clear?: () => Promise<unknown>;
}

/** One number with its button. It follows the server until somebody types. */
function NumberLine({ label, value, min, decimals = 0, save, clear }: NumberLineProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<number | null>(null);
  const shown = typed ?? value;
  const send = async () => {
    if (typed === null) return;
    if ((await save(typed)) !== null) setTyped(null);
  };
  return (
    <div className={css.line}>
      <span className={css.label}>{label}</span>
      <InputNumber
        value={shown}
        min={min}
        precision={decimals}
        placeholder={clear === undefined ? "" : t("live.emergency.noLimit")}
        aria-label={label}
        onChange={(next) => setTyped(next)}
        onPressEnter={() => void send()}
      />
      <Button disabled={typed === null || typed === value} onClick={() => void send()}>
        {t("live.emergency.set")}
      </Button>
      {clear !== undefined && value !== null && (
        <Button type="text" onClick={() => void clear()}>
          {t("live.emergency.noLimit")}
        </Button>
      )}
    </div>
  );
}

const holdMinutesDefault = 5;
/** After so long the time to pay is what it was; 0: when the session ends. */
const holdsForChoices = [15, 30, 60, 0] as const;
const holdsForDefault = 30;

export function LimitsPart({ sku, alert }: PartProps) {
  const { t } = useTranslation();
  const { act } = useDesk();
  const { moneyScale } = useFormat();
  return (
    <>
      <NumberLine
        label={t("live.emergency.cap")}
        value={sku.buyerLimit}
        min={1}
        save={(limit) => act({ action: "cap_buyer", alert, sku: sku.sku, limit })}
        clear={() => act({ action: "cap_buyer", alert, sku: sku.sku, limit: null })}
      />
      <NumberLine
        label={t("live.emergency.buffer")}
        value={sku.buffer}
        min={0}
        save={(units) => act({ action: "set_buffer", alert, sku: sku.sku, units })}
      />
      <NumberLine
        label={t("live.emergency.price")}
        value={sku.price / moneyScale}
        min={0}
        decimals={Math.round(Math.log10(moneyScale))}
        save={(price) =>
          act({ action: "lower_price", alert, sku: sku.sku, price: Math.round(price * moneyScale) })
        }
      />
      <HoldsLine alert={alert} />
    </>
  );
}

/** A shorter time to pay on one channel, for a while: it is put back by itself. */
function HoldsLine({ alert }: Pick<PartProps, "alert">) {
  const { t } = useTranslation();
  const { act, view } = useDesk();
  const [channel, setChannel] = useState<string | null>(null);
  const [minutes, setMinutes] = useState<number | null>(holdMinutesDefault);
  const [holdsFor, setHoldsFor] = useState<number>(holdsForDefault);
  const chosen = channel ?? view.channels[0]?.channel ?? null;
  return (
    <div className={css.line}>
      <span className={css.label}>{t("live.emergency.holds")}</span>
      <Select
        value={chosen}
        aria-label={t("live.emergency.holdsChannel")}
        options={view.channels.map((one) => ({ value: one.channel, label: one.name }))}
        onChange={(value: string) => setChannel(value)}
      />
      <InputNumber
        value={minutes}
        min={1}
        max={1_440}
        precision={0}
        suffix={t("live.minuteUnit")}
        aria-label={t("live.emergency.holds")}
        onChange={(value) => setMinutes(value)}
      />
      <Select
        value={holdsFor}
        aria-label={t("live.emergency.holdsFor")}
        options={holdsForChoices.map((n) => ({
          value: n,
          label: n === 0 ? t("live.emergency.holdsUntilEnd") : t("live.emergency.holdsForMinutes", { n }),
        }))}
        onChange={(value: number) => setHoldsFor(value)}
      />
      <Button
        disabled={chosen === null || minutes === null}
        onClick={() => {
          if (chosen !== null && minutes !== null)
            void act({
              action: "shorten_holds",
              alert,
              channel: chosen,
              minutes,
              ...(holdsFor === 0 ? {} : { forMinutes: holdsFor }),
            });
        }}
      >
        {t("live.emergency.set")}
      </Button>
    </div>
  );
}

const extensions = [3, 5, 10] as const;

export function SlotPart({ sku, slot, alert }: PartProps) {
  const { t } = useTranslation();
  const { act } = useDesk();
  const open = slot !== null && slot.status !== "done";
  return (
    <div className={css.buttons}>
      {open &&
        extensions.map((minutes) => (
          <Button
            key={minutes}
            onClick={() => void act({ action: "extend_slot", alert, slot: slot.id, minutes })}
          >
            {t("live.emergency.extend", { n: minutes })}
          </Button>
        ))}
      {open && slot.status === "coming" && (
        <Button onClick={() => void act({ action: "switch_product", alert, slot: slot.id })}>
          {t("live.emergency.goNow")}
        </Button>
      )}
      <Button onClick={() => void act({ action: "show_again", alert, sku: sku.sku })}>
        {t("live.action.show_again")}
      </Button>
    </div>
  );
}

/** The parts in which its units are let out, and the next one to tap. */
export function DripPart({ slot, alert }: PartProps) {
  const { t } = useTranslation();
  const { act } = useDesk();
  const { format } = useLiveWords();
  if (slot === null) return null;
  const next = slot.tranches.find((one) => one.releasedAt === null);
  return (
    <ul className={css.tranches}>
      {slot.tranches.map((one, index) => (
        <li key={one.id}>
          <span>{t("live.emergency.tranche", { n: index + 1, units: format.number(one.units) })}</span>
          {one.releasedAt !== null ? (
            <span className="say-ok">
              {t("live.emergency.releasedAt", { time: format.minute(one.releasedAt) })}
            </span>
          ) : one === next ? (
            <Button
              size="small"
              type="primary"
              onClick={() => void act({ action: "drip_release", alert, slot: slot.id, tranche: one.id })}
            >
              {t("live.action.drip_release")}
            </Button>
          ) : (
            <span className="muted">
              {one.afterMinutes === null
                ? t("live.emergency.byTap")
                : t("live.emergency.afterMinutes", { n: one.afterMinutes })}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

export function ReviewPart({ alert }: PartProps) {
  const { t } = useTranslation();
  const { act, view } = useDesk();
  return (
    <div className={css.line}>
      <Switch
        checked={view.sampling}
        aria-label={t("live.action.sample_orders")}
        onChange={(on) => void act({ action: "sample_orders", alert, on })}
      />
      <span>{view.sampling ? t("live.emergency.samplingOn") : t("live.emergency.samplingOff")}</span>
    </div>
  );
}

/** Down everywhere: strict selling ends at once, each channel is confirmed by the person who took it down there. */
export function StopPart({ sku, alert }: PartProps) {
  const { t } = useTranslation();
  const { act, view } = useDesk();
  const { format } = useLiveWords();
  const { actor } = useWords();
  const [reason, setReason] = useState("");
  const stop = view.stops.find((one) => one.sku === sku.sku);
  if (stop === undefined) {
    return (
      <Popconfirm
        title={t("live.emergency.stopSure")}
        okText={t("live.emergency.stopYes")}
        cancelText={t("common.cancel")}
        onConfirm={() => void act({ action: "stop_sell", alert, sku: sku.sku })}
      >
        <Button danger type="primary">
          {t("live.action.stop_sell")}
        </Button>
      </Popconfirm>
    );
  }
  const names = new Map(view.channels.map((one) => [one.channel, one.name]));
  return (
    <>
      <p className={css.hint}>
        {t("live.emergency.stoppedBy", { who: actor(stop.by), time: format.clock(stop.at) })}
      </p>
      <ul className={css.tranches}>
        {stop.channels.map((one) => (
          <li key={one.channel}>
            <span>{names.get(one.channel) ?? one.channel}</span>
            {one.confirmedAt === null ? (
              <Button
                size="small"
                icon={<Icon name="check" size={15} />}
                onClick={() => void act({ action: "stop_sell_confirm", sku: sku.sku, channel: one.channel })}
              >
                {t("live.emergency.confirmDown")}
              </Button>
            ) : (
              <span className="say-ok">
                {t("live.emergency.downAt", { time: format.minute(one.confirmedAt) })}
              </span>
            )}
          </li>
        ))}
      </ul>
      <div className={css.line}>
        <Input
          value={reason}
          maxLength={200}
          placeholder={t("live.emergency.liftReason")}
          aria-label={t("live.emergency.liftReason")}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button
          disabled={reason.trim() === ""}
          onClick={() => void act({ action: "stop_sell_lift", sku: sku.sku, reason: reason.trim() })}
        >
          {t("live.emergency.lift")}
        </Button>
      </div>
    </>
  );
}
