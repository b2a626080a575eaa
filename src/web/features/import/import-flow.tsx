import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportItem, ImportKind, ImportMapping } from "../../../api/imports.ts";
import { keys } from "../../feed/apply.ts";
import { Card } from "../../ui/card.tsx";
import { ErrorNote, Failure, Skeleton } from "../../ui/state.tsx";
import { imports } from "./client.ts";
import { DropZone } from "./drop-zone.tsx";
import { FileCard } from "./file-card.tsx";
import { Mapping } from "./mapping.tsx";
import { ImportProgressCard } from "./progress.tsx";
import { ImportResult } from "./result.tsx";
import { Steps } from "./steps.tsx";

const pollMs = 400;

interface ImportFlowProps {
  /** The import that is under way, if any. */
  readonly id: string | null;
  /** What the file must be; null: whatever it turns out to be. */
  readonly kind: ImportKind | null;
  readonly onImport: (id: string | null) => void;
  /** The person has seen the result and goes on. */
  readonly onDone: (kind: ImportKind) => void;
  /** What the button to go on says; absent: it leads to what was imported. */
  readonly doneText?: string;
}

/** From a file to the ledger: drop, check, look, apply. Nothing changes before the last step. */
export function ImportFlow({ id, kind, onImport, onDone, doneText }: ImportFlowProps) {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ["import", id],
    queryFn: ({ signal }) => imports.get(id ?? "", signal),
    enabled: id !== null,
    refetchInterval: (query) => (isRunning(query.state.data) ? pollMs : false),
  });
  const state = data?.state;
  useEffect(() => {
    if (state !== "applied") return;
    for (const queryKey of [keys.stock, keys.orders, keys.channels, keys.categories, keys.warehouses]) {
      void client.invalidateQueries({ queryKey });
    }
  }, [client, state]);

  const keep = (item: ImportItem) => {
    client.setQueryData(["import", item.id], item);
    if (item.id !== id) onImport(item.id);
  };
  if (id === null) return <Start kind={kind} onUploaded={keep} />;
  if (data === undefined) {
    return error === null ? <Skeleton lines={6} /> : <Failure error={error} onRetry={() => void refetch()} />;
  }
  return (
    <Run
      key={data.id}
      item={data}
      doneText={doneText}
      onItem={keep}
      onRestart={() => onImport(null)}
      onDone={() => onDone(data.kind)}
    />
  );
}

function isRunning(item: ImportItem | undefined): boolean {
  return item?.state === "checking" || item?.state === "applying";
}

function Start({ kind, onUploaded }: { kind: ImportKind | null; onUploaded: (item: ImportItem) => void }) {
  return (
    <>
      <Steps at={0} />
      <DropZone kind={kind} onUploaded={onUploaded} />
    </>
  );
}

interface RunProps {
  readonly item: ImportItem;
  readonly onItem: (item: ImportItem) => void;
  readonly onRestart: () => void;
  readonly onDone: () => void;
  readonly doneText: string | undefined;
}

const stepOf = { uploaded: 1, checking: 1, checked: 2, applying: 3, applied: 3, failed: 1 } as const;

function Run({ item, onItem, onRestart, onDone, doneText }: RunProps) {
  const { t } = useTranslation();
  const [mapping, setMapping] = useState(item.profile === null);
  const check = useMutation({
    mutationFn: (how: { profile: string } | { mapping: ImportMapping }) => imports.check(item.id, how),
    onSuccess: (next) => {
      setMapping(false);
      onItem(next);
    },
  });
  const apply = useMutation({ mutationFn: () => imports.apply(item.id), onSuccess: onItem });
  const waiting = item.state === "uploaded" && !mapping;
  return (
    <>
      <Steps at={stepOf[item.state]} />
      <FileCard item={item} onRestart={onRestart} />
      {item.state === "uploaded" && mapping && (
        <Mapping
          item={item}
          busy={check.isPending}
          error={check.error}
          onCheck={(next) => check.mutate({ mapping: next })}
          onBack={item.profile === null ? undefined : () => setMapping(false)}
        />
      )}
      {waiting && item.profile !== null && (
        <Card title={t("import.recognised.title")} note={t("import.recognised.text")}>
          <ErrorNote error={check.error} />
          <div style={{ display: "flex", gap: 8, flexWrap: "wrap" }}>
            <Button
              type="primary"
              size="large"
              loading={check.isPending}
              onClick={() => check.mutate({ profile: item.profile?.name ?? "" })}
            >
              {t("import.check")}
            </Button>
            <Button size="large" onClick={() => setMapping(true)}>
              {t("import.mapByHand")}
            </Button>
          </div>
        </Card>
      )}
      {isRunning(item) && <ImportProgressCard item={item} />}
      {(item.state === "checked" || item.state === "applied") && (
        <ImportResult
          item={item}
          busy={apply.isPending}
          error={apply.error}
          doneText={doneText}
          onApply={() => apply.mutate()}
          onRestart={onRestart}
          onDone={onDone}
        />
      )}
      {item.state === "failed" && <FailedCard item={item} onRestart={onRestart} />}
    </>
  );
}

function FailedCard({ item, onRestart }: { item: ImportItem; onRestart: () => void }) {
  const { t, i18n } = useTranslation();
  const text = i18n.language === "en" ? item.error?.detail : item.error?.detailZh;
  return (
    <Card title={t("import.failed.title")}>
      <p style={{ marginBottom: 14 }}>{text ?? t("problem.unexpected")}</p>
      <Button onClick={onRestart}>{t("import.another")}</Button>
    </Card>
  );
}
