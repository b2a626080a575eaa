import { useMutation } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import type { RunOfShow, SlotBody } from "../../../api/sessions.ts";
import { cx } from "../../ui/cx.ts";
import { Icon } from "../../ui/icon.tsx";
import { ErrorNote, Note } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { sessions } from "./client.ts";
import { codesOf, looksLikeTable, newSlotId, slotOf, type DraftSlot } from "./plan.ts";
import css from "./sessions.module.css";

interface ImportShowProps {
  readonly empty: boolean;
  readonly onAdd: (slots: readonly DraftSlot[]) => void;
  readonly onReplace: (slots: readonly DraftSlot[]) => void;
  readonly onClose: () => void;
}

interface Found extends Pick<RunOfShow, "slots" | "problems" | "columns"> {
  /** Pasted codes that the shop does not have. */
  readonly unknown: readonly string[];
}

async function readPaste(text: string): Promise<Found> {
  if (looksLikeTable(text)) {
    const name = text.includes("\t") ? "paste.tsv" : "paste.csv";
    return { ...(await sessions.runOfShow(name, new Blob([text]))), unknown: [] };
  }
  const { items, unknown } = await sessions.lookup(codesOf(text));
  return { slots: items.map(({ sku }): SlotBody => ({ sku })), problems: [], columns: [], unknown };
}

async function readFile(file: File): Promise<Found> {
  return { ...(await sessions.runOfShow(file.name, file)), unknown: [] };
}

/** Many products at once: what was understood is shown before anything is put into the plan. */
export function ImportShow({ empty, onAdd, onReplace, onClose }: ImportShowProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const read = useMutation({
    mutationFn: (from: string | File) => (typeof from === "string" ? readPaste(from) : readFile(from)),
  });
  const found = read.data;
  const use = (put: (slots: readonly DraftSlot[]) => void) => {
    put((found?.slots ?? []).map((slot) => slotOf(slot, newSlotId())));
    onClose();
  };
  return (
    <Modal open title={t("plan.add.many")} onCancel={onClose} width={620} footer={null}>
      {found === undefined ? (
        <>
          <Input.TextArea
            value={text}
            autoSize={{ minRows: 5, maxRows: 12 }}
            aria-label={t("plan.add.paste")}
            placeholder={t("plan.add.pasteHint")}
            onChange={(event) => setText(event.target.value)}
          />
          <FileDrop onFile={(file) => read.mutate(file)} />
          <ErrorNote error={read.error} />
          <div className={css.dialogButtons}>
            <Button
              type="primary"
              loading={read.isPending}
              disabled={text.trim() === ""}
              onClick={() => read.mutate(text)}
            >
              {t("plan.add.read")}
            </Button>
          </div>
        </>
      ) : (
        <>
          <Result found={found} />
          <div className={css.dialogButtons}>
            <Button onClick={() => read.reset()}>{t("common.back")}</Button>
            {!empty && (
              <Button disabled={found.slots.length === 0} onClick={() => use(onReplace)}>
                {t("plan.add.replace")}
              </Button>
            )}
            <Button type="primary" disabled={found.slots.length === 0} onClick={() => use(onAdd)}>
              {t("plan.add.append", { count: found.slots.length })}
            </Button>
          </div>
        </>
      )}
    </Modal>
  );
}

function FileDrop({ onFile }: { onFile: (file: File) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (file: File | undefined) => file !== undefined && onFile(file);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <div
      className={cx(css.drop, over && css.over)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Icon name="file" />
      <span>{t("plan.add.file")}</span>
      <Button size="small" onClick={() => input.current?.click()}>
        {t("plan.add.choose")}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.xlsx"
        aria-label={t("plan.add.choose")}
        data-testid="run-of-show-file"
        onChange={(event) => {
          take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </div>
  );
}

const problemsShownMax = 50;

function Result({ found }: { found: Found }) {
  const { t, i18n } = useTranslation();
  const english = i18n.language === "en";
  const used = found.columns.filter((column) => column.field !== null);
  const unused = found.columns.filter((column) => column.field === null);
  return (
    <div className={css.result}>
      <Note tone={found.slots.length > 0 ? "good" : "bad"}>
        {t("plan.add.found", { count: found.slots.length })}
      </Note>
      {found.unknown.length > 0 && (
        <Note tone="warn">
          {t("plan.add.unknown", { codes: found.unknown.slice(0, problemsShownMax).join(t("common.comma")) })}
        </Note>
      )}
      {found.problems.length > 0 && (
        <ul className={css.rowProblems}>
          {found.problems.slice(0, problemsShownMax).map((problem) => (
            <li key={`${problem.row} ${problem.en}`}>
              <b>{t("plan.add.row", { n: problem.row })}</b> {english ? problem.en : problem.zh}
            </li>
          ))}
        </ul>
      )}
      {used.length > 0 && (
        <p className={css.columns}>
          <span className="muted">{t("plan.add.used")}</span>
          {used.map((column) => (
            <Tag key={column.header} tone="accent">
              {column.header}
            </Tag>
          ))}
        </p>
      )}
      {unused.length > 0 && (
        <p className={css.columns}>
          <span className="muted">{t("plan.add.unused")}</span>
          {unused.map((column) => (
            <Tag key={column.header}>{column.header}</Tag>
          ))}
        </p>
      )}
    </div>
  );
}
