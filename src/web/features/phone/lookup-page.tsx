import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useFormat } from "../../ui/format.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Failure, Skeleton } from "../../ui/state.tsx";
import { phoneApi } from "./client.ts";
import { useFeedback } from "./feedback.tsx";
import { PhoneFrame } from "./phone-frame.tsx";
import css from "./phone.module.css";
import { useScanner } from "./scanner.ts";
import type { Burst } from "./wedge.ts";
import { useSaid } from "./world.tsx";

const Camera = lazy(async () => ({ default: (await import("./camera.tsx")).Camera }));
const shownMax = 40;

type Found =
  | { readonly kind: "sku"; readonly sku: string }
  | { readonly kind: "search"; readonly text: string };

/** What a code is, how many there are, and where they stand. */
export function LookupPage() {
  const { t } = useTranslation();
  useTitle(t("phone.tab.lookup"));
  const say = useFeedback();
  const said = useSaid();
  const [text, setText] = useState("");
  const [camera, setCamera] = useState(false);
  const [found, setFound] = useState<Found | null>(null);
  const find = async (code: string) => {
    try {
      const answer = await phoneApi.scan(code);
      if (answer.kind === "sku" && answer.sku !== undefined) setFound({ kind: "sku", sku: answer.sku });
      else if (answer.kind === "unknown") return say("bad", said(answer.words));
      else setFound({ kind: "search", text: answer.bin ?? answer.sku ?? code });
      say("good", answer.name ?? answer.bin ?? code);
    } catch {
      say("bad", t("phone.offline.needed"));
    }
  };
  const onBurst = (burst: Burst) => {
    if (burst.kind === "several") say("bad", t("phone.bad.two_codes", { code: burst.codes.join(" ") }));
    if (burst.kind === "code") void find(burst.code);
  };
  useScanner(onBurst);
  return (
    <PhoneFrame title={t("phone.tab.lookup")}>
      <form
        className={css.search}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "") setFound({ kind: "search", text: text.trim() });
        }}
      >
        <input
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={t("phone.lookup.placeholder")}
          aria-label={t("phone.lookup.placeholder")}
          enterKeyHint="search"
        />
        <button type="button" className={css.small} onClick={() => setCamera(!camera)}>
          {t(camera ? "phone.count.stopCamera" : "phone.count.scan")}
        </button>
      </form>
      {camera && (
        <Suspense fallback={<Skeleton lines={2} />}>
          <Camera
            onBurst={onBurst}
            onNothing={() => say("bad", t("phone.bad.unknown", { code: "" }))}
            onClose={() => setCamera(false)}
          />
        </Suspense>
      )}
      {found === null && <p className={css.ask}>{t("phone.lookup.hint")}</p>}
      {found?.kind === "sku" && <OneSku sku={found.sku} />}
      {found?.kind === "search" && (
        <Several text={found.text} onPick={(sku) => setFound({ kind: "sku", sku })} />
      )}
    </PhoneFrame>
  );
}

function OneSku({ sku }: { sku: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery({
    queryKey: keys.sku(sku),
    queryFn: ({ signal }) => api.sku(sku, signal),
  });
  if (data === undefined)
    return error === null ? <Skeleton lines={5} /> : <Failure error={error} onRetry={() => void refetch()} />;
  const { item, placements } = data;
  const figures = [
    ["sellable", item.sellable],
    ["committed", item.committed],
    ["quarantine", item.quarantine],
    ["onHand", item.onHand],
  ] as const;
  return (
    <>
      <section className={css.current}>
        <div className={css.cardHead}>
          <div>
            <b>{item.name}</b>
            <small>{[item.code, ...item.barcodes].join(" · ")}</small>
          </div>
        </div>
        <div className={css.figures}>
          {figures.map(([name, value]) => (
            <div key={name}>
              <b>{format.number(value)}</b>
              <small>{t(`phone.lookup.${name}`)}</small>
            </div>
          ))}
        </div>
        <Link to={`/stock/${encodeURIComponent(sku)}`}>{t("phone.lookup.why")}</Link>
      </section>
      <ul className={css.done}>
        {placements.map((one) => (
          <li key={`${one.bin} ${one.lot} ${one.quality}`} className={css.card}>
            <span className={css.cardText}>
              <b>{one.bin === "" ? t("counts.noBin") : one.bin}</b>
              <small>
                {[
                  t(`counts.quality.${one.quality}`),
                  ...(one.lot === "" ? [] : [t("counts.lotOf", { lot: one.lot })]),
                ].join(" · ")}
              </small>
            </span>
            <span className={css.quantity}>{format.number(one.quantity)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Several({ text, onPick }: { text: string; onPick: (sku: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.stock, "phone", text],
    queryFn: ({ signal }) => api.stock({ search: text, limit: shownMax }, signal),
  });
  if (data === undefined)
    return error === null ? <Skeleton lines={5} /> : <Failure error={error} onRetry={() => void refetch()} />;
  if (data.items.length === 0) return <p className={css.ask}>{t("phone.lookup.none", { text })}</p>;
  return (
    <ul className={css.done}>
      {data.items.map((item) => (
        <li key={item.sku}>
          <button type="button" className={css.card} onClick={() => onPick(item.sku)}>
            <span className={css.cardText}>
              <b>{item.name}</b>
              <small>{[item.code, ...item.bins].join(" · ")}</small>
            </span>
            <span className={css.quantity}>{format.number(item.sellable)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
