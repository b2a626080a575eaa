import { Button, Progress } from "antd";
import { useEffect, useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import type { ImportItem, ImportKind } from "../../../api/imports.ts";
import { ApiError } from "../../api.ts";
import { cx } from "../../ui/cx.ts";
import { Icon } from "../../ui/icon.tsx";
import { ErrorNote, Note } from "../../ui/state.tsx";
import { upload, type UploadHandle } from "./client.ts";
import css from "./import.module.css";

const accept = ".csv,.tsv,.txt,.xlsx";
/** The server's own limit; a larger file is not even sent. */
const fileBytesMax = 512 * 1_024 * 1_024;

interface DropZoneProps {
  readonly kind: ImportKind | null;
  readonly onUploaded: (item: ImportItem) => void;
}

/** One upload at a time: how far it is, and why it failed. */
function useUpload(kind: ImportKind | null, onUploaded: (item: ImportItem) => void) {
  const running = useRef<UploadHandle | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [tooLarge, setTooLarge] = useState(false);
  useEffect(() => () => running.current?.abort(), []);

  const take = async (file: File | undefined) => {
    if (file === undefined || running.current !== null) return;
    setError(null);
    setTooLarge(file.size > fileBytesMax);
    if (file.size > fileBytesMax) return;
    setShare(0);
    const handle = upload(file, kind, setShare);
    running.current = handle;
    try {
      onUploaded(await handle.done);
    } catch (failure) {
      if (!(failure instanceof ApiError && failure.code === "aborted")) setError(failure);
    } finally {
      running.current = null;
      setShare(null);
    }
  };
  return { share, error, tooLarge, take, abort: () => running.current?.abort() };
}

/** Takes a file by dropping or choosing, and sends it. */
export function DropZone({ kind, onUploaded }: DropZoneProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const { share, error, tooLarge, take, abort } = useUpload(kind, onUploaded);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <>
      <div
        className={cx(css.drop, over && css.over)}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <div className={css.dropIcon}>
          <Icon name="upload" size={30} />
        </div>
        <p className={css.dropTitle}>{t(`import.drop.${kind ?? "any"}`)}</p>
        <p className="muted">{t("import.drop.formats")}</p>
        {share === null ? (
          <Button type="primary" size="large" onClick={() => input.current?.click()} className={css.choose}>
            {t("import.drop.choose")}
          </Button>
        ) : (
          <div className={css.uploading}>
            <Progress percent={Math.round(share * 100)} aria-label={t("import.drop.sending")} />
            <Button size="small" onClick={abort}>
              {t("common.cancel")}
            </Button>
          </div>
        )}
        <input
          ref={input}
          type="file"
          accept={accept}
          hidden
          aria-label={t("import.drop.choose")}
          data-testid="file"
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </div>
      {tooLarge && <Note tone="bad">{t("import.drop.tooLarge")}</Note>}
      <ErrorNote error={error} />
      <ul className={css.hints}>
        <li>{t("import.hint.safe")}</li>
        <li>{t("import.hint.encoding")}</li>
        <li>{t("import.hint.twice")}</li>
      </ul>
    </>
  );
}
