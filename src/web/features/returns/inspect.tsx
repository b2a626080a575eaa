import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { InspectionBody, ReturnItem } from "../../../api/returns.ts";
import { newKey } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { Chip } from "../../ui/chip.tsx";
import { ErrorNote } from "../../ui/state.tsx";
import { returnKeys, returns } from "./client.ts";
import { PhotoField } from "./photos.tsx";
import css from "./returns.module.css";
import { Stepper } from "./stepper.tsx";

type Reason = InspectionBody["reason"];
/** Those first that are said most. */
const reasons = [
  "no_reason",
  "wrong_size",
  "wrong_item",
  "damaged",
  "opened",
  "defective",
  "incomplete",
  "expired",
  "not_ours",
] as const satisfies readonly Reason[];

type Line = ReturnItem["lines"][number];

interface InspectProps {
  readonly parcel: string;
  readonly line: Line;
  readonly onDone: (parcel: ReturnItem) => void;
}

function useSign({ parcel, line, onDone }: InspectProps) {
  const client = useQueryClient();
  const [entry, setEntry] = useState(newKey);
  return useMutation({
    mutationFn: (found: Pick<InspectionBody, "good" | "bad" | "reason" | "photos">) =>
      returns.inspect(parcel, { entry, lineId: line.lineId, sku: line.sku, ...found }),
    onSuccess: (item) => {
      setEntry(newKey());
      client.setQueryData(returnKeys.one(parcel), item);
      void client.invalidateQueries({ queryKey: returnKeys.all });
      void client.invalidateQueries({ queryKey: returnKeys.quarantine });
      void client.invalidateQueries({ queryKey: keys.stock });
      onDone(item);
    },
  });
}

/** What was found of a line: how many are good, how many are not, why, and a picture. It is booked at once. */
export function Inspect(props: InspectProps) {
  const { t } = useTranslation();
  const { line } = props;
  const [good, setGood] = useState(line.open);
  const [bad, setBad] = useState(0);
  const [reason, setReason] = useState<Reason | null>(null);
  const [photos, setPhotos] = useState<readonly string[]>([]);
  const sign = useSign(props);
  const share = (part: "good" | "bad", units: number) => {
    const rest = Math.min(part === "good" ? bad : good, line.open - units);
    if (part === "good") {
      setGood(units);
      setBad(rest);
    } else {
      setBad(units);
      setGood(rest);
    }
  };
  const missing = bad > 0 && (photos.length === 0 || reason === null || reason === "no_reason");
  return (
    <section className={css.inspect} aria-label={t("returns.inspect.of", { sku: line.sku })}>
      <div className={css.split}>
        <div>
          <span>{t("returns.good")}</span>
          <Stepper
            label={t("returns.good")}
            value={good}
            max={line.open}
            tone="good"
            onChange={(units) => share("good", units)}
          />
        </div>
        <div>
          <span>{t("returns.bad")}</span>
          <Stepper
            label={t("returns.bad")}
            value={bad}
            max={line.open}
            tone="bad"
            onChange={(units) => share("bad", units)}
          />
        </div>
      </div>
      <fieldset className={css.reasons} aria-label={t("returns.reason")}>
        {reasons
          .filter((one) => bad === 0 || one !== "no_reason")
          .map((one) => (
            <Chip key={one} on={one === reason} onPick={() => setReason(one === reason ? null : one)}>
              {t(`returns.reasons.${one}`)}
            </Chip>
          ))}
      </fieldset>
      {bad > 0 && <PhotoField photos={photos} onChange={setPhotos} />}
      <ErrorNote error={sign.error} />
      <Button
        type="primary"
        size="large"
        block
        loading={sign.isPending}
        disabled={good + bad === 0 || missing}
        onClick={() => sign.mutate({ good, bad, reason: reason ?? "no_reason", photos: [...photos] })}
      >
        {t(missing ? "returns.inspect.missing" : "returns.inspect.sign", { good, bad })}
      </Button>
    </section>
  );
}
