import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api.ts";
import { useCan } from "../../session.ts";
import { ErrorNote } from "../../ui/state.tsx";
import css from "./floor.module.css";

/** The bins that a zone's refusal offers. */
export function proposedIn(error: unknown): readonly string[] {
  if (!(error instanceof ApiError) || error.code !== "zone_refuses") return [];
  const proposed = error.problem?.["proposed"];
  if (!Array.isArray(proposed)) return [];
  return proposed.flatMap((one: unknown) =>
    typeof one === "object" && one !== null && "bin" in one && typeof one.bin === "string" ? [one.bin] : [],
  );
}

interface RefusalProps {
  readonly error: unknown;
  readonly onPick: (bin: string) => void;
  readonly onOverride: (reason: string) => void;
}

const reasonCharsMin = 2;

/** A failure; where a zone refuses also the bins that take the goods, and for who may the way past it. */
export function Refusal({ error, onPick, onOverride }: RefusalProps) {
  const { t } = useTranslation();
  const may = useCan("catalog:write");
  const [reason, setReason] = useState("");
  const refused = error instanceof ApiError && error.code === "zone_refuses";
  const proposed = proposedIn(error);
  return (
    <>
      <ErrorNote error={error} />
      {proposed.length > 0 && (
        <div className={css.proposed}>
          <span className="muted">{t("floor.refuse.proposed")}</span>
          {proposed.map((bin) => (
            <Button key={bin} size="small" onClick={() => onPick(bin)}>
              {bin}
            </Button>
          ))}
        </div>
      )}
      {refused && may && (
        <div className={css.override}>
          <Input
            value={reason}
            maxLength={200}
            onChange={(event) => setReason(event.target.value)}
            placeholder={t("floor.refuse.reason")}
            aria-label={t("floor.refuse.reason")}
          />
          <Button
            danger
            disabled={reason.trim().length < reasonCharsMin}
            onClick={() => onOverride(reason.trim())}
          >
            {t("floor.refuse.override")}
          </Button>
        </div>
      )}
    </>
  );
}
