import { useQuery } from "@tanstack/react-query";
import { Button, Input, Segmented } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { renderSVG } from "uqr";
import { Card } from "../../ui/card.tsx";
import { useDebounced } from "../../ui/hooks.ts";
import { Page } from "../../ui/page.tsx";
import { ErrorNote, Note } from "../../ui/state.tsx";
import { counts, namesIn } from "./client.ts";
import { code128 } from "./code128.ts";
import css from "./labels.module.css";

const labelsMax = 500;

interface Label {
  readonly code: string;
  readonly name: string;
}

/** Labels for shelves and goods, to be printed: a code for cameras and one for guns. */
export function LabelsPage() {
  const { t } = useTranslation();
  const [kind, setKind] = useState<"bins" | "skus">("bins");
  const [text, setText] = useState("");
  const names = useMemo(() => namesIn(text).slice(0, labelsMax), [text]);
  const asked = useDebounced(names, 400);
  const { data, error } = useQuery({
    queryKey: ["stock", "labels", ...asked],
    queryFn: ({ signal }) => counts.lookup(asked, signal),
    enabled: kind === "skus" && asked.length > 0,
    placeholderData: (before) => before,
  });
  const labels: readonly Label[] =
    kind === "bins"
      ? names.map((code) => ({ code, name: "" }))
      : names.length === 0
        ? []
        : (data?.items ?? []);
  const unknown = kind === "skus" ? (data?.unknown ?? []) : [];
  return (
    <Page
      title={t("counts.labels.title")}
      subtitle={t("counts.labels.subtitle")}
      actions={
        <Button type="primary" disabled={labels.length === 0} onClick={() => print()}>
          {t("counts.labels.print", { count: labels.length, n: labels.length })}
        </Button>
      }
    >
      <div className={css.ask}>
        <Card>
          <Segmented
            value={kind}
            onChange={setKind}
            aria-label={t("counts.labels.kind")}
            options={(["bins", "skus"] as const).map((one) => ({
              value: one,
              label: t(`counts.labels.${one}`),
            }))}
          />
          <Input.TextArea
            className={css.text}
            value={text}
            autoSize={{ minRows: 3, maxRows: 10 }}
            aria-label={t(`counts.labels.${kind}`)}
            placeholder={t(`counts.labels.${kind}Hint`)}
            onChange={(event) => setText(event.target.value)}
          />
          {unknown.length > 0 && (
            <Note tone="warn">{t("counts.labels.unknown", { codes: unknown.join(" ") })}</Note>
          )}
          <ErrorNote error={kind === "skus" ? error : null} />
        </Card>
      </div>
      <ul className={css.sheet} aria-label={t("counts.labels.title")}>
        {labels.map((label) => (
          <LabelView key={label.code} label={label} />
        ))}
      </ul>
    </Page>
  );
}

function LabelView({ label: { code, name } }: { label: Label }) {
  const qr = useMemo(
    () => `data:image/svg+xml,${encodeURIComponent(renderSVG(code, { border: 0, ecc: "M" }))}`,
    [code],
  );
  return (
    <li className={css.label}>
      <img src={qr} alt="" className={css.qr} />
      <div className={css.words}>
        <b data-long={code.length > 12}>{code}</b>
        {name !== "" && <span>{name}</span>}
        <Bars code={code} />
      </div>
    </li>
  );
}

const barHeight = 40;

function Bars({ code }: { code: string }) {
  const widths = code128(code);
  if (widths === null) return null;
  const bars: { x: number; width: number }[] = [];
  let x = 0;
  for (const [index, width] of widths.entries()) {
    if (index % 2 === 0) bars.push({ x, width });
    x += width;
  }
  return (
    <svg className={css.bars} viewBox={`0 0 ${x} ${barHeight}`} preserveAspectRatio="none" aria-hidden="true">
      {bars.map((bar) => (
        <rect key={bar.x} x={bar.x} width={bar.width} height={barHeight} />
      ))}
    </svg>
  );
}
