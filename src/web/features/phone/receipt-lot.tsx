import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFeedback } from "./feedback.tsx";
import css from "./phone.module.css";
import type { Heard, LotSaid, ReceiveLine } from "./receiving.ts";
import { useScanner } from "./scanner.ts";
import type { Burst } from "./wedge.ts";

const lotCharsMax = 64;

interface LotFormProps {
  readonly line: ReceiveLine;
  readonly hear: (burst: Burst) => Heard;
  readonly onDone: (lot: LotSaid) => void;
  readonly onClose: () => void;
}

/** The lot of a line with its dates: a label fills it, or a person types it. */
export function LotForm({ line, hear, onDone, onClose }: LotFormProps) {
  const { t } = useTranslation();
  const say = useFeedback();
  const { lot, madeOn, expiresOn } = line;
  const [said, setSaid] = useState<LotSaid>({ lot, madeOn, expiresOn });
  useScanner((burst) => {
    const what = hear(burst);
    if (what.kind === "bad") say("bad", t(`phone.bad.${what.why}`, { code: what.code }));
    if (what.kind !== "lot") return;
    const { lot: name, madeOn: made, expiresOn: expires } = what.lot;
    setSaid((now) => ({
      lot: name || now.lot,
      madeOn: made || now.madeOn,
      expiresOn: expires || now.expiresOn,
    }));
    say("good", name || expires);
  });
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        onDone({ ...said, lot: said.lot.trim() });
      }}
    >
      <b>{line.name}</b>
      <small>{t("phone.receive.lotScan")}</small>
      <label>
        {t("phone.receive.lotName")}
        <input
          value={said.lot}
          maxLength={lotCharsMax}
          autoComplete="off"
          onChange={(event) => setSaid({ ...said, lot: event.target.value })}
        />
      </label>
      {(["madeOn", "expiresOn"] as const).map((name) => (
        <label key={name}>
          {t(`phone.receive.${name}`)}
          <input
            type="date"
            value={said[name]}
            onChange={(event) => setSaid({ ...said, [name]: event.target.value })}
          />
        </label>
      ))}
      <div className={css.pair}>
        <button type="button" className={`${css.button} ${css.plain}`} onClick={onClose}>
          {t("common.cancel")}
        </button>
        <button type="submit" className={css.button}>
          {t("common.save")}
        </button>
      </div>
    </form>
  );
}
