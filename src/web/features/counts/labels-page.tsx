import { Button, Input, Segmented } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { renderSVG } from "uqr";
import { Card } from "../../ui/card.tsx";
import { Page } from "../../ui/page.tsx";
import { ErrorNote, Note } from "../../ui/state.tsx";
import { namesIn } from "./client.ts";
import { code128 } from "./code128.ts";
import css from "./labels.module.css";
import { kinds, labelsMax, useLabels, type Kind, type Label } from "./use-labels.ts";

/** What another page asked to be printed. */
function givenBy(state: unknown): { readonly kind: Kind; readonly text: string } {
  if (typeof state !== "object" || state === null || !("kind" in state) || !("text" in state))
    return { kind: "bins", text: "" };
  const kind = kinds.find((one) => one === state.kind);
  return { kind: kind ?? "bins", text: typeof state.text === "string" ? state.text : "" };
}

/** Labels for shelves and goods, to be printed: a code for cameras and one for guns. */
export function LabelsPage() {
  const { t } = useTranslation();
  const given = givenBy(useLocation().state);
  const [kind, setKind] = useState<Kind>(given.kind);
  const [text, setText] = useState(given.text);
  const names = useMemo(() => namesIn(text).slice(0, labelsMax), [text]);
  const { labels, unknown, error } = useLabels(kind, names);
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
            options={kinds.map((one) => ({
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
          <ErrorNote error={error} />
        </Card>
      </div>
      <ul className={css.sheet} aria-label={t("counts.labels.title")}>
        {labels.map((label) => (
          <LabelView key={`${label.code} ${label.name}`} label={label} />
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
